/** P12: an open tab brings itself up to date, at rest, without losing a draft. */
import { isTyping } from '../shell/keys.ts'
import { isHalfWritten, watchWriting } from './half-written.ts'
import type { Live } from './live.ts'

declare const __BUILD__: string

const stillMs = 20_000
const lookMs = 5000
/** Reloaded for this build already: a server whose files are older than itself must not send the tab round in circles. */
const reloadedFor = 'lodge:reloaded-for'

/** Uploads under way; a reload would throw them back. */
export const busy = new Set<object>()

/** Both are named after the sources of the screens; what runs from the sources themselves has no such name. */
const named = /^[0-9a-f]{12}$/
const isOther = (build: string | undefined): boolean => build !== undefined && named.test(build) && named.test(__BUILD__) && build !== __BUILD__

/** Reloads when the server speaks of another build and nobody would notice: the tab is hidden or has been still, nothing is half written or being uploaded. Drafts and unsent commands are on the device in any case. */
export function keepUpToDate({ status }: Live): () => void {
  let touchedAtMs = Date.now()
  const touch = (): void => { touchedAtMs = Date.now() }
  const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const
  for (const sign of signs) addEventListener(sign, touch, { passive: true })
  const stopWatching = watchWriting()
  const timer = setInterval(() => {
    const { build, code } = status.get()
    const stale = code === 4500 || isOther(build)
    if (!stale || sessionStorage.getItem(reloadedFor) === (build ?? String(code))) return
    const { activeElement } = document
    const writing = isTyping(activeElement) && (activeElement as HTMLInputElement).value !== ''
    const still = document.visibilityState === 'hidden' || Date.now() - touchedAtMs > stillMs
    if (writing || isHalfWritten() || busy.size > 0 || !still) return
    sessionStorage.setItem(reloadedFor, build ?? String(code))
    location.reload()
  }, lookMs)
  return () => {
    clearInterval(timer)
    stopWatching()
    for (const sign of signs) removeEventListener(sign, touch)
  }
}

/** For a part of the shell that did not come. Once, until one comes: a part that is not there afterwards either is an error. */
export async function loadAgain(error: unknown): Promise<never> {
  if (sessionStorage.getItem(reloadedFor) === 'part') throw error
  sessionStorage.setItem(reloadedFor, 'part')
  location.reload()
  return new Promise(() => {})
}

/** Another may be missed, another day. */
export function partCame(): void {
  if (sessionStorage.getItem(reloadedFor) === 'part') sessionStorage.removeItem(reloadedFor)
}

/** The worker needs HTTPS or the own machine; without it the console works, and does not open while the server is away. */
export function installWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  addEventListener('load', () => void navigator.serviceWorker.register('/worker.js', { updateViaCache: 'none' }).catch(() => {}))
}
