/** The driver and the table alone: the same rows in the same batches, and nothing that a server would do. */
import pg from 'pg'
import { newId } from '#client/lodge.ts'
import type { Target } from '#server/db/connection.ts'

const account = '016806b5-bc00-7000-8000-000000000100'
const maxRows = 512
const insert = `insert into journal (account_id, topic, "offset", id, type, actor, at, body, digest, writer, n)
  select '${account}', topic, "offset", id, 'message.sent', actor, now(), body::jsonb, digest, 0, n
  from unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::bigint[]) as r (topic, "offset", id, actor, body, digest, n)`

/** Rows per second with `inFlight` writers, each of which waits for its commit. Counted after `warmSeconds`. */
export async function bareDriver({ target, inFlight, body, warmSeconds, seconds }: { target: Target; inFlight: number; body: string; warmSeconds: number; seconds: number }): Promise<number> {
  const client = new pg.Client(target)
  await client.connect()
  const writers = Array.from({ length: inFlight }, () => ({ topic: `conversation:${newId()}`, offset: 0 }))
  let waiting = writers
  let stored = 0, n = 0
  let counted = 0, fromMs = 0
  const startMs = performance.now()
  const warmMs = startMs + warmSeconds * 1000, endMs = warmMs + seconds * 1000
  // One batch is under way at a time, as in the sequencer; whoever is in it writes again at once.
  while (performance.now() < endMs) {
    if (fromMs === 0 && performance.now() >= warmMs) {
      fromMs = performance.now()
      counted = stored
    }
    const batch = waiting.slice(0, maxRows)
    waiting = [...waiting.slice(maxRows), ...batch]
    await client.query({ name: 'insert', text: insert, values: [
      batch.map((w) => w.topic), batch.map((w) => ++w.offset), batch.map(() => newId()), batch.map(() => `user:${account}`), batch.map(() => body), batch.map(() => newId()), batch.map(() => ++n),
    ] })
    stored += batch.length
  }
  const perSecond = (stored - counted) / (performance.now() - fromMs) * 1000
  await client.end()
  return perSecond
}
