/** Faults from outside, and what the watchdogs saw. Mounted only with LODGE_DRILL=on, which config allows on loopback only. */
import type { FastifyInstance } from 'fastify'
import { Leak } from '#contract/drill.ts'
import type { Pool } from '#server/db/pool.ts'
import type { Findings } from '#server/kernel/findings.ts'
import { leakSwitch } from './leak.ts'

interface Options { pool: Pool; findings: Findings }

export function drillRoutes(app: FastifyInstance, { pool, findings }: Options): void {
  const leak = leakSwitch(pool)
  app.post<{ Body: Leak }>('/drill/leak', { schema: { hide: true, body: Leak } }, async (request) => {
    leak.set(request.body)
    return leak.now()
  })
  // From memory alone: it must answer when nothing else does.
  app.get('/drill/state', { schema: { hide: true } }, async () => ({
    leak: leak.now(), pool: pool.stats(), books: pool.books(), taken: pool.taken(), refused: pool.refused(), findings: findings.current(),
  }))
}
