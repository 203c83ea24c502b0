/** What PostgreSQL itself says of the server's connections, four times a second, over a connection of our own. */
import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection } from '#server/db/connection.ts'
import type { House } from './house.ts'

/** `heldMs`: of the oldest transaction in which nothing happens. */
export interface Look { readonly atMs: number; readonly backends: number; readonly heldMs: number }
export interface Backends { readonly looks: readonly Look[]; stop(): Promise<void> }

const everyMs = 250

/** Of a database that is away there is nothing to see, until it is back. */
export function watchBackends({ superuser }: House): Backends {
  const looks: Look[] = []
  let isOver = false
  async function look(): Promise<void> {
    const { client } = await openConnection(superuser, 'drill watch')
    try {
      for (; !isOver; await sleep(everyMs)) {
        const { rows: [row] } = await client.query<{ backends: number; held: string | null }>(`select count(*)::int as backends,
          extract(epoch from clock_timestamp() - min(state_change) filter (where state like 'idle in transaction%')) * 1000 as held
          from pg_stat_activity where backend_type = 'client backend' and usename <> current_user`)
        looks.push({ atMs: Date.now(), backends: row!.backends, heldMs: Number(row!.held ?? 0) })
      }
    } finally {
      await client.end().catch(() => {})
    }
  }
  const watching = (async () => { for (; !isOver; await sleep(everyMs)) await look().catch(() => {}) })()
  return { looks, async stop() { isOver = true; await watching } }
}
