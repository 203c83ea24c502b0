import { useEffect, useState } from 'react'
import { getAbout } from '#contract/about.ts'
import { callPublic } from '../live/session.ts'

/** Nobody is here yet: whoever comes without the link of the first administrator is told where it stands. */
export function useIsNew(): boolean {
  const [isNew, setIsNew] = useState(false)
  useEffect(() => { void callPublic(getAbout, {}).then((outcome) => setIsNew(outcome.ok && outcome.value.isNew)) }, [])
  return isNew
}
