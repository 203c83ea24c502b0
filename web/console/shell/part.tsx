/**
 * Parts of the shell that are loaded when they are wanted. Where there is no worker (a house without TLS) they come over the line, and a browser
 * that could not fetch one does not fetch it again before the page is loaded anew. With the server away that would leave nothing but the browser's
 * own error, so the tab waits until it answers; the same helps when the part is gone, since the new shell has another (P12). What nobody wanted yet
 * does neither.
 */
import { use, useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { Away } from '../live/tab.ts'
import { loadAgain, partCame } from '../live/upkeep.ts'
import { t } from '../words.ts'
import { tell } from './notices.ts'

type Component<Props = Record<never, never>> = (props: Props) => ReactNode

const answerMs = 5_000

/** The server is away, and the rest of the shell is here. */
export class PartAway extends Away {}

function once<Value>(load: () => Promise<Value>) {
  let loading: Promise<Value> | undefined
  let found: Value | undefined
  async function attempt(): Promise<Value> {
    try {
      found = await load()
      partCame()
      return found
    } catch (error) {
      const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(answerMs) }).catch(() => undefined)
      loading = undefined   // whoever wants it next asks again
      throw answer?.ok ? error : new PartAway()
    }
  }
  return { ask: () => loading ??= attempt(), found: () => found }
}

/** Who wanted it gets it from the shell that is loaded again. */
const gone = async (error: unknown): Promise<never> => { if (error instanceof PartAway) throw error; return loadAgain(error) }

/** A failure is kept until React has shown it. */
const keptMs = 3_000

/** The component `name` of a module, as a route's. `preload` is the router's: a pointer that rests on a link. */
export function screen<Name extends string>(load: () => Promise<Record<Name, Component>>, name: Name): Component & { preload: () => Promise<void> } {
  const { ask, found } = once(async () => (await load())[name])
  let waiting: Promise<Component> | undefined
  function Screen() {
    const Found = found() ?? use(waiting ??= ask().catch(gone).finally(() => { setTimeout(() => { waiting = undefined }, keptMs) }))
    return <Found />
  }
  return Object.assign(Screen, { preload: async () => { await ask().catch(() => {}) } })
}

/** A sheet or a menu. What does not come is told in a notice, and what was open stays. */
export function part<Props extends { onClose: () => void }>(load: () => Promise<Component<Props>>): Component<Props> & { ahead: () => void } {
  const { ask, found } = once(load)
  function Part(props: Props) {
    const [Found, setFound] = useState(found)
    const failed = useEffectEvent((): void => {
      tell(t('partAway'), { failed: true })
      props.onClose()
    })
    useEffect(() => {
      let isGone = false
      if (!Found) ask().catch(gone).then((component) => { if (!isGone) setFound(() => component) }, () => { if (!isGone) failed() })
      return () => { isGone = true }
    }, [Found])
    return Found ? <Found {...props} /> : null
  }
  return Object.assign(Part, { ahead: () => { ask().catch(() => {}) } })
}
