/** When all is over: what the database holds, read by a fresh connection, and whether the reports agree with it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cleanEnvironment } from '#tools/replay/own-server.ts'
import type { History, Stored } from './checker/history.ts'
import { rows, type House } from './house.ts'
import { markOf } from './load/mark.ts'

interface Row { topic: string; offset: string; id: string; type: string; actor: string; text: string | null; committed: string | null }

export async function readHouse({ superuser: target }: House, events: History['events']): Promise<History> {
  const [history] = await rows<{ epoch: string }>(target, 'select epoch from history')
  const topics: Record<string, Stored[]> = {}
  const journal = await rows<Row>(target, `select topic, "offset", id, type, actor, body->>'text' as text, extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000 as committed
    from journal where topic like 'conversation:%' order by topic, "offset"`)
  for (const r of journal) {
    const mark = markOf(r.type, r.actor, r.text ?? '')
    ;(topics[r.topic] ??= []).push({ offset: Number(r.offset), id: r.id, by: r.actor, marks: { '': mark, inside: mark, contact: mark }, hasGuard: false, ...(r.committed !== null && { committedMs: Number(r.committed) }) })
  }
  // Entries once for all operations: looked through for each of them, half a million took longer than a statement may.
  const operations = await rows<{ log: string; seq: string | null; id: string; state: string; effects: number }>(target, `with effects as (
      select account_id, body->>'operation' as operation, count(*)::int as number from journal where type in ('visit.checked_in', 'visit.checked_out') group by 1, 2
    ) select o.log_id as log, o.seq, o.id, o.state, coalesce(e.number, 0) as effects from kiosk_operations o left join effects e on e.account_id = o.account_id and e.operation = o.id::text`)
  const bookings = await rows<{ id: string; space: string; fromMs: string; untilMs: string }>(target, `select id, space_id as space, extract(epoch from starts_at) * 1000 as "fromMs", extract(epoch from ends_at) * 1000 as "untilMs"
    from bookings where status <> 'cancelled'`)
  return {
    events, ended: [], journal: { epoch: history!.epoch, topics, effects: {} },
    operations: operations.map((o) => ({ ...o, seq: o.seq === null ? null : Number(o.seq) })),
    bookings: bookings.map((b) => ({ ...b, fromMs: Number(b.fromMs), untilMs: Number(b.untilMs) })),
  }
}

/** Beside the running server, as an administrator would. */
export async function recount({ server, databaseEnv }: House): Promise<{ isEqual: boolean; said: string }> {
  const tool = fileURLToPath(new URL('../tools/recount.ts', import.meta.url))
  const env = { ...cleanEnvironment(), LODGE_DATA: join(server.folder, 'data'), ...databaseEnv }
  return promisify(execFile)(process.execPath, [tool], { env, timeout: 120_000 }).then(
    ({ stdout }) => ({ isEqual: true, said: lastLine(stdout) }),
    (error: { stdout?: string; stderr?: string; message: string }) => ({ isEqual: false, said: lastLine(error.stdout ?? '') || lastLine(error.stderr ?? '') || error.message }))
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''
