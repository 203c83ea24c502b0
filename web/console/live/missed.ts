import { retryDelayMs } from '#client/backoff.ts'
import { createStore, type Store } from './store.ts'

/** What changed and could not be read. */
export interface Missed {
  /** While it is so, what is shown may be older than it looks. */
  readonly store: Store<boolean>
  /** @param retryAfterMs what the server asked for */
  add(visit: string, retryAfterMs: number | undefined): void
  addBook(): void
  read(visit: string): void
  /** The result says that all that was missed until now has been read. */
  readingAll(): () => void
  /** At once: the server is back. */
  retry(): void
  close(): void
}

/** The least that passes before it is asked for again: a server that has too much to do is not helped by haste. */
const leastMs = 1000

/** Asked for again after the time that the server named, or later and later while it is in vain; the socket may be open all the while. */
export function openMissed(again: (visits: readonly string[], withBooks: boolean) => void): Missed {
  const store = createStore(false)
  const visits = new Set<string>()
  let areBooksMissed = false
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function retry(): void {
    clearTimeout(timer)
    timer = undefined
    if (store.get()) again([...visits], areBooksMissed)
  }
  function changed(retryAfterMs?: number): void {
    const isMissing = visits.size > 0 || areBooksMissed
    if (!isMissing) {
      clearTimeout(timer)
      timer = undefined
      tries = 0
    } else timer ??= setTimeout(retry, leastMs + retryDelayMs(tries++, retryAfterMs, Math.random))
    store.set(isMissing)
  }
  return {
    store, retry,
    add(visit, retryAfterMs) {
      visits.add(visit)
      changed(retryAfterMs)
    },
    addBook() {
      areBooksMissed = true
      changed()
    },
    read(visit) {
      if (visits.delete(visit)) changed()
    },
    readingAll() {
      const until = [...visits]
      return () => {
        for (const visit of until) visits.delete(visit)
        areBooksMissed = false
        changed()
      }
    },
    close: () => clearTimeout(timer),
  }
}
