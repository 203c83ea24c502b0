/** The whole client against a network and a server that do their worst, under virtual time. A failure prints its seed. */
import { describe, expect, it, vi } from 'vitest'
import type { Entry } from '#contract/entries.ts'
import { chance as chanceOf, type Chance } from '#drills/chance.ts'
import { calm, farEnd, type FarEnd } from '#test/simulation/far-end.ts'
import { scheduler, type Scheduler } from '#test/simulation/scheduler.ts'
import type { Clock } from './clock.ts'
import type { connect as Connect, Lodge, Observer, Position } from './lodge.ts'
import type { Kept, OutboxStore } from './outbox-store.ts'

const seeds = Number(process.env['SEEDS'] ?? 200)
const topics = ['conversation:a', 'conversation:b', 'conversation:c']
const startMs = Date.UTC(2026, 0, 5)

/** A disk: what was put stays when the page dies. Whoever dies while it writes does not know. */
interface Disk { rows: Map<string, Kept>; promised: Set<string>; store(life: { isOver: boolean }): OutboxStore }
type Plant = (rows: Map<string, Kept>, command: Kept) => void
const disk = (time: Scheduler, chance: Chance, write: Plant = (rows, command) => { rows.set(command.id, command) }): Disk => {
  const rows = new Map<string, Kept>()
  const promised = new Set<string>()
  return {
    rows, promised,
    store: (life) => ({
      open: async () => {
        await time.sleep(chance.between(0, 50))
        return [...rows.values()]
      },
      put: async (command) => {
        const copy = { ...command }
        await time.sleep(chance.between(0, 20))
        if (life.isOver && chance.is(0.5)) return
        write(rows, copy)
        promised.add(command.id)
      },
      remove: async (ids) => {
        await time.sleep(chance.between(0, 20))
        for (const id of ids) rows.delete(id)
      },
      close: () => {},
    }),
  }
}

/** What a screen would do with its news, and whether it could have trusted it. */
class Reader implements Observer {
  at: Position | undefined
  list: Entry[] = []
  freshes = 0
  readonly topic: string
  readonly #world: { far: FarEnd; fail: (what: string) => void }
  constructor(topic: string, world: { far: FarEnd; fail: (what: string) => void }, from?: Reader) {
    this.topic = topic
    this.#world = world
    if (from?.at) { this.at = from.at; this.list = [...from.list] }
  }
  fresh({ epoch, head, entries }: { epoch: string; head: number; entries: readonly Entry[] }): void {
    this.freshes++
    if (entries.length > 0 && entries.at(-1)!.offset !== head) this.#world.fail(`${this.topic}: fresh entries end at ${entries.at(-1)!.offset}, not at the head ${head}`)
    this.at = { epoch, offset: head }
    this.list = []
    this.#check(entries)
    this.list = [...entries]
  }
  entries(entries: readonly Entry[]): void {
    if (!this.at) return this.#world.fail(`${this.topic}: entries before fresh`)
    for (const { offset } of entries) {
      if (offset !== this.at.offset + 1) this.#world.fail(`${this.topic}: ${offset} after ${this.at.offset}`)
      this.at = { ...this.at, offset }
    }
    this.#check(entries)
    this.list.push(...entries)
  }
  #check(entries: readonly Entry[]): void {
    const history = this.#world.far.histories.get(this.at!.epoch)?.get(this.topic)
    for (const { id, offset } of entries) if (history?.[offset - 1]?.id !== id) this.#world.fail(`${this.topic}: another entry at ${offset} than in the journal`)
  }
}

interface Page { lodge: Lodge; life: { isOver: boolean }; readers: { reader: Reader; off: () => void }[] }
interface Run { failures: string[]; sent: number; stored: number; restores: number; crashes: number }

async function run(seed: number, connect: typeof Connect, { write }: { write?: Plant } = {}): Promise<Run> {
  const chance = chanceOf(seed)
  const time = scheduler(startMs)
  const far = farEnd({ time, chance: chance.stream('far end'), topics })
  const store = disk(time, chance.stream('disk'), write)
  const user = chance.stream('user')
  const failures: string[] = []
  const fail = (what: string): void => { failures.push(what) }
  const world = { far, fail }
  const mine: { id: string; topic: string; isBad: boolean }[] = []
  let restores = 0, crashes = 0, tickets = 0

  const random = (life: number): (() => number) => {
    const stream = chance.stream(`client ${life}`)
    return () => stream.next()
  }
  const open = (): Page => {
    const life = { isOver: false }
    const sockets: { isHeld: boolean }[] = []
    const clock: Clock = { now: () => time.now(), after: (ms, fn) => time.after(ms, () => { if (!life.isOver) fn() }) }
    const lodge = connect({
      url: 'http://far.example', app: 'simulation', clock, random: random(crashes), outbox: store.store(life),
      ticket: async () => {
        await time.sleep(chance.between(1, 100))
        if (far.weather !== calm && chance.is(0.1)) throw new Error('no line')
        return { ticket: `t${tickets++}`, expiresAt: new Date(time.now() + 60_000).toISOString() }
      },
      WebSocket: class extends far.WebSocket {
        constructor(url: string) {
          super(url)
          const held = { isHeld: true }
          if (sockets.some((s) => s.isHeld)) fail('a second socket while one is open')
          sockets.push(held)
          this.addEventListener('close', () => { held.isHeld = false })
          const close = this.close.bind(this)
          this.close = () => { held.isHeld = false; close() }
        }
      },
    })
    return { lodge, life, readers: [] }
  }
  const join = (page: Page, topic: string, from?: Reader): void => {
    const reader = new Reader(topic, world, from)
    page.readers.push({ reader, off: page.lodge.join(topic, reader, reader.at) })
  }

  let page = open()
  for (const topic of topics) join(page, topic)
  for (let step = 0; step < 60; step++) {
    await time.run(time.now() + user.between(0, 4000))
    const topic = user.pick(topics)
    const what = user.next()
    if (what < 0.45) {
      const isBad = user.is(0.1)
      const { id, stored } = page.lodge.send({ type: 'message.send', topic, body: { text: `${isBad ? 'bad' : 'good'} ${step}` } })
      const item = { id, topic, isBad }
      mine.push(item)
      stored.then(() => { if (!far.has(id) && restores === 0) fail('an unstored command was called stored') }, () => {})
    } else if (what < 0.7) far.append(topic)
    else if (what < 0.8) join(page, topic, page.readers.findLast((r) => r.reader.topic === topic)?.reader)
    else if (what < 0.87 && page.readers.length > 0) page.readers.splice(user.below(page.readers.length), 1)[0]!.off()
    else if (what < 0.9) {
      // The page dies. What it had not kept by now is lost, and was never shown as more than pending.
      page.life.isOver = true
      crashes++
      await time.run(time.now() + 100)
      for (const item of mine.splice(0)) if (store.promised.has(item.id) || far.has(item.id)) mine.push(item)
      const old = page.readers
      page = open()
      for (const { reader } of old) join(page, reader.topic, user.is(0.5) ? reader : undefined)
    } else if (what < 0.92) far.die()
    else if (what < 0.94 && seed % 3 === 0) { far.restore(); restores++ }
  }
  far.weather = calm
  for (const topic of topics) join(page, topic)
  const isSettled = (): boolean => page.lodge.outbox.list().every((c) => c.state === 'failed') && !far.isSpooling
    && page.readers.every(({ reader }) => reader.at?.epoch === far.epoch && reader.at.offset === far.topic(reader.topic).length)
  const untilMs = time.now() + 600_000
  while (time.now() < untilMs && !isSettled()) await time.run(time.now() + 1000)
  if (!isSettled()) fail(`does not come to rest: ${JSON.stringify({ status: page.lodge.status, outbox: page.lodge.outbox.list(), readers: page.readers.map((r) => [r.reader.at, far.topic(r.reader.topic).length]) })}`)

  for (const { id, topic, isBad } of mine) {
    const times = far.topic(topic).filter((e) => e.id === id).length
    if (times !== (isBad ? 0 : 1)) fail(`${isBad ? 'a refused' : 'an own'} command is in the journal ${times} times`)
  }
  for (const topic of restores === 0 ? topics : []) {
    const order = far.topic(topic).map((e) => e.id).filter((id) => mine.some((m) => m.id === id))
    const wanted = mine.filter((m) => m.topic === topic && !m.isBad).map((m) => m.id)
    if (order.join() !== wanted.join()) fail(`${topic}: own commands are out of order`)
  }
  page.lodge.close()
  return { failures, sent: mine.length, stored: mine.filter((m) => far.has(m.id)).length, restores, crashes }
}

describe('a client in the storm', () => {
  it(`[RS3] [RS4] [RS5] [OR3] loses, doubles and reorders nothing in ${seeds} seeds`, { timeout: 300_000 }, async () => {
    const { connect } = await import('./lodge.ts')
    const sum = { sent: 0, stored: 0, restores: 0, crashes: 0 }
    for (let seed = Number(process.env['SEED'] ?? 1), end = seed + seeds; seed < end; seed++) {
      const { failures, ...counts } = await run(seed, connect)
      expect(failures, `SEED=${seed}`).toEqual([])
      for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += counts[key]
    }
    // A storm that breaks nothing would prove nothing.
    expect(sum.stored).toBeGreaterThan(seeds * 10)
    expect(sum.restores).toBeGreaterThan(0)
    expect(sum.crashes).toBeGreaterThan(seeds / 4)
  })

  const found = async (connect: typeof Connect, write?: Plant): Promise<string[]> => {
    for (let seed = 1; seed <= 100; seed++) {
      const { failures } = await run(seed, connect, write && { write })
      if (failures.length > 0) return failures
    }
    return []
  }

  it('finds a planted bug: the outbox forgets a command when it is kept', { timeout: 60_000 }, async () => {
    const { connect } = await import('./lodge.ts')
    const failures = await found(connect, (rows, command) => { if (command.state === 'kept') rows.delete(command.id); else rows.set(command.id, command) })
    expect(failures.join()).toContain('in the journal 0 times')
  })

  it('finds a planted bug: an unsent command is not on the disk', { timeout: 60_000 }, async () => {
    const { connect } = await import('./lodge.ts')
    const failures = await found(connect, (rows, command) => { if (command.state !== 'pending') rows.set(command.id, command) })
    expect(failures.join()).toContain('in the journal 0 times')
  })

  it.each([
    ['applies what comes without looking at the offset', 'advance', (_: number, entries: readonly Entry[]) => ({ taken: entries, isGap: false })],
    ['skips over a gap', 'advance', (offset: number, entries: readonly Entry[]) => ({ taken: entries.filter((e) => e.offset > offset), isGap: false })],
    ['never asks again', 'advance', (offset: number, entries: readonly Entry[]) => ({ taken: entries.filter((e, i) => e.offset === offset + 1 + i), isGap: false })],
  ] as const)('finds a planted bug: a reader that %s', { timeout: 60_000 }, async (_, name, wrong) => {
    vi.resetModules()
    vi.doMock('./positions.ts', async (original) => ({ ...await original<object>(), [name]: wrong }))
    const { connect } = await import('./lodge.ts')
    vi.doUnmock('./positions.ts')
    vi.resetModules()
    expect(await found(connect)).not.toEqual([])
  })
})
