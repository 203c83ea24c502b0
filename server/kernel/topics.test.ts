import { describe, expect, it } from 'vitest'
import type { Row } from './entry-row.ts'
import { topics, type Follower, type Position, type ReadRequest, type ReadResult } from './topics.ts'

const account = 'a', topic = 't'
const row = (offset: number, body = `{"n":${offset}}`): Row => ({ account, topic, offset, id: `id-${offset}`, type: 'message.sent', actor: 'system', at: '2026-11-24T09:00:00.000Z', body })
const rows = (from: number, to: number): Row[] => Array.from({ length: to - from + 1 }, (_, i) => row(from + i))
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

/** A journal of one topic whose answers wait until the test lets them go; each holds what was stored when it was asked. */
function world({ stored = [] as Row[], held = false } = {}) {
  let nowMs = Date.UTC(2026, 10, 24, 9)
  const waiting: (() => void)[] = []
  const aheads: [number, number][] = []
  let failing = false
  const self = {
    stored, aheads, held,
    advance: (ms: number): void => { nowMs += ms },
    fail: (isFailing: boolean): void => { failing = isFailing },
    /** Answers a question, the oldest unless said. */
    answer: async (at = 0): Promise<void> => { waiting.splice(at, 1)[0]!(); await turn() },
    commit: (...more: Row[]): void => { self.stored = [...self.stored, ...more] },
    topics: topics({
      now: () => nowMs, epoch: () => 'e1',
      async read({ after, limit }: ReadRequest): Promise<ReadResult> {
        const all = self.stored, isFailing = failing
        if (self.held) await new Promise<void>((go) => { waiting.push(go) })
        if (isFailing) throw new Error('away')
        // Two statements in the real journal: the head may be of a moment later than the rows.
        return { rows: after === null ? all.slice(-limit) : all.filter((r) => r.offset > after).slice(0, limit), head: self.stored.at(-1)?.offset ?? 0 }
      },
      ahead: async (_account, _topic, offset, head) => { aheads.push([offset, head]) },
    }),
    follow(position: Position = {}) {
      const seen: number[] = []
      const log: string[] = []
      const follower: Follower = {
        joined: (_topic, { how, head, rows }) => { log.push(`${how} ${head}`); seen.push(...rows.map((r) => r.offset)) },
        entries: (_topic, rows) => { seen.push(...rows.map((r) => r.offset)) },
        rejoin: () => { log.push('rejoin') },
      }
      const joining = self.topics.join(account, topic, follower, position)
      joining.catch(() => {})
      return { seen, log, follower, joining }
    },
  }
  return self
}

describe('join', () => {
  it('[RS1] gives the newest to who comes without a position, and continues a position', async () => {
    const w = world({ stored: rows(1, 60) })
    const fresh = w.follow(), resumed = w.follow({ epoch: 'e1', offset: 57 }), old = w.follow({ epoch: 'e0', offset: 57 })
    await turn()
    expect([fresh.log, fresh.seen]).toEqual([['fresh 60'], rows(11, 60).map((r) => r.offset)])
    expect([resumed.log, resumed.seen]).toEqual([['resumed 60'], [58, 59, 60]])
    expect(old.log).toEqual(['fresh 60'])
  })

  it('[RS2] splices what is published while it reads', async () => {
    const w = world({ stored: rows(1, 3), held: true })
    const one = w.follow()
    w.commit(row(4)); w.topics.publish([row(4)])
    await w.answer()
    await w.answer()   // what was announced is fetched
    w.topics.publish([row(5)])
    expect(one.seen).toEqual([1, 2, 3, 4, 5])
  })

  it('[RS2] does not take the head for read when the head is of a moment later than the rows', async () => {
    const w = world({ stored: rows(1, 3), held: true })
    const one = w.follow()
    w.commit(row(4))   // committed, not published yet
    await w.answer()
    w.topics.publish([row(4)])
    await turn()
    const two = w.follow({ epoch: 'e1', offset: 3 })
    expect([one.seen, two.seen]).toEqual([[1, 2, 3, 4], [4]])
  })

  it('[RS2] reads again when another join brought the head beyond what this one has read', async () => {
    const w = world({ stored: rows(1, 3), held: true })
    const early = w.follow()
    w.commit(row(4))
    const late = w.follow({ epoch: 'e1', offset: 4 })
    await turn()
    await w.answer(1)
    w.held = false
    await w.answer()
    await turn()
    w.topics.publish([row(5)])
    await turn()
    expect([early.seen, late.seen]).toEqual([[1, 2, 3, 4, 5], [5]])
  })

  it('[RS2] brings everybody what one finds in the journal, each once', async () => {
    const w = world({ stored: rows(1, 3) })
    const one = w.follow()
    await turn()
    w.advance(20 * 60_000); w.topics.sweep()   // the ring is empty now
    await turn()
    w.commit(...rows(4, 6))   // by another node, and the hint was lost
    const two = w.follow({ epoch: 'e1', offset: 1 })
    await turn()
    const three = w.follow({ epoch: 'e1', offset: 6 })
    await turn()
    w.commit(row(7)); w.topics.hint(account, topic, 7)
    await turn()
    expect([one.seen, two.seen, three.seen]).toEqual([[1, 2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 7], [7]])
  })

  it('leaves a later join alone when an earlier one fails', async () => {
    const w = world({ stored: rows(1, 2), held: true })
    w.fail(true)
    const { follower, joining, log, seen } = w.follow()
    await turn()
    w.fail(false)
    w.topics.restart()
    void w.topics.join(account, topic, follower, {})
    await w.answer()
    await expect(joining).rejects.toThrow('away')
    await w.answer()
    w.topics.publish([row(3)])
    expect([log, seen]).toEqual([['rejoin', 'fresh 2'], [1, 2, 3]])
  })
})

describe('hints', () => {
  it('fill a gap with one read, also in a topic that was empty', async () => {
    const w = world()
    const one = w.follow()
    await turn()
    w.commit(row(1)); w.topics.hint(account, topic, 1)
    await turn()
    w.commit(row(2), row(3)); w.topics.publish([row(3)])
    await turn()
    expect(one.seen).toEqual([1, 2, 3])
  })

  it('that come while a read is under way are not lost', async () => {
    const w = world({ stored: rows(1, 1) })
    const one = w.follow()
    await turn()
    w.held = true
    w.topics.hint(account, topic, 2)   // too early: it finds nothing
    w.commit(row(2)); w.topics.hint(account, topic, 3); w.commit(row(3))
    await w.answer()
    await w.answer()
    expect(one.seen).toEqual([1, 2, 3])
  })

  it('that were lost are made good by the sweep', async () => {
    const w = world({ stored: rows(1, 1) })
    const one = w.follow()
    await turn()
    w.commit(...rows(2, 2100))   // more than one page
    w.topics.sweep()
    await turn()
    expect(one.seen).toEqual(rows(1, 2100).map((r) => r.offset))
  })
})

it('sweeps go round all topics, some at a time', async () => {
  const asked: string[] = []
  const t = topics({
    now: () => 0, epoch: () => 'e1', ahead: async () => {}, sweepTopics: 2,
    read: ({ topic: name }) => { asked.push(name); return Promise.resolve({ rows: [], head: 0 }) },
  })
  for (const name of ['one', 'two', 'three']) await t.join(account, name, { joined: () => {}, entries: () => {}, rejoin: () => {} }, {})
  asked.length = 0
  for (let i = 0; i < 4; i++) { t.sweep(); await turn() }
  expect(asked).toEqual(['one', 'two', 'three', 'one', 'two', 'three'])
})

describe('a database that went back in time', () => {
  it('[RS5] is reported when a client or this node knows more than the journal', async () => {
    const w = world({ stored: rows(1, 5) })
    const one = w.follow({ epoch: 'e1', offset: 9, isTrusted: true })
    await turn()
    expect([w.aheads, one.log]).toEqual([[[9, 5]], ['fresh 5']])
    w.stored = rows(1, 3)
    const two = w.follow({ epoch: 'e1', offset: 2 })   // from the ring
    w.topics.forget(account, topic)
    const three = w.follow({ epoch: 'e1', offset: 1 })
    await turn()
    expect([w.aheads.slice(1), one.log.slice(1), two.log, three.log]).toEqual([[[5, 3]], ['rejoin'], ['resumed 5', 'rejoin'], ['rejoin']])
  })

  it('[RS5] is not proved by a client of which nobody knows who it is: only that one starts afresh', async () => {
    const w = world({ stored: rows(1, 5) })
    const one = w.follow({ epoch: 'e1', offset: 5 }), ahead = w.follow({ epoch: 'e1', offset: 1_000_000 })
    await turn()
    const again = w.follow({ epoch: 'e1', offset: 6 })
    await turn()
    w.commit(row(6)); w.topics.publish([row(6)])
    expect([w.aheads, one.log, one.seen]).toEqual([[], ['resumed 5'], [6]])
    for (const { log, seen } of [ahead, again]) expect([log, seen]).toEqual([['fresh 5'], [1, 2, 3, 4, 5, 6]])
  })

  it('[RS5] clients prove it once a minute; this node whenever it knows', async () => {
    const w = world({ stored: rows(1, 5) })
    const claim = async (offset: number): Promise<string[]> => {
      const { log } = w.follow({ epoch: 'e1', offset, isTrusted: true })
      await turn()
      return log
    }
    expect([await claim(9), await claim(10), w.aheads]).toEqual([['fresh 5'], ['fresh 5'], [[9, 5]]])
    w.stored = rows(1, 4)
    w.topics.sweep()
    await turn()
    expect(w.aheads).toEqual([[9, 5], [5, 4]])
    w.advance(60_000)
    expect([await claim(11), w.aheads]).toEqual([['fresh 4'], [[9, 5], [5, 4], [11, 4]]])
  })
})

it('[RS5] a sweep finds a database that went back in time', async () => {
  const w = world({ stored: rows(1, 5) })
  const one = w.follow()
  await turn()
  w.stored = rows(1, 4)
  w.topics.sweep()
  await turn()
  expect([w.aheads, one.log]).toEqual([[[5, 4]], ['fresh 5', 'rejoin']])
})

describe('redaction', () => {
  it('[RD1] reaches the ring, those who are joining, and reads that were under way', async () => {
    const w = world({ stored: rows(1, 2), held: true })
    const bodies: (string | null)[] = []
    const follower: Follower = { joined: (_topic, { rows }) => { bodies.push(...rows.map((r) => r.body)) }, entries: () => {}, rejoin: () => {} }
    void w.topics.join(account, topic, follower, {})
    w.topics.redact(account, topic, (r) => r.offset === 1)
    await w.answer()
    w.topics.redact(account, topic, (r) => r.offset === 2)
    void w.topics.join(account, topic, { ...follower }, {})
    expect(bodies).toEqual([null, '{"n":2}', null, null])
  })

  it('[RD2] of a whole topic voids reads that were under way', async () => {
    const w = world({ stored: rows(1, 2), held: true })
    const one = w.follow()
    w.topics.forget(account, topic)
    await w.answer()
    expect([one.log, one.seen, w.topics.stats.rows]).toEqual([['rejoin'], [], 0])
  })

  it('gives back the bytes', async () => {
    const w = world({ stored: rows(1, 20) })
    const { follower } = w.follow()
    await turn()
    w.topics.redact(account, topic, () => true)
    w.topics.leave(account, topic, follower)
    w.advance(20 * 60_000)
    w.topics.sweep()
    expect(w.topics.stats).toEqual({ topics: 0, ringBytes: 0, rows: 0 })
  })
})
