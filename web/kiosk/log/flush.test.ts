import { expect, it } from 'vitest'
import type { Clock } from '#client/clock.ts'
import type { Answer, Ask } from '../ask.ts'
import { flusher } from './flush.ts'
import type { Happened } from './kept.ts'
import { memoryShelf } from './shelf-memory.ts'

const happened = (n: number, body: Record<string, unknown> = {}): Happened => ({ id: `op-${n}`, type: 'check_in', visit: `visit-${n}`, at: '2026-03-01T09:00:00.000Z', offsetMs: null, body })
interface Sent { id: string; seq: number; body: Record<string, unknown> }
const applied = (ops: readonly { id: string; seq: number }[]): Answer =>
  ({ status: 200, body: { lodge: 'operations', results: ops.map(({ id, seq }) => ({ id, seq, state: 'applied', reason: null })) } })

/** Time that runs when it is told to. */
function handClock(): Clock & { pass(ms: number): Promise<void> } {
  let nowMs = 0
  let timers: { atMs: number; fn: () => void }[] = []
  const settle = async (): Promise<void> => { for (let i = 0; i < 300; i++) await Promise.resolve() }
  return {
    now: () => nowMs,
    after(ms, fn) {
      const timer = { atMs: nowMs + ms, fn }
      timers.push(timer)
      return () => { timers = timers.filter((t) => t !== timer) }
    },
    async pass(ms) {
      const endMs = nowMs + ms
      for (;;) {
        await settle()
        const next = timers.filter((t) => t.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0]
        if (!next) break
        nowMs = next.atMs
        timers = timers.filter((t) => t !== next)
        next.fn()
      }
      nowMs = endMs
      await settle()
    },
  }
}

function house(answer: (ops: Sent[], n: number) => Answer, options: { batchBytes?: number } = {}) {
  const shelf = memoryShelf()
  const clock = handClock()
  const requests: string[][] = []
  const bodies: Sent[][] = []
  const news: string[] = []
  const ask: Ask = async (_method, _path, body) => {
    const { operations } = body as { operations: Sent[] }
    requests.push(operations.map(({ id }) => id))
    bodies.push(operations)
    return answer(operations, requests.length)
  }
  const flushing = flusher({ shelf, ask, clock, wall: () => 1000, random: () => 0.5, lock: async (work) => work(), heard: (what) => news.push(what), ...options })
  const unsent = async (): Promise<number> => (await shelf.waiting()).count
  return { shelf, clock, requests, bodies, news, flushing, unsent }
}
const add = (shelf: { add(...h: Happened[]): void }, count: number): void => shelf.add(...Array.from({ length: count }, (_, i) => happened(i + 1)))

it('sends in order, fifty at a time, and marks what was named', async () => {
  const { shelf, clock, requests, flushing } = house(applied)
  add(shelf, 120)
  flushing.wake()
  await clock.pass(0)
  expect(requests.map((r) => r.length)).toEqual([50, 50, 20])
  expect(requests.flat()).toEqual(Array.from({ length: 120 }, (_, i) => `op-${i + 1}`))
  expect([...shelf.rows.values()].every(({ state, ackedAt }) => state === 'applied' && ackedAt === 1000)).toBe(true)
  expect(shelf.rows.size).toBe(120)
})

it('[SP1] offers again what the server only keeps, until it is applied', async () => {
  const { shelf, clock, requests, flushing, unsent } = house((ops, n) => n < 3
    ? { status: 200, body: { lodge: 'operations', results: ops.map(({ id, seq }) => ({ id, seq, state: 'kept', reason: null })) } }
    : applied(ops))
  add(shelf, 2)
  flushing.wake()
  await clock.pass(0)
  expect([requests.length, await unsent()]).toEqual([1, 2])
  await clock.pass(120_000)
  expect([requests.length >= 3, await unsent()]).toEqual([true, 0])
})

it('[SP17] looks at once for those before it when one that was kept is done first', async () => {
  let nowMs = (): number => 0
  const { shelf, clock, flushing, unsent } = house((ops) => ({ status: 200, body: { lodge: 'operations', results: ops.map(({ id, seq }) => ({ id, seq, state: nowMs() < 3_700 ? 'kept' : 'applied', reason: null })) } }))
  nowMs = clock.now
  add(shelf, 2)
  flushing.wake()
  // The first was asked for after 3 s, the second is at 3.75: at that moment the first is not asked for, and then there is no reason to wait.
  await clock.pass(3_950)
  expect(await unsent()).toBe(0)
})

it('[SP17] asks for the oldest that is kept every second, and for all of them when it is done', async () => {
  const { shelf, clock, requests, flushing, unsent } = house((ops) => clock.now() < 2_500
    ? { status: 200, body: { lodge: 'operations', results: ops.map(({ id, seq }) => ({ id, seq, state: 'kept', reason: null })) } }
    : applied(ops))
  add(shelf, 60)
  flushing.wake()
  await clock.pass(2_400)
  expect(requests.map((r) => r.length)).toEqual([50, 10, 1, 1])
  await clock.pass(700)
  expect(await unsent()).toBe(0)
  expect(requests.slice(4).map((r) => r.length)).toEqual([1, 50, 9])
})

it.each([
  ['a sign-in page', { status: 200, body: undefined }],
  ['JSON of somebody else', { status: 200, body: { ok: true } }],
  ['an answer that is not 200', { ...applied([{ id: 'op-1', seq: 1 }]), status: 201 }],
  ['an answer about others', applied([{ id: 'op-9', seq: 1 }])],
  ['a state nobody knows', { status: 200, body: { lodge: 'operations', results: [{ id: 'op-1', seq: 1, state: 'lost', reason: null }] } }],
  ['no answer', { status: 0, body: undefined }],
  ['an error', { status: 500, body: {} }],
  ['too many', { status: 429, body: {} }],
  ['not paired', { status: 401, body: {} }],
])('takes %s for nothing, and sends again until it is heard', async (_name, wrong) => {
  const { shelf, clock, requests, flushing, unsent } = house((ops, n) => n <= 3 ? wrong : applied(ops))
  add(shelf, 1)
  flushing.wake()
  await clock.pass(0)
  expect(await unsent()).toBe(1)
  await clock.pass(60_000)
  expect(await unsent()).toBe(0)
  expect(requests.length).toBe(4)
})

it('marks what was named and sends the rest again', async () => {
  const { shelf, clock, requests, flushing, unsent } = house((ops, n) => applied(n === 1 ? ops.slice(2) : ops))
  add(shelf, 5)
  flushing.wake()
  await clock.pass(0)
  expect(await unsent()).toBe(2)
  await clock.pass(5_000)
  expect(requests.slice(1).flat()).toEqual(['op-1', 'op-2'])
  expect(await unsent()).toBe(0)
})

it('finds the one that is refused and lets all others pass', async () => {
  const { shelf, clock, requests, flushing, unsent } = house((ops) => ops.some(({ id }) => id === 'op-1') ? { status: 400, body: {} } : applied(ops))
  add(shelf, 50)
  flushing.wake()
  await clock.pass(0)
  expect(await unsent()).toBe(1)
  expect(requests.length).toBeLessThan(16)
  add(shelf, 0)
  shelf.add(happened(51))
  flushing.wake()
  await clock.pass(0)
  expect(await unsent()).toBe(1)
  expect((await shelf.unsent(0, 9))[0]?.id).toBe('op-1')
  const before = requests.length
  await clock.pass(600_000)
  expect(requests.length - before).toBeLessThan(60)
  expect(requests.length - before).toBeGreaterThan(15)
})

it('does not flood a server that refuses everything', async () => {
  const { shelf, clock, requests, flushing } = house(() => ({ status: 404, body: {} }))
  add(shelf, 1000)
  flushing.wake()
  await clock.pass(60_000)
  expect(requests.length).toBeLessThan(400)
})

it('halves what is too large, remembers it, and gives a photo up before an arrival', async () => {
  const size = (ops: Sent[]): number => JSON.stringify(ops).length
  const { shelf, clock, bodies, flushing, unsent } = house((ops) => size(ops) > 60_000 ? { status: 413, body: {} } : applied(ops), { batchBytes: 400_000 })
  for (let n = 1; n <= 8; n++) shelf.add(happened(n, { photo: 'x'.repeat(n === 8 ? 90_000 : 25_000), name: `Nr ${n}` }))
  flushing.wake()
  await clock.pass(0)
  expect(await unsent()).toBe(0)
  expect(bodies.at(-1)).toEqual([expect.objectContaining({ id: 'op-8', body: { name: 'Nr 8' } })])
  expect(shelf.rows.get(8)?.body['photo']).toBeDefined()
})

it('waits longer and longer while nobody answers, and looks at once when woken', async () => {
  const { shelf, clock, requests, news, flushing } = house((ops, n) => n <= 30 ? { status: 0, body: undefined } : applied(ops))
  add(shelf, 1)
  flushing.wake()
  await clock.pass(120_000)
  const patient = requests.length
  expect(patient).toBeGreaterThan(6)
  expect(patient).toBeLessThan(20)
  flushing.wake()
  await clock.pass(0)
  expect(requests.length).toBe(patient + 1)
  await clock.pass(600_000)
  expect(news.at(-1)).toBe('reached')
})

it('says that the kiosk is no longer paired, and keeps everything', async () => {
  const { shelf, clock, news, flushing, unsent } = house(() => ({ status: 401, body: {} }))
  add(shelf, 3)
  flushing.wake()
  await clock.pass(5_000)
  expect(news).toContain('unpaired')
  expect(await unsent()).toBe(3)
})

it('believes a wait that was named, within reason', async () => {
  const { shelf, clock, requests, flushing } = house(() => ({ status: 503, body: {}, retryAfterMs: 3_600_000 }))
  add(shelf, 1)
  flushing.wake()
  await clock.pass(119_000)
  expect(requests.length).toBe(1)
  await clock.pass(32_000)
  expect(requests.length).toBe(2)
})

it('[SP17] asks a server that names a short wait again and again after it, and backs off from one that names none', async () => {
  const { shelf, clock, requests, flushing } = house(() => ({ status: 503, body: {}, retryAfterMs: 5_000 }))
  add(shelf, 1)
  flushing.wake()
  await clock.pass(60_000)
  expect(requests.length).toBe(10)   // each 5 s and a quarter of them
  const silent = house(() => ({ status: 0, body: undefined }))
  add(silent.shelf, 1)
  silent.flushing.wake()
  await silent.clock.pass(60_000)
  expect(silent.requests.length).toBeLessThan(10)
})
