/** The incident of 2024 in small: the booking path of one account keeps its connections. The whole server, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addNote, openConversation } from '#contract/conversations.ts'
import { saveFloor, saveSpace } from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import type { Taken } from '#server/db/pool.ts'
import type { Finding } from '#server/kernel/findings.ts'
import { book, makeFloor, makeSpace, movedClock } from '#test/office.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, concierge, harbour, hotel, iris, kit, mara, otto, quay, website } from '#test/world.ts'

const { slot } = movedClock()
interface State { taken: Taken[]; findings: Finding[]; refused: { label: string; owner: string }[]; leak: { leaked: number } }
const state = async (server: TestServer): Promise<State> => (await fetch(`${server.url}/drill/state`)).json() as Promise<State>
const leak = (server: TestServer, body: object): Promise<Response> =>
  fetch(`${server.url}/drill/leak`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
let minute = 0
const later = () => slot(60 + ++minute, 61 + minute)   // never the same twice
async function harbourDesk(server: TestServer): Promise<string> {
  const floor = await value(server.callAs(iris)(saveFloor, { params: { floor: newId() }, body: { location: quay.id, name: 'Quay', level: 0 } }))
  return (await value(server.callAs(iris)(saveSpace, { params: { space: newId() }, body: { floor: floor.id, name: 'Desk', kind: 'desk' } }))).id
}

describe('a leak of one account', () => {
  let server: TestServer
  beforeAll(async () => { server = await startTestServer({ drill: true, connections: 12 }) })
  afterAll(() => server.close())

  it('[BG4] counts what is done for one account for that one, over HTTP and sockets, and shared work for nobody', async () => {
    const owners = new Map<string, Set<string | undefined>>()
    server.database.db.forget((label, owner) => { owners.set(label, (owners.get(label) ?? new Set()).add(owner)); return false })
    const desk = (await makeSpace(server, await makeFloor(server))).id
    await value(book(server.callAs(kit), desk, later()))
    await value(book(server.callAs(otto), await harbourDesk(server), later()))
    const conversation = newId()
    await value(server.callAs(mara)(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
    const lodge = server.connectAs(ada)
    lodge.watch(`inbox:${website.id}`, () => {})
    await expect.poll(() => owners.has('inbox counts')).toBe(true)   // it is in, and its session known
    lodge.watch(`inbox:${concierge.id}`, () => {})
    await expect.poll(() => owners.get('inbox counts')).toContain(hotel.id)
    await expect.poll(() => [...owners.keys()].filter((label) => label.startsWith('subscriber')).length).toBeGreaterThan(1)
    await expect.poll(() => owners.has('booking entries carried')).toBe(true)
    expect(owners.get('book')).toEqual(new Set([hotel.id, harbour.id]))
    for (const label of ['places to book', 'look before booking', 'booking entries', 'booking entries carried']) expect(owners.get(label), label).toEqual(new Set([undefined]))
    for (const [label, of] of owners) if (label.startsWith('subscriber')) expect(of, label).toEqual(new Set([undefined]))
    server.database.db.forget(undefined)
  })

  it('[WD1] [WD3] [WD5] [BG4] is taken back, named, and paused for that account; others book and write on', { timeout: 90_000 }, async () => {
    const desks = await Promise.all(Array.from({ length: 4 }, async () => (await makeSpace(server, await makeFloor(server))).id))
    const theirDesk = await harbourDesk(server)
    const conversation = newId()
    await value(server.callAs(mara)(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
    expect((await leak(server, { label: 'book', account: hotel.id, every: 3 })).status).toBe(200)

    const theirs: number[] = []
    let isLeaking = true
    const others = (async () => {
      while (isLeaking) {
        const startMs = performance.now()
        await value(book(server.callAs(otto), theirDesk, later()))
        await value(server.callAs(ada)(addNote, { params: { conversation }, body: { id: newId(), text: 'Still here' } }))
        theirs.push(performance.now() - startMs)
      }
    })()
    const codes = new Set<string>()
    const asked: Promise<unknown>[] = []
    await expect.poll(async () => {
      asked.push(book(server.callAs(kit), desks[minute % 4]!, later()).then((o) => { if (!o.ok) codes.add(`${o.code}: ${o.message}`) }))
      return (await state(server)).refused.map((r) => `${r.label} ${r.owner}`)
    }, { timeout: 60_000, interval: 50 }).toEqual([`book ${hotel.id}`])
    const refused = await book(server.callAs(kit), desks[0]!, later())
    expect(refused).toMatchObject({ ok: false, code: 'overloaded', message: expect.stringContaining('"book" keeps taking longer than it may and is paused') as string })
    isLeaking = false
    await others

    await expect.poll(async () => (await state(server)).findings.map((f) => f.component), { timeout: 20_000 }).toContain('bookings')
    const { taken, findings, leak: { leaked } } = await state(server)
    const leaks = taken.filter((t) => t.how === 'leak')
    expect(leaks.length).toBeGreaterThan(5)
    expect(leaks.length).toBeLessThanOrEqual(leaked)
    for (const one of leaks) {
      expect(one).toMatchObject({ label: 'book', owner: hotel.id, stack: expect.stringContaining('bookings/recipe.ts') as string })
      expect(one.heldMs).toBeLessThan(one.deadlineMs + 2_000)
    }
    expect(findings.find((f) => f.component === 'bookings')).toMatchObject({ promise: 'P4', evidence: expect.stringContaining('bookings/recipe.ts') as string })
    expect(Math.max(...theirs)).toBeLessThan(4_000)   // less than the deadline of what leaks: nobody waited for it
    console.log(`others booked and wrote ${theirs.length} times meanwhile, at most ${Math.max(...theirs).toFixed(0)} ms, median ${theirs.sort((a, b) => a - b)[theirs.length >> 1]!.toFixed(0)} ms; ${leaks.length} leaks; ${[...codes].join(' | ')}`)

    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toMatch(/^lodge_database_leaks_total [1-9]/m)
    expect(metrics).toMatch(/^lodge_findings\{id="leak:book",promise="P4",component="bookings",severity="\w+"\} 1$/m)
    await leak(server, { label: 'book', every: 0 })
    await Promise.all(asked)
  })

  it('refuses a fault that is not of the right form', async () => {
    expect((await leak(server, { label: 'book', every: -1 })).status).toBe(400)
    expect((await leak(server, { every: 3 })).status).toBe(400)
  })
})

it('there is no switch outside of drills', async () => {
  const server = await startTestServer({ world: false })
  try {
    expect((await leak(server, { label: 'book', every: 1 })).status).toBe(404)
    expect((await fetch(`${server.url}/drill/state`)).status).toBe(404)
  } finally {
    await server.close()
  }
})
