/** The spool in the simulation: real sequencer, real spool, real handover; a database that dies and hangs, a disk that fails, a process that is killed. */
import { describe, expect, it } from 'vitest'
import type { Db, Tx } from '#server/db/db.ts'
import type { Sql } from '#server/db/sql.ts'
import { conversationAccess } from '#server/features/conversations/access.ts'
import { keeping as openKeeping, type Keeping, type KeptCommand, type Outcome } from '#server/kernel/keeping.ts'
import { handover } from '#server/kernel/handover.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { digestOf, HandedOver, sequencer } from '#server/kernel/sequencer.ts'
import { openSpool, type Place } from '#server/kernel/spool.ts'
import { chance, type Chance } from '#drills/chance.ts'
import { Database, type SimTx } from './database.ts'
import { SimDisk, sound } from './disk.ts'
import { calm, simJournal, type Faults } from './journal.ts'
import { scheduler, type Scheduler } from './scheduler.ts'

const account = '00000000-0000-7000-8000-000000000001'
const firstSeed = Number(process.env['LODGE_SEED'] ?? 1)
/** Of defects that were planted or found, the rarest stood behind 1,186. */
const seeds = Number(process.env['LODGE_SEEDS'] ?? (process.env['LODGE_SEED'] === undefined ? 1_250 : 1))
const queueMs = 250

interface Said extends KeptCommand { readonly kind: 'said'; readonly body: { readonly n: number } }
interface House { send(said: Said): Promise<'stored' | 'kept'>; keeping: Keeping<Said>; onStored(fn: (id: string) => void): void; kill(): void }

async function open(world: { time: Scheduler; dice: Chance; database: Database; disks: readonly SimDisk[]; faults: () => Faults }): Promise<House> {
  const { time, dice, database, faults } = world
  let isDead = false
  const listeners: ((id: string) => void)[] = []
  const journal = simJournal({ database, time, chance: dice.stream('journal'), faults, onRestart: () => seq.forget() })
  const seq = sequencer<SimTx>({ journal, now: time.now, sleep: time.sleep, random: dice.next, publish: (rows) => journal.committed(rows), maxRows: 16 })
  const found: { command: Said; digest: string; place: Place }[] = []
  const spool = await openSpool({ disks: world.disks.map((d) => d.mount()), now: time.now, after: time.after, segmentBytes: 3_000 }, (payload, place) => {
    const { digest, ...command } = JSON.parse(payload.toString()) as Said & { digest: string }
    found.push({ command, digest, place })
  })
  // Cold in each life, as the real one: it has to ask whose conversation it is, and each answer takes its own time or fails.
  const db: Pick<Db, 'read'> = {
    async read(_label, _deadlineMs, fn) {
      await time.sleep(dice.between(0, 60))
      if (dice.is(faults().away)) throw new Refusal('unavailable')
      return fn({ all: ({ values: [, ids] }: Sql<unknown>) => Promise.resolve((ids as string[]).map((id) => ({ account, id, inbox: '', contact: '', channel: null }))) } as unknown as Tx)
    },
  }
  const access = await conversationAccess(db as Db, { noted: { note() {}, read: () => Promise.resolve([]), settled: () => Promise.resolve() }, recalls: false, isGatherOff: dice.is(0.5) })
  const verb = async ({ id, lane, actor, body }: Said) => {
    await access.conversation({ account, actor: actor as `user:${string}`, role: 'agent', subject: actor, expiresAtMs: Infinity }, lane.slice('conversation:'.length))
    return gate.accept({ account, topic: lane, id, type: 'message.sent', actor, body })
  }
  const apply = async (said: Said): Promise<Outcome> => {
    try { return { is: 'stored', ...await gate.replay(account, said.id, said.at, () => verb(said)) } } catch (error) {
      return error instanceof Refusal && error.code !== 'unavailable' ? { is: 'refused', refusal: error } : { is: 'away' }
    }
  }
  const keeping = openKeeping<Said>({
    spool, now: time.now, random: dice.next, sleep: time.sleep, apply: (run) => Promise.all(run.map(apply)), isPlain: () => true, setAside: () => Promise.reject(new Error('Nothing here is ever refused')),
    async probe() {
      const late = time.sleep(queueMs).then(() => false)
      const works = await Promise.race([journal.heads([{ account, topic: 'probe' }]).then(() => true, () => false), late])
      return { reads: works, writes: works }
    },
    onState: (state) => { if (state === 'keeping') seq.handOver((draft) => gate.isOpenCall(draft)) },
    onSettled: (said) => { for (const tell of listeners) tell(said.id) },
  }, found)
  const gate = handover<SimTx>(seq.accept, () => keeping)
  const tick = (): void => {
    if (isDead) return
    const sinceMs = seq.waitingSinceMs(gate.isOpenCall)
    if (sinceMs !== undefined && time.now() - sinceMs > queueMs) keeping.suspect('slow')
    time.after(50, tick)
  }
  time.after(50, tick)
  return {
    keeping, onStored: (fn) => { listeners.push(fn) },
    async send(said) {
      try { await gate.call(account, said.id, () => verb(said)); return 'stored' } catch (error) {
        if (!(error instanceof HandedOver)) throw error
        await keeping.keep({ ...said, at: new Date(time.now()).toISOString() }, digestOf({ actor: said.actor, topic: said.lane, type: 'said', body: said.body }))
        return 'kept'
      }
    },
    kill() { isDead = true; journal.kill(); void keeping.stop() },
  }
}

/** What a device knows of its own commands; `kept` are out of the way, and asked for again by the next process. */
type State = 'unsent' | 'under way' | 'kept' | 'stored'

async function live(seed: number): Promise<{ kept: number; stored: number }> {
  const time = scheduler(Date.UTC(2026, 10, 26), 2_000_000), dice = chance(seed)
  const database = new Database('epoch-1', time.now)
  const disks = [new SimDisk(time, dice.stream('disk')), ...dice.is(0.5) ? [new SimDisk(time, dice.stream('other'))] : []]
  let faults: Faults = calm
  let house: House | undefined
  const kept = new Set<string>()
  const senders = Array.from({ length: 4 }, (_, i) => ({ actor: `user:${i}`, lane: `conversation:00000000-0000-7000-8000-00000000000${i % 3}`, isPatient: i < 3, said: [] as { said: Said; state: State }[] }))
  const acknowledged = new Map<string, Said>()
  const violations: string[] = []

  const start = async (): Promise<void> => {
    let opened: House | undefined
    void open({ time, dice, database, disks, faults: () => faults }).then((h) => { opened = h })
    await time.run(time.now() + 60_000, () => opened !== undefined)
    house = opened!
    house.onStored((id) => { for (const s of senders) for (const one of s.said) if (one.said.id === id) { one.state = 'stored'; acknowledged.set(id, one.said) } })
    for (const s of senders) for (const one of s.said) if (one.state === 'kept' || one.state === 'under way') one.state = s.isPatient ? 'unsent' : 'stored'
    for (const s of senders) if (s.isPatient) pump(s)
  }
  /** As the outbox of the SDK: one of a topic at a time. The last sender does not wait, and does not repeat. */
  function pump(s: typeof senders[number]): void {
    const next = s.said.find((one) => one.state === 'unsent')
    if (!next || !house || s.said.some((one) => one.state === 'under way')) return
    ask(s, next)
  }
  function ask(s: typeof senders[number], one: { said: Said; state: State }): void {
    const now = house
    one.state = 'under way'
    now!.send(one.said).then((how) => {
      if (now !== house) return
      acknowledged.set(one.said.id, one.said)
      if (how === 'kept') kept.add(one.said.id)
      if (one.state === 'under way') one.state = how
      if (s.isPatient) pump(s)
    }, (error: unknown) => {
      if (now !== house) return
      if (!(error instanceof Refusal) || error.code !== 'unavailable') violations.push(`${one.said.id}: ${String(error)}`)
      if (one.state === 'under way') one.state = s.isPatient ? 'unsent' : 'stored'
      if (s.isPatient) time.after(dice.between(100, 2_000), () => { if (now === house) pump(s) })
    })
  }

  await start()
  const endMs = time.now() + 12_000
  const bad = (p: number, most: number): number => dice.is(p) ? dice.between(0, most) : 0
  while (time.now() < endMs) {
    if (dice.is(0.15)) faults = { away: bad(0.3, 0.5), broken: bad(0.5, 0.4), slow: bad(0.6, 0.8), slowMs: dice.pick([400, 3_000]) }
    if (dice.is(0.15)) faults = calm
    if (dice.is(0.1)) database.crash()
    if (database.isDown && dice.is(0.1)) database.isDown = false
    if (dice.is(0.1)) for (const d of disks) d.faults = { ...sound, full: bad(0.3, 0.5), lost: bad(0.3, 0.5), late: bad(0.1, 0.2) }
    if (dice.is(0.04)) {
      const old = house!
      house = undefined
      old.kill()
      for (const d of disks) { d.crash(dice.is(0.5)); d.faults = sound }
      await time.run(time.now() + dice.between(0, 500))
      await start()
    }
    const s = dice.pick(senders)
    for (let burst = dice.below(3); burst > 0; burst--) {
      const one = { said: { kind: 'said' as const, account, id: dice.uuid(), lane: s.lane, type: 'said', actor: s.actor, at: '', body: { n: s.said.length } }, state: 'unsent' as State }
      s.said.push(one)
      if (s.isPatient) pump(s); else ask(s, one)
    }
    await time.run(time.now() + dice.between(0, 120))
  }
  faults = calm
  database.isDown = false
  for (const d of disks) d.faults = sound
  await time.run(time.now() + 90_000, () => senders.every((s) => s.said.every((one) => one.state === 'stored')) && house!.keeping.stats().depth === 0)

  const rows = [...database.content.topics.values()].flat()
  const times = new Map<string, number>()
  for (const row of rows) times.set(row.id, (times.get(row.id) ?? 0) + 1)
  for (const [id, n] of times) if (n > 1) violations.push(`${id} is stored ${n} times`)
  for (const [id, said] of acknowledged) if (!times.has(id)) violations.push(`${said.actor} ${said.body.n} was acknowledged and is not stored`)
  for (const s of senders) {
    const order = rows.filter((r) => r.actor === s.actor && acknowledged.has(r.id)).sort((a, b) => a.offset - b.offset).map((r) => (JSON.parse(r.body) as { n: number }).n)
    for (const [i, n] of order.entries()) if (i > 0 && n < order[i - 1]!) violations.push(`${s.actor}: ${n} stands behind ${order[i - 1]}`)
    if (s.isPatient && order.length !== s.said.length) violations.push(`${s.actor}: ${order.length} of ${s.said.length} got there`)
  }
  const { depth, state } = house!.keeping.stats()
  if (depth > 0 || state !== 'idle' && state !== 'dead') violations.push(`The spool is ${state} and holds ${depth}`)
  house!.kill()
  if (violations.length > 0) throw new Error(`seed ${seed}: ${violations.slice(0, 8).join('; ')}. Again: LODGE_SEED=${seed} npx vitest run test/simulation/spool.test.ts`)
  return { kept: kept.size, stored: rows.length }
}

describe('a database that comes and goes, and a spool', () => {
  it(`[SP1] [SP2] [SP3] [AC1] [AC2] [OR3] lose, double and turn nothing that was acknowledged (${seeds} seeds from ${firstSeed})`, { timeout: 60_000 + seeds * 2_000 }, async () => {
    let kept = 0, stored = 0
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const one = await live(seed)
      kept += one.kept; stored += one.stored
    }
    // Else it would prove nothing.
    expect(kept).toBeGreaterThan(seeds * 3)
    expect(stored).toBeGreaterThan(kept)
  })
})
