import { describe, expect, it } from 'vitest'
import { chance } from '#drills/chance.ts'
import { Database, type SimTx } from '#test/simulation/database.ts'
import { calm, simJournal, type SimJournal } from '#test/simulation/journal.ts'
import { scheduler } from '#test/simulation/scheduler.ts'
import type { Draft } from './entry-row.ts'
import { Refusal } from './refusal.ts'
import { Away, HandedOver, OutcomeUnknown, sequencer, type Journal, type NewRow, type Sequencer, type Stored } from './sequencer.ts'

const account = '00000000-0000-7000-8000-000000000001'
const draft = (topic: string, id: string, more: Partial<Draft<SimTx>> = {}): Draft<SimTx> =>
  ({ account, topic, id, type: 'message.sent', actor: 'user:ada', body: { text: id }, ...more })

function world() {
  const time = scheduler(Date.UTC(2026, 10, 24))
  const dice = chance(1)
  const database = new Database('epoch-1', time.now)
  const node = (change: (journal: SimJournal, self: () => Sequencer<SimTx>) => Partial<Journal<SimTx>> = () => ({})) => {
    const published: NewRow[] = []
    const journal: SimJournal = simJournal({ database, time, chance: dice, faults: () => calm, onRestart: () => self.forget() })
    const self: Sequencer<SimTx> = sequencer({
      journal: { ...journal, ...change(journal, () => self) }, now: time.now, sleep: time.sleep, random: () => 0.5, publish: (rows) => published.push(...rows),
    })
    return { ...self, published, of: <T>(promise: Promise<T>) => settled(promise) }
  }
  /** What came of it by the end of a minute. */
  async function settled<T>(promise: Promise<T>): Promise<T | Error> {
    let outcome: T | Error = new Error('nothing came of it')
    promise.then((value) => { outcome = value }, (error: Error) => { outcome = error })
    await time.run(time.now() + 60_000)
    return outcome
  }
  return { time, database, node, settled }
}
const offsets = (stored: Stored[] | Error): number[] => (stored as Stored[]).map((s) => s.offset)

describe('accept', () => {
  it('[OR1] [AC2] numbers each topic without holes and answers a repeat with the first result', async () => {
    const { node, settled } = world()
    const a = node()
    expect(offsets(await settled(Promise.all([a.accept(draft('t', '1')), a.accept(draft('u', '2')), a.accept(draft('t', '3'))])))).toEqual([1, 1, 2])
    expect(await settled(a.accept(draft('t', '1')))).toMatchObject({ offset: 1, repeat: true })
    expect(await settled(node().accept(draft('t', '3')))).toMatchObject({ offset: 2, repeat: true })
  })

  it('[AC3] refuses an id that was used for something else, on any node, and stores nothing', async () => {
    const { node, settled, database } = world()
    await settled(node().accept(draft('t', '1')))
    for (const other of [draft('t', '1', { body: { text: 'else' } }), draft('t', '1', { actor: 'user:kit' }), draft('u', '1')]) {
      expect(await settled(node().accept(other))).toMatchObject({ code: 'id_reused' })
    }
    expect(database.commits).toBe(1)
  })

  it('[AC3] does not let an impostor in the queue refuse the owner of an id', async () => {
    const { node, settled, database } = world()
    const owners = draft('t', '1')
    await settled(node().accept(owners))
    const a = node()
    database.isDown = true
    const forged = a.accept(draft('t', '1', { actor: 'user:eve' })).catch((e: unknown) => e)
    const again = a.accept(owners)
    database.isDown = false
    expect(await settled(again)).toMatchObject({ offset: 1, repeat: true })
    expect(await forged).toMatchObject({ code: 'id_reused' })
  })

  it('[AC5] [OR3] refuses the bad rows of a batch alone, and keeps the order of a sender whose first row clashed', async () => {
    const { node, settled } = world()
    const b = node()
    let looks = 0   // after the batch was refused whole, another node writes between our look and our commit
    const a = node((journal) => ({ heads: async (keys) => {
      const heads = await journal.heads(keys)
      if (looks++ === 1) await b.accept(draft('t', '0'))
      return heads
    } }))
    const batch = [draft('t', '1'), draft('u', '2'), draft('v', '3', { body: { text: 'poison' } }), draft('t', '4')]
    const outcomes = await settled(Promise.allSettled(batch.map((d) => a.accept(d)))) as PromiseSettledResult<Stored>[]
    expect(outcomes.map((o) => o.status === 'fulfilled' ? o.value.offset : (o.reason as Refusal).code)).toEqual([2, 1, 'internal', 3])
  })

  it('[AC2] answers with the entry, not with the refusal, when a guard refuses what another node has just stored', async () => {
    const { node, settled } = world()
    const claim = draft('t', '1', { guard: async (tx) => {
      if (tx.get('owner')) throw new Refusal('assigned_elsewhere')
      tx.set('owner', 'ada')
    } })
    await settled(node().accept(claim))
    let looks = 0   // the other node's commit comes between our look and our guard
    const late = node((journal) => ({ find: async (ids, of) => looks++ === 0 ? [] : journal.find(ids, of) }))
    expect(await settled(late.accept(claim))).toMatchObject({ offset: 1, repeat: true })
    expect(await settled(late.accept(draft('t', '2', { guard: claim.guard! })))).toMatchObject({ code: 'assigned_elsewhere' })
  })

  it('[AC7] [OR3] gives up, after its patience, also what stands behind in the same topic of the same sender', async () => {
    const { node, settled, time, database } = world()
    const a = node()
    database.isDown = true
    const first = a.of(a.accept(draft('t', '1')).catch((e: unknown) => e))
    time.after(5_000, () => { void a.accept(draft('t', '2')).catch(() => {}); void a.accept(draft('t', '3', { actor: 'contact:leo' })) })
    time.after(12_500, () => { database.isDown = false })
    expect(await first).toMatchObject({ code: 'unavailable' })
    await settled(a.idle())
    expect(a.published.map((r) => r.id)).toEqual(['3'])
  })
})

describe('handing over', () => {
  it('[SP2] [SP3] gives back in order what may be kept, refuses what stands beside it on its topic, and leaves the rest', async () => {
    const { node, settled, time, database } = world()
    const a = node()
    database.isDown = true
    const told: string[] = []
    const tell = (id: string, promise: Promise<unknown>): void => { promise.then(() => told.push(`${id} stored`), (e: Error) => told.push(`${id} ${e instanceof HandedOver ? 'handed over' : (e as Refusal).code}`)) }
    for (const [topic, id] of [['t', '1'], ['t', 'close'], ['u', 'other'], ['t', '2']] as const) tell(id, a.accept(draft(topic, id)))
    await time.run(time.now() + 300)
    const mayBeKept = (d: { id: string }): boolean => /^\d/.test(d.id)
    expect(a.waitingSinceMs(mayBeKept)).toBe(time.now() - 300)
    a.handOver(mayBeKept, () => {})
    await time.run(time.now() + 1)
    expect(told).toEqual(['1 handed over', 'close unavailable', '2 handed over'])
    database.isDown = false
    await settled(a.idle())
    expect(told[3]).toBe('other stored')
    expect(a.waitingSinceMs(mayBeKept)).toBeUndefined()
  })

  it('[SP3] answers the successor of a command that was handed over with its commit on the way, whatever becomes of that', async () => {
    const { node, settled, time } = world()
    let calls = 0
    const release = Promise.withResolvers<void>()
    const a = node((journal) => ({ async append(rows) {
      const call = ++calls
      if (call === 1) await release.promise
      if (call === 2) throw new OutcomeUnknown('lost')
      return journal.append(rows)
    } }))
    const first = a.accept(draft('t', '1')).catch((e: unknown) => e)
    await time.run(time.now() + 300)
    a.handOver(() => true, () => {})
    expect(await first).toBeInstanceOf(HandedOver)
    const [again, next] = [a.accept(draft('t', '1')), a.accept(draft('t', '2'))]
    release.resolve()
    expect(await settled(Promise.all([again, next]))).toMatchObject([{ offset: 1, repeat: true }, { offset: 2 }])
  })

  it('[SP8] leaves in the queue what is done again from the spool, whatever is handed over beside it', async () => {
    const { node, settled, time, database } = world()
    const a = node(), told: string[] = []
    database.isDown = true
    const ask = (of: Draft<SimTx>): void => { a.accept(of).then(({ at }) => told.push(`${of.id} stored ${at}`), (e: unknown) => told.push(`${of.id} ${e instanceof HandedOver ? 'handed over' : (e as Refusal).code}`)) }
    ask(draft('t', 'kept', { at: '2026-10-24T00:00:00.000Z' }))
    ask(draft('t', '1'))
    await time.run(time.now() + 300)
    a.handOver(({ id }) => id === '1', () => {})
    await time.run(time.now() + 1)
    expect(told).toEqual(['1 handed over'])
    database.isDown = false
    await settled(a.idle())
    expect(told[1]).toBe('kept stored 2026-10-24T00:00:00.000Z')
  })

  it('[SP3] [AC2] does not put a command that was handed over back into the queue, where its successor stands', async () => {
    const { node, settled, time } = world()
    let calls = 0
    const release = Promise.withResolvers<void>(), sent: string[][] = []
    const a = node((journal) => ({ async append(rows) {
      sent.push(rows.map((r) => r.id))
      if (++calls > 1) return journal.append(rows)
      await release.promise
      return [`${account} t`]   // another node was first
    } }))
    const first = a.accept(draft('t', '1')).catch((e: unknown) => e)
    await time.run(time.now() + 300)
    a.handOver(() => true, () => {})
    expect(await first).toBeInstanceOf(HandedOver)
    const again = a.accept(draft('t', '1'))
    release.resolve()
    expect(await settled(again)).toMatchObject({ offset: 1, repeat: false })
    expect(sent).toEqual([['1'], ['1']])
  })
})

describe('a replaced history', () => {
  it('[RS5] makes heads void that were read before it', async () => {
    const { node, settled, database } = world()
    await settled(Promise.all(['1', '2', '3'].map((id) => node().accept(draft('t', id)))))
    const a = node((journal, self) => ({ heads: async (keys) => {
      const heads = await journal.heads(keys)
      if (database.epoch === 'epoch-1') { database.restore(1, 'epoch-2'); await journal.restart('epoch-1'); self().forget() }
      return heads
    } }))
    expect(await settled(a.accept(draft('t', '9')))).toMatchObject({ offset: database.commits })
    expect([...database.content.topics.values()].flat().map((r) => r.offset)).toEqual([...Array(database.commits).keys()].map((i) => i + 1))
  })

  it('[RS5] makes void what was stored in the old one and not answered yet', async () => {
    const { node, settled, database } = world()
    const a = node((journal, self) => ({ append: async (rows) => {
      const clashed = await journal.append(rows)
      if (database.epoch === 'epoch-1') { database.restore(0, 'epoch-2'); await journal.restart('epoch-1'); self().forget() }
      return clashed
    } }))
    expect(await settled(a.accept(draft('t', '1')))).toMatchObject({ offset: 1 })
    expect(a.published).toHaveLength(1)
    expect(database.content.topics.get(`${account} t`)).toHaveLength(1)
  })
})

describe('an unknown outcome', () => {
  it.each([true, false])('[AC6] is looked up before anything is numbered again (stored: %s)', async (isStored) => {
    const { node, settled, database } = world()
    let breaks = 1
    const a = node((journal) => ({ append: async (rows) => {
      if (breaks-- <= 0) return journal.append(rows)
      if (isStored) await journal.append(rows)
      throw new OutcomeUnknown('lost')
    } }))
    expect(await settled(a.accept(draft('t', '1')))).toMatchObject({ offset: 1, repeat: isStored })
    expect(database.commits).toBe(1)
  })

  it('[AC7] waits while the journal is away and goes on in order', async () => {
    const { node, settled } = world()
    let away = 3
    const a = node((journal) => ({ append: (rows) => away-- > 0 ? Promise.reject(new Away('down')) : journal.append(rows) }))
    expect(offsets(await settled(Promise.all(['1', '2', '3'].map((id) => a.accept(draft('t', id))))))).toEqual([1, 2, 3])
  })
})

describe('what looks back', () => {
  it('[RD1] finds all that was accepted before it committed, and holds nobody up who comes after', async () => {
    const { node, settled, database } = world()
    const seen: string[][] = []
    const look = (id: string): Draft<SimTx> => draft('t', id, { looksBack: true, guard: async () => { seen.push(database.content.topics.get(`${account} t`)!.map((r) => r.id)) } })
    const a = node()
    expect(offsets(await settled(Promise.all([draft('t', '1'), draft('u', '2'), look('3'), draft('t', '4'), look('5'), draft('u', '6')].map((d) => a.accept(d)))))).toEqual([1, 1, 2, 3, 4, 2])
    expect(seen).toEqual([['1'], ['1', '3', '4']])
    expect(database.commits).toBe(3)
  })
})
