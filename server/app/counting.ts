/** Numbers: the live board, and reports, which give way first of all (P10, P11). */
import type { FastifyInstance } from 'fastify'
import { asideOf } from '#server/db/aside.ts'
import { governed } from '#server/db/governed.ts'
import { owner } from '#server/db/on-behalf.ts'
import { shareOf } from '#server/db/share.ts'
import { liveBoard } from '#server/features/reports/board.ts'
import { reportRoutes } from '#server/features/reports/reports.routes.ts'
import { reportFacts, reports as openReports } from '#server/features/reports/reports.ts'
import { every } from '#server/jobs/every.ts'
import type { Core } from './core.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'

interface Needs { way: GivingWay; core: Core }

export function openCounting({ pool, lowerPriority, now, off, chores, log }: Given, { way, core: { hub, inside, spool, push, isWatched } }: Needs) {
  // In the gate's smallest class; where the database is on this machine, last at the processor too.
  const connections = (): number => Math.max(1, Math.floor(pool.max / 16))
  const reclaims = !off.has('reclaim')
  const aside = lowerPriority ? asideOf(pool, 'reports', connections, lowerPriority, now, reclaims) : shareOf(pool, 'reports', connections, now, reclaims)
  const reports = openReports({ db: governed(aside, way.governor, owner)('report'), oldestKeptMs: () => spool.stats().oldestMs })
  const board = liveBoard({ db: way.work('history'), log, present: (account) => hub.present(account), push, isWatched })
  return {
    aside, board,
    begin() {
      inside.subscribe(reportFacts((accounts) => { for (const account of accounts) board.soon(account) }))
      return [every('live boards by the clock', 30_000, async () => board.tick(), chores)]
    },
    mount(http: FastifyInstance): void { reportRoutes(http, { reports }) },
  }
}
export type Counting = ReturnType<typeof openCounting>
