/** The page's line to the demo's carrier: state comes as events, the rest are plain requests. */
import type { PhoneFaults, PhoneState } from '#contract/demo-phone.ts'
import { createStore } from '#web/ui/preact-store.ts'

/** A phone keeps its number. */
function ownNumber(): string {
  const kept = localStorage.getItem('phone')
  if (kept && /^\+467055\d{5}$/.test(kept)) return kept
  const made = `+467055${String(Math.floor(Math.random() * 100_000)).padStart(5, '0')}`
  localStorage.setItem('phone', made)
  return made
}

export const number = ownNumber()
export const line = createStore<{ state: PhoneState | undefined; isOffline: boolean }>({ state: undefined, isOffline: false })

const events = new EventSource(`/demo/phone/events?number=${encodeURIComponent(number)}`)
events.addEventListener('message', (event) => { line.set({ state: JSON.parse(String(event.data)) as PhoneState, isOffline: false }) })
events.addEventListener('error', () => { line.set({ isOffline: true }) })

const ask = async (method: 'POST' | 'PUT', path: string, body: object): Promise<boolean> => {
  try { return (await fetch(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).ok }
  catch { return false }
}
export const send = (text: string): Promise<boolean> => ask('POST', '/demo/phone/messages', { number, text })
export const misbehave = (faults: PhoneFaults): Promise<boolean> => ask('PUT', '/demo/phone/faults', faults)
