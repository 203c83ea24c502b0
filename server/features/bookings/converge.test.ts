/** Rule CV1 for bookings: the entries of the topic, folded, are what one reads; and each is what the contract says. */
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as contract from '#contract/bookings.ts'
import { bookingEntryBodies } from '#contract/space-entries.ts'
import { newId } from '#client/lodge.ts'
import type { Entry } from '#contract/entries.ts'
import { sql } from '#server/db/sql.ts'
import { at, book, makeFloor, makeSpace } from '#test/office.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, kit, lobby, noor } from '#test/world.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

type State = Record<string, { space: string; startsAt: string; endsAt: string; status: string }>
function fold(state: State, entry: Entry): State {
  const body = entry.body as Record<string, string>
  const id = body['booking']
  if (id === undefined) return state
  const before = state[id]
  switch (entry.type as string) {
    case 'booking.made': return { ...state, [id]: { space: body['space']!, startsAt: body['startsAt']!, endsAt: body['endsAt']!, status: 'booked' } }
    case 'booking.moved': return { ...state, [id]: { ...before!, space: body['space']!, startsAt: body['startsAt']!, endsAt: body['endsAt']! } }
    case 'booking.checked_in': return { ...state, [id]: { ...before!, status: 'checked_in' } }
    case 'booking.cancelled': case 'booking.released': return { ...state, [id]: { ...before!, status: 'cancelled' } }
    case 'booking.ended': return { ...state, [id]: { ...before!, endsAt: body['at']!, status: 'ended' } }
    default: return state
  }
}

it('[BK2] [CV1] three who follow the topic see the same, and what one reads, after a storm of verbs', async () => {
  const floor = await makeFloor(server)
  const spaces = await Promise.all(['A', 'B', 'C', 'D'].map((name) => makeSpace(server, floor, { name })))
  const topic = `bookings:${lobby.id}`
  const watchers = [ada, kit, noor].map((who) => {
    const seen: Entry[] = []
    server.connectAs(who).join(topic, { fresh: (of) => { seen.length = 0; seen.push(...(of as { entries: readonly Entry[] }).entries) }, entries: (of) => { seen.push(...of) }, marks: () => {}, typing: () => {}, refused: (code) => { throw new Error(code) } })
    return seen
  })
  let seed = 42
  const random = (n: number): number => { seed = (seed * 1664525 + 1013904223) % 2 ** 32; return Math.floor(seed / 2 ** 32 * n) }
  const known: string[] = []
  const slot = () => { const from = Date.now() + random(40) * 1_800_000 + 1_000; return { startsAt: new Date(from).toISOString(), endsAt: new Date(from + 1_800_000).toISOString() } }
  const codes = new Set<string>()
  for (let round = 0; round < 12; round++) {
    await Promise.all(Array.from({ length: 10 }, async () => {
      const call = server.callAs(ada)
      const one = known[random(Math.max(1, known.length))]
      const what = random(6)
      if (one === undefined || what < 3) {
        const id = newId()
        const outcome = await book(server.callAs([ada, kit, noor][random(3)]!), spaces[random(4)]!.id, slot(), { id })
        if (outcome.ok) known.push(id); else codes.add(outcome.code)
        return
      }
      const outcome = await (what === 3 ? call(contract.changeBooking, { params: { booking: one }, body: { id: newId(), space: spaces[random(4)]!.id, when: slot() } }) : what === 4 ? call(contract.cancelBooking, at(one)) : call(contract.endBooking, at(one)))
      if (!outcome.ok) codes.add(outcome.code)
    }))
  }
  expect([...codes].filter((c) => !['space_taken', 'wrong_status'].includes(c))).toEqual([])
  const journal = () => server.database.db.read('journal', 5_000, (tx) => tx.one<{ n: number; waiting: number }>(sql`select (select count(*)::int from journal where topic = ${topic}) as n, (select count(*)::int from booking_outbox) as waiting`))
  await expect.poll(async () => (await journal()).waiting).toBe(0)
  const { n } = await journal()
  expect(n).toBeGreaterThan(40)
  for (const seen of watchers) await expect.poll(() => seen.at(-1)?.offset).toBe(n)
  for (const seen of watchers) expect(seen.slice(-40)).toEqual(watchers[0]!.slice(-40))
  const checks = new Map(Object.entries(bookingEntryBodies).map(([type, schema]) => [type, Compile(schema)]))
  const rows = await server.database.db.read('journal', 5_000, (tx) => tx.all<Entry>(sql`select topic, "offset", id, type, actor, at, body from journal where topic = ${topic} order by "offset"`))
  for (const { type, body } of rows) expect(checks.get(type)?.Check(body), `${type} ${JSON.stringify(body)}`).toBe(true)
  const read = (await value(server.callAs(kit)(contract.listBookings, { query: { location: lobby.id, cancelled: true, limit: 500 } }))).bookings
  expect(rows.reduce<State>(fold, {})).toEqual(Object.fromEntries(read.map((b) => [b.id, { space: b.space, startsAt: b.startsAt, endsAt: b.endsAt, status: b.status }])))
})
