/** Views that are made whole at each change: asked for as often as things change, made at most 4 times a second, for those somebody watches. */
import type { Hub } from './hub.ts'

interface Options { hub: Pick<Hub, 'push' | 'watched'>; log: { error(o: object, m: string): void }; everyMs?: (kind: string) => number }

export interface Pushes {
  /** Makes and pushes all watched views of this kind and account soon. */
  soon(account: string, kind: string): void
  stop(): void
}

/** @param make the body of a view, by its kind and the id in its name. A view that cannot be made now is skipped: the next change makes it. */
export function pushes(make: (account: string, kind: string, id: string | undefined) => Promise<unknown>, { hub, log, everyMs = () => 250 }: Options): Pushes {
  const timers = new Map<string, NodeJS.Timeout>()
  async function push(account: string, kind: string): Promise<void> {
    for (const { name, id } of hub.watched(account, kind)) {
      try { hub.push(account, name, await make(account, kind, id)) }
      catch (error) { log.error({ err: error, kind }, 'A view could not be made') }
    }
  }
  return {
    soon(account, kind) {
      const key = `${account} ${kind}`
      if (timers.has(key)) return
      timers.set(key, setTimeout(() => { timers.delete(key); void push(account, kind) }, everyMs(kind)))
    },
    stop() { for (const t of timers.values()) clearTimeout(t); timers.clear() },
  }
}
