import type { Messenger } from './start.tsx'
import type * as Start from './start.tsx'

/**
 * The file a host page names. It must run as a classic `async` script, so it imports nothing statically and leaves no global
 * but `Lodge`; all it does is to bring the launcher, from the address it came from itself, when that address can be reached.
 */
;(() => {
  const script = document.currentScript
  if (!(script instanceof HTMLScriptElement) || !script.dataset['inbox'] || 'Lodge' in window) return
  const launcher = new URL('./messenger/__START__', script.src).href

  // A failed import() is remembered by some browsers for the life of the page. So the bytes are fetched first (import() then
  // finds them in the HTTP cache), and import() is asked only when it cannot fail.
  const load = async (waitMs: number): Promise<typeof Start> => {
    try {
      const response = await fetch(launcher)
      if (!response.ok) throw new Error(String(response.status))
      await response.blob()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())))
      return load(Math.min(waitMs * 2, 60_000))
    }
    return import(/* @vite-ignore */ launcher) as Promise<typeof Start>
  }
  const messenger: Promise<Messenger> = load(1_000).then((module) => module.start(script))
  messenger.catch(() => {})
  const later = <A extends unknown[]>(act: (m: Messenger, ...args: A) => void) => (...args: A): void => {
    messenger.then((m) => act(m, ...args)).catch(() => {})
  }
  Object.assign(window, { Lodge: {
    open: later((m) => m.open()),
    close: later((m) => m.close()),
    identify: later((m, who: { name?: string; email?: string }) => m.identify(who)),
  } })
})()
