/** What happens to visits by itself: those nobody saw leave, those who never came, those whose names are to be forgotten, and what a series brings. */
import { v7 as newId } from 'uuid'
import type { Db } from '#server/db/db.ts'
import type { Sql } from '#server/db/sql.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Series } from './series.ts'
import type { Visits } from './visits.ts'
import * as statements from './visits.sql.ts'

const atOnce = 200
const house = (account: string) => ({ account, actor: 'system' }) as const
interface Options { db: Db; visits: Visits; series: Series; log: { warn: (of: object, text: string) => void }; now: () => number }

/** Ids follow from visit and reason: two nodes, or a repeat after a crash, make one entry. */
export async function overnight({ db, visits, series, log, now }: Options): Promise<void> {
  const at = new Date(now()).toISOString()
  const due = <R>(statement: Sql<R>): Promise<R[]> => db.read('visits due', 20_000, (tx) => tx.all(statement))
  for (const v of await due(statements.overstayed(at, atOnce))) {
    await unlessMoved(log, derivedId('checked out by itself', v.id, v.at), (id) => visits.checkOut(house(v.account), v.id, id, v.at, 'automatic'))
  }
  for (const v of await due(statements.missed(at, atOnce))) await unlessMoved(log, derivedId('no show', v.id), (id) => visits.noShow(v.account, v.id, id))
  for (const v of await due(statements.toForget(at, atOnce))) await unlessMoved(log, derivedId('forgotten', v.id), (id) => visits.erase(house(v.account), v.id, id))
  await series.extendDue(atOnce)
}

/** Somebody else did something to it since we looked: then it is no longer due. */
async function unlessMoved(log: Options['log'], id: string, act: (id: string) => Promise<unknown>): Promise<void> {
  try {
    await act(id)
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'unavailable' || error.code === 'overloaded') throw error
    if (error.code !== 'id_reused') return
    // It stays due: under the id that anybody could foretell it would be refused every night.
    log.warn({ id }, 'an id of the house was used before for something else; it is done under another')
    await unlessMoved(log, newId(), act)
  }
}
