/** What happens to visits by itself: those nobody saw leave, those who never came, those whose names are to be forgotten, and what a series brings. */
import type { Db } from '#server/db/db.ts'
import type { Sql } from '#server/db/sql.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Series } from './series.ts'
import type { Visits } from './visits.ts'
import * as statements from './visits.sql.ts'

const atOnce = 200

/** Ids follow from visit and reason: two nodes, or a repeat after a crash, make one entry. */
export async function overnight({ db, visits, series, now }: { db: Db; visits: Visits; series: Series; now: () => number }): Promise<void> {
  const at = new Date(now()).toISOString()
  const due = <R>(statement: Sql<R>): Promise<R[]> => db.read('visits due', 20_000, (tx) => tx.all(statement))
  for (const v of await due(statements.overstayed(at, atOnce))) {
    await unlessMoved(visits.checkOut({ account: v.account, actor: 'system' }, v.id, derivedId('checked out by itself', v.id, v.at), v.at, 'automatic'))
  }
  for (const v of await due(statements.missed(at, atOnce))) await unlessMoved(visits.noShow(v.account, v.id, derivedId('no show', v.id)))
  for (const v of await due(statements.toForget(at, atOnce))) await unlessMoved(visits.erase({ account: v.account, actor: 'system' }, v.id, derivedId('forgotten', v.id)))
  await series.extendDue(atOnce)
}

/** Somebody else did something to it since we looked: then it is no longer due. */
async function unlessMoved(done: Promise<unknown>): Promise<void> {
  try { await done } catch (error) { if (!(error instanceof Refusal) || error.code === 'unavailable' || error.code === 'overloaded') throw error }
}
