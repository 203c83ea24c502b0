/** Ticks of a roll-call: kept on the device with the time at which each was made, and sent when there is a line. */
import { confirmVisit } from '#contract/visits.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { tell, why } from '../shell/notices.ts'
import { createStore, type Store } from '../live/store.ts'
import { read, write } from './preferences.ts'

export interface Tick { readonly id: string; readonly visit: string; readonly at: string }
export interface Ticks {
  /** Those that the server does not have yet. */
  readonly store: Store<readonly Tick[]>
  add(visit: string): void
  /** Only as long as it has not been sent: the server knows no way back. */
  takeBack(visit: string): void
  close(): void
}

/** A finger that slipped has this long to take the tick back. */
const graceMs = 4000
const lookMs = 1000
const againMs = 5000
/** Goes by itself: keep the tick and try later. */
const passing = new Set(['unreachable', 'unavailable', 'overloaded', 'draining', 'rate_limited', 'internal', 'unauthenticated'])

export function openTicks({ lodge, user, touch }: { lodge: Lodge; user: string; touch: (visit: string) => Promise<void> }): Ticks {
  const key = `lodge:ticks:${user}`
  const store = createStore<readonly Tick[]>(read<Tick[]>(key) ?? [])
  const set = (next: readonly Tick[]): void => {
    store.set(next)
    write(key, next.length > 0 ? next : undefined)
  }
  const onStorage = (event: StorageEvent): void => { if (event.key === key) store.set(read<Tick[]>(key) ?? []) }
  addEventListener('storage', onStorage)

  let isSending = false
  let notBeforeMs = 0
  async function send(isLeaving = false): Promise<void> {
    const due = (): Tick | undefined => store.get().find((tick) => isLeaving || Date.now() - Date.parse(tick.at) > graceMs)
    if (isSending || lodge.status.state !== 'open' || Date.now() < notBeforeMs) return
    isSending = true
    for (let tick = due(); tick; tick = due()) {
      const { id, visit, at } = tick
      const outcome = await lodge.call(confirmVisit, { params: { visit }, body: { id, at } })
      if (!outcome.ok && passing.has(outcome.code)) {
        notBeforeMs = Date.now() + againMs
        break
      }
      if (!outcome.ok) tell(why(outcome.code), { failed: true })
      await touch(visit)
      set(store.get().filter((other) => other.id !== id))
    }
    isSending = false
  }
  const timer = setInterval(() => void send(), lookMs)
  // The phone goes back into the pocket: what was ticked last does not wait for it to come out.
  const onHide = (): void => { if (document.visibilityState === 'hidden') void send(true) }
  document.addEventListener('visibilitychange', onHide)

  return {
    store,
    add(visit) { if (!store.get().some((tick) => tick.visit === visit)) set([...store.get(), { id: newId(), visit, at: new Date().toISOString() }]) },
    takeBack(visit) { set(store.get().filter((tick) => tick.visit !== visit)) },
    close() {
      clearInterval(timer)
      removeEventListener('storage', onStorage)
      document.removeEventListener('visibilitychange', onHide)
    },
  }
}
