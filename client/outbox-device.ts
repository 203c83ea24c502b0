import type { Clock } from './clock.ts'
import type { Kept, OutboxStore } from './outbox-store.ts'

/** A store that does not answer is broken: what waits for it goes on without. */
const patienceMs = 2_000

/** The store with its failures made harmless: nothing here throws or hangs, `isFailing` says that something was not kept. */
export function device({ store, clock, changed }: { store: OutboxStore; clock: Clock; changed: () => void }) {
  let isFailing = false
  function fails(now: boolean): void {
    if (isFailing === now) return
    isFailing = now
    changed()
  }

  /** Calls `then` once: when `work` is done, has failed, or takes too long. */
  function wait(work: Promise<unknown>, then: (failing: boolean) => void): void {
    let isDone = false
    const once = (failing: boolean) => (): void => {
      if (isDone) return
      isDone = true
      cancel()
      then(failing)
    }
    const cancel = clock.after(patienceMs, once(true))
    work.then(once(false), once(true))
  }

  return {
    get isFailing(): boolean { return isFailing },
    /** `adopt` gets what an earlier page left, however late, and what other tabs leave; `then` runs when there is no point in waiting for more. */
    open(adopt: (commands: readonly Kept[]) => void, then: () => void): void {
      const opening = async (): Promise<void> => adopt(await store.open(adopt))
      wait(opening(), (failing) => {
        if (failing) fails(true)
        then()
      })
    },
    /** `then` runs when it is kept on this device, or cannot be. */
    save(command: Kept, then: () => void = () => {}): void {
      const done = (failing: boolean): void => {
        fails(failing)
        then()
      }
      let saving: void | Promise<void>
      try {
        saving = store.put(command)
      } catch {
        return done(true)
      }
      if (saving) wait(saving, done)
      else done(false)
    },
    forget(ids: readonly string[]): void {
      try {
        store.remove(ids)?.catch(() => {})
      } catch { /* It will be offered once too often, harmlessly. */ }
    },
  }
}
