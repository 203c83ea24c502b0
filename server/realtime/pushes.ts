/** Views that are made whole at each change: asked for as often as things change, made at most 4 times a second, for those somebody watches. */
import type { Hub } from './hub.ts'

interface Options { hub: Pick<Hub, 'push' | 'watched'>; log: { error(o: object, m: string): void } }
/** The body of a view for all who watch it. One that cannot be made now is skipped: the next change makes it. */
type Make = (account: string, id: string | undefined) => Promise<unknown>

export interface Pushes {
  /** From now on views of this kind are made so, at most once in `everyMs`. */
  serve(kind: string, make: Make, everyMs?: number): void
  /** Makes and pushes all watched views of this kind and account soon. */
  soon(account: string, kind: string): void
  stop(): void
}

export function pushes({ hub, log }: Options): Pushes {
  const kinds = new Map<string, { make: Make; everyMs: number }>()
  const timers = new Map<string, NodeJS.Timeout>()
  async function push(account: string, kind: string): Promise<void> {
    for (const { name, id } of hub.watched(account, kind)) {
      try { hub.push(account, name, await kinds.get(kind)!.make(account, id)) }
      catch (error) { log.error({ err: error, kind }, 'A view could not be made') }
    }
  }
  return {
    serve(kind, make, everyMs = 250) { kinds.set(kind, { make, everyMs }) },
    soon(account, kind) {
      const key = `${account} ${kind}`
      if (timers.has(key)) return
      timers.set(key, setTimeout(() => { timers.delete(key); void push(account, kind) }, kinds.get(kind)!.everyMs))
    },
    stop() { for (const t of timers.values()) clearTimeout(t); timers.clear() },
  }
}
