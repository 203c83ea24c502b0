/**
 * Everybody is lost at once, on the real server in a process of its own: SIGKILL, and a new one with cold memory. Each visitor follows
 * a conversation of its own and watches the inbox's door. `LODGE_SOCKETS` for more of them, `LODGE_OFF=window,admission` to see what
 * breaks without.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, newId, type Lodge } from '#client/lodge.ts'
import type { Protection } from '#contract/config.ts'
import { sql } from '#server/db/sql.ts'
import { createTestDatabase, type TestDatabase } from './db.ts'
import { startLodgeProcess, type LodgeProcess } from './lodge-process.ts'
import type { Somebody } from './server.ts'
import { ada, fillWorld, hotel, kit, mara, noor, website } from './world.ts'

const sockets = Number(process.env['LODGE_SOCKETS'] ?? 600)
const off = (process.env['LODGE_OFF']?.split(',') ?? []) as Protection[]
const agents = [ada, kit, noor]

let database: TestDatabase, server: LodgeProcess
const clients: Lodge[] = []
const lines = new Set<WebSocket>()
/** So that lines can be cut. */
class Line extends WebSocket {
  constructor(url: string) {
    super(url)
    lines.add(this)
    this.on('close', () => lines.delete(this))
  }
}

/** When each was lost and when it was back, in ms since `atMs`. */
interface Return { isAgent: boolean; backMs: number | undefined }

async function figures(): Promise<Record<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Object.fromEntries([...text.matchAll(/^(lodge_\w+) ([\d.e+-]+)$/gm)].map(([, name, value]) => [name!, Number(value)]))
}
const open = (): number => clients.filter((c) => c.status.state === 'open').length
const p99 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)]!

beforeAll(async () => {
  database = await createTestDatabase({ max: 3 })
  await fillWorld(database.db)
  server = await startLodgeProcess(database.target, { off })
  const visitors = Array.from({ length: sockets }, () => ({ contact: newId(), conversation: newId() }))
  // As if they had been talking: a conversation each, with the entry that opened it.
  await database.db.tx('fill', 60_000, async (tx) => {
    const [contacts, conversations] = [visitors.map((v) => v.contact), visitors.map((v) => v.conversation)]
    await tx.run(sql`insert into contacts (account_id, id, name) select ${hotel.id}, id, 'Visitor' from unnest(${contacts}::uuid[]) as c (id)`)
    await tx.run(sql`insert into conversations (account_id, id, inbox_id, contact_id, opened_at, last_at)
      select ${hotel.id}, c.id, ${website.id}, c.contact, now(), now() from unnest(${conversations}::uuid[], ${contacts}::uuid[]) as c (id, contact)`)
    await tx.run(sql`insert into writers (node) values ('fill')`)
    await tx.run(sql`insert into journal (account_id, topic, "offset", id, type, actor, at, body, writer, n)
      select ${hotel.id}, 'conversation:' || c.id, 1, c.id, 'message.sent', 'contact:' || c.contact, now(), '{"text":"Good morning"}', (select max(id) from writers), c.n
      from unnest(${conversations}::uuid[], ${contacts}::uuid[]) with ordinality as c (id, contact, n)`)
  })
  const join = (who: Somebody, topics: string[], view?: string): void => {
    const lodge = connect({ url: server.url, app: 'storm', ticket: async () => server.ticketOf(who), WebSocket: Line as never })
    for (const topic of topics) lodge.join(topic, { fresh: () => {}, entries: () => {} })
    if (view) lodge.watch(view, () => {})
    clients.push(lodge)
  }
  for (const agent of agents) join(agent, visitors.slice(0, 20).map((v) => `conversation:${v.conversation}`), `inbox:${website.id}`)
  for (const { contact, conversation } of visitors) {
    join({ ...mara, id: contact }, [`conversation:${conversation}`], `door:${website.id}`)
    if (clients.length % 50 === 0) await sleep(20)
  }
  while (open() < clients.length) await sleep(50)
}, 180_000)
afterAll(async () => {
  for (const lodge of clients) lodge.close()
  await server?.close()
  await database?.drop()
})

/** Waits until all are back, and tells when each was. */
async function allBack(fromMs: number): Promise<Return[]> {
  const returns = clients.map((_, i): Return => ({ isAgent: i < agents.length, backMs: undefined }))
  const offs = clients.map((lodge, i) => lodge.onStatus(({ state }) => { if (state === 'open') returns[i]!.backMs ??= performance.now() - fromMs }))
  await expect.poll(() => returns.filter((r) => r.backMs === undefined).length, { timeout: 100_000, interval: 100 }).toBe(0)
  for (const off of offs) off()
  return returns
}

describe(`${sockets} clients`, () => {
  it('[SO1] [SO2] [SO6] a server that was killed has them all back in time, with hardly a read, and nobody asked again', { timeout: 180_000 }, async () => {
    await sleep(10_500)   // a beat has told everybody the window that was measured while they came
    const { lodge_window_seconds: windowSeconds, lodge_resumes_per_second_measured: measured } = await figures()
    const startMs = performance.now()
    const died = server.dieAndStart()
    await expect.poll(open, { timeout: 5_000, interval: 5 }).toBeLessThan(clients.length / 10)
    const returning = allBack(startMs)
    await died
    const readyMs = performance.now() - startMs
    const returns = await returning
    const afterMs = returns.map((r) => Math.max(0, r.backMs! - readyMs))
    const now = await figures()
    const reads = now['lodge_resume_reads_total']! / now['lodge_resumed_topics_total']!
    if (process.env['SHOW']) console.log({ windowSeconds, measured, readyMs, p99: p99(afterMs), last: Math.max(...afterMs), agent: Math.max(...afterMs.slice(0, agents.length)), reads, now: Object.fromEntries(Object.entries(now).filter(([k]) => /admi|resum|turned|loop|gate/.test(k))) })
    expect(now['lodge_resumed_topics_total']).toBeGreaterThanOrEqual(sockets)
    expect(Math.max(...afterMs)).toBeLessThan(windowSeconds! * 1000 + 12_000)
    // Of few there is little to gather: some come back one by one. Alone each would read three times and more.
    expect(reads).toBeLessThanOrEqual(sockets >= 8_000 ? 0.05 : sockets >= 2_000 ? 0.12 : 0.5)
  })

  it('[SO4] those who stayed go on talking while all others come back', { timeout: 120_000 }, async () => {
    const stays = connect({ url: server.url, app: 'storm', ticket: async () => server.ticketOf(ada) })
    const topic = `conversation:${newId()}`
    await stays.send({ type: 'conversation.open', topic, body: { inbox: website.id, contact: mara.id } }).stored
    let isOver = false
    const say = async (): Promise<number[]> => {
      const took: number[] = []
      while (!isOver) {
        const startMs = performance.now()
        await stays.send({ type: 'message.send', topic, body: { text: 'Good evening' } }).stored
        took.push(performance.now() - startMs)
        await sleep(60)
      }
      return took
    }
    const calm = say()
    await sleep(3_000)
    isOver = true
    const calmMs = await calm
    isOver = false
    const startMs = performance.now()
    for (const line of lines) line.terminate()
    await expect.poll(open, { timeout: 5_000, interval: 5 }).toBeLessThan(clients.length / 10)
    const storming = say()
    const returns = await allBack(startMs)
    isOver = true
    const stormMs = await storming
    stays.close()
    if (process.env['SHOW']) console.log({ calm: p99(calmMs), storm: p99(stormMs), count: stormMs.length, last: Math.max(...returns.map((r) => r.backMs!)) })
    expect(p99(stormMs)).toBeLessThan(3 * p99(calmMs) + 300)
  })
})
