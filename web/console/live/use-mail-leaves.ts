import { useEffect, useState } from 'react'
import { getAbout } from '#contract/about.ts'
import { callPublic } from './session.ts'

/** Changes only with a start of the server, after which a screen is loaded anew. */
let known: Promise<boolean | undefined> | undefined

async function ask(): Promise<boolean | undefined> {
  const outcome = await callPublic(getAbout, {})
  if (outcome.ok) return outcome.value.mail
  known = undefined
  return undefined
}

/** False where no mail server is set: what is sent by mail is kept then and does not leave. Undefined until that is known. */
export function useMailLeaves(): boolean | undefined {
  const [leaves, setLeaves] = useState<boolean>()
  useEffect(() => { void (known ??= ask()).then(setLeaves) }, [])
  return leaves
}
