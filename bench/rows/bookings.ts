/** Desks: what happens when everybody wants the same one, and what it takes to look at a floor when years lie behind. */
import { createHash, randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import type pg from 'pg'
import pino from 'pino'
import { caller, valueOf, type Call } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { createBooking, getAvailability, listFeeds } from '#contract/bookings.ts'
import { saveLocation } from '#contract/places.ts'
import { saveFloor, saveSpace } from '#contract/spaces.ts'
import { openConnection } from '#server/db/connection.ts'
import { prepareHome } from '#server/db/home.ts'
import { openPool } from '#server/db/pool.ts'
import { superuser } from '#server/db/postmaster.ts'
import { sql } from '#server/db/sql.ts'
import type { OwnServer } from '#tools/replay/own-server.ts'
import { round, type Experiment, type Row } from '../run.ts'

const people = 200, rushes = 100
const floors = 4, spacesEach = 500
const organisations = [200_000, 2_000_000] as const
const at = (times: readonly number[], part: number): number => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]!

/** The database of a Lodge of ours, past its door. */
async function inDatabase<T>(own: OwnServer, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const { run } = await prepareHome(join(own.folder, 'data', 'postgres'))
  const { client } = await openConnection({ host: run, port: 5432, user: superuser, database: 'lodge' }, 'lodge bench')
  try { return await fn(client) } finally { await client.end() }
}
async function place(own: OwnServer): Promise<{ call: Call; location: string; floor: string }> {
  const call = caller({ url: own.url, bearer: async () => own.token }), location = newId(), floor = newId()
  valueOf(await call(saveLocation, { params: { location }, body: { name: 'Office', zone: 'Europe/Berlin' } }))
  valueOf(await call(saveFloor, { params: { floor }, body: { location, name: 'First floor' } }))
  return { call, location, floor }
}

export const deskRush: Experiment = {
  ids: ['desk-rush', 'desk-rush-naive'],
  async run(lab) {
    const own = await lab.ownLodge()
    const { call, floor } = await place(own)
    const space = newId()
    valueOf(await call(saveSpace, { params: { space }, body: { floor, name: 'Desk 1', kind: 'desk' } }))
    const asks = (await colleagues(own)).map((token) => asker(own.url, token))
    const deadlocks = (): Promise<number> => inDatabase(own, async (client) => Number((await client.query<{ n: string }>(`select deadlocks as n from pg_stat_database where datname = 'lodge'`)).rows[0]!.n))
    const before = await deadlocks()
    const times: number[] = [], plain: number[] = []
    let notOne = 0, strange = 0
    const firstMs = Math.ceil(Date.now() / 3_600_000 + 24) * 3_600_000
    // The first five are a rehearsal: sockets are opened, and the server's code is compiled.
    for (let r = -5; r < rushes; r++) {
      lab.tell(`${people} people want one desk, ${r < 0 ? 'rehearsal' : `rush ${r + 1} of ${rushes}`}`)
      const when = { startsAt: new Date(firstMs + (r + 5) * 3_600_000).toISOString(), endsAt: new Date(firstMs + (r + 6) * 3_600_000).toISOString() }
      const outcomes = await Promise.all(asks.map(async (ask) => {
        const startMs = performance.now()
        const answer = await ask(createBooking, { id: newId(), space, when })
        if (r >= 0) times.push(performance.now() - startMs)
        return answer.status === 200 ? 'ok' : (JSON.parse(answer.text) as { code: string }).code
      }))
      if (outcomes.filter((o) => o === 'ok').length !== 1) notOne++
      // What this machine needs for as many answers that say nothing: the rush cannot be faster.
      await Promise.all(asks.map(async (ask) => {
        const startMs = performance.now()
        const { status } = await ask(listFeeds)
        if (r >= 0) plain.push(performance.now() - startMs)
        if (status !== 200) throw new Error(`Feeds were answered with ${status}`)
      }))
      strange += outcomes.filter((o) => o !== 'ok' && o !== 'space_taken').length
    }
    const dead = await deadlocks() - before
    const p99 = at(times, 0.99)
    const rows: Row[] = [
      { id: 'desk-rush', what: `99th percentile of an answer over HTTP when ${people} people want the same desk at once, ${rushes} times; half of them had theirs within ${round(at(times, 0.5), 1)} ms`, value: round(p99, 1), unit: 'ms', bar: '≤ 100 ms', met: p99 <= 100 },
      { id: 'desk-rush', what: 'of them times at which not exactly one got it, or anybody heard anything but “taken”', value: notOne + strange, unit: 'times', bar: '0', met: notOne + strange === 0 },
      { id: 'desk-rush', what: `99th percentile of as many people who list their feeds at once: what HTTP, tokens and one statement take here`, value: round(at(plain, 0.99), 1), unit: 'ms' },
      { id: 'desk-rush', what: 'deadlocks meanwhile', value: dead, unit: '', bar: '0', met: dead === 0 },
    ]
    return [...rows, ...await naive(await lab.target(), lab.tell)]
  },
}

/**
 * One person's line to the server, kept open. By Node's plain client: what is measured is how long an answer takes, and with `fetch`
 * the process in which two hundred people ask was as busy as the server.
 */
function asker(url: string, token: string): (endpoint: { method: string; path: string }, body?: object) => Promise<{ status: number; text: string }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return ({ method, path }, body) => new Promise((resolve, reject) => {
    const sent = request(`${url}/api/v1${path}`, { method, agent, headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => { text += part }).on('end', () => resolve({ status: answer.statusCode ?? 0, text })).on('error', reject)
    })
    sent.on('error', reject).end(body && JSON.stringify(body))
  })
}

/** Each a person of their own with a token of their own, as far as the server can tell. */
async function colleagues(own: OwnServer): Promise<string[]> {
  const tokens = Array.from({ length: people }, () => `lk_${randomBytes(32).toString('base64url')}`)
  await inDatabase(own, (client) => client.query(`
    with account as (select id from accounts limit 1), made as (
      insert into users (account_id, id, name, email, role) select a.id, gen_random_uuid(), 'Colleague ' || n, 'colleague' || n || '@example.com', 'agent' from account a, generate_series(1, $1::int) n returning account_id, id, email)
    insert into api_tokens (account_id, id, user_id, name, secret_hash) select m.account_id, gen_random_uuid(), m.id, 'bench', t.hash
    from made m join unnest($2::bytea[]) with ordinality as t (hash, n) on m.email = 'colleague' || t.n || '@example.com'`, [people, tokens.map((t) => createHash('sha256').update(t).digest())]))
  return tokens
}

/** The control: look, then insert, as most booking systems do. On a table without the constraint, with as many connections as a Lodge has here. */
async function naive(target: Parameters<typeof openPool>[0]['connect'], tell: (what: string) => void): Promise<Row[]> {
  const pool = openPool({ connect: target, max: 12, log: pino({ level: 'silent' }), application: 'lodge bench' })
  try {
    await pool.tx('table', 5_000, (tx) => tx.run(sql`create table if not exists naive_bookings (id uuid primary key, space_id uuid not null, starts_at timestamptz not null, ends_at timestamptz not null)`))
    await pool.tx('index', 5_000, (tx) => tx.run(sql`create index on naive_bookings (space_id, starts_at)`))
    const space = newId(), times: number[] = []
    for (let r = 0; r < rushes; r++) {
      tell(`the same by looking and inserting, rush ${r + 1} of ${rushes}`)
      const [from, to] = [new Date(Date.now() + r * 3_600_000).toISOString(), new Date(Date.now() + r * 3_600_000 + 3_000_000).toISOString()]
      await Promise.all(Array.from({ length: people }, async () => {
        const startMs = performance.now()
        await pool.tx('naive', 30_000, async (tx) => {
          if (await tx.maybe(sql`select id from naive_bookings where space_id = ${space} and starts_at < ${to}::timestamptz and ends_at > ${from}::timestamptz limit 1`)) return
          await tx.run(sql`insert into naive_bookings values (${newId()}, ${space}, ${from}::timestamptz, ${to}::timestamptz)`)
        })
        times.push(performance.now() - startMs)
      }))
    }
    const { n } = await pool.read('overlaps', 60_000, (tx) => tx.one(sql<{ n: number }>`select count(*)::int as n from naive_bookings a join naive_bookings b on a.space_id = b.space_id and a.id < b.id and a.starts_at < b.ends_at and b.starts_at < a.ends_at`))
    await pool.tx('away', 5_000, (tx) => tx.run(sql`drop table naive_bookings`))
    return [{ id: 'desk-rush-naive', what: `pairs of people who were given the same desk at the same time by “select, then insert”, in as many rushes (99th percentile ${round(at(times, 0.99), 1)} ms, without HTTP)`, value: n, unit: 'pairs' }]
  } finally {
    await pool.close()
  }
}

export const availability: Experiment = {
  ids: ['availability', 'availability-200k'],
  async run(lab) {
    const own = await lab.ownLodge()
    const { call, location, floor } = await place(own)
    const rows: Row[] = []
    await inDatabase(own, (client) => client.query(`
      with more as (insert into floors (account_id, id, location_id, name) select account_id, gen_random_uuid(), id, 'Floor ' || n from locations, generate_series(2, $2::int) n where id = $1 returning account_id, id, location_id),
        every as (select account_id, id, location_id from more union all select account_id, id, location_id from floors where id = $3)
      insert into spaces (account_id, id, floor_id, location_id, name, kind, code) select account_id, gen_random_uuid(), id, location_id, 'Desk ' || n, 'desk', substr(md5(id::text || n), 1, 10) from every, generate_series(1, $4::int) n`,
    [location, floors, floor, spacesEach]))
    let there = 0
    for (const count of organisations) {
      await fill(own, location, there, count, lab.tell)
      there = count
      // The day on which every desk is booked twice.
      const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
      const query = { startsAt: `${day}T00:00:00.000Z`, endsAt: `${day}T23:59:59.000Z` }
      const look = async (): Promise<number> => {
        const startMs = performance.now()
        const { spaces } = valueOf(await call(getAvailability, { params: { floor }, query }))
        if (spaces.length !== spacesEach || spaces.some((s) => s.bookings.length !== 2)) throw new Error('The floor is not as it was filled')
        return performance.now() - startMs
      }
      for (let i = 0; i < 20; i++) await look()
      const times: number[] = []
      for (let i = 0; i < 300; i++) times.push(await look())
      const p95 = at(times, 0.95)
      rows.push({ id: count === organisations[0] ? 'availability-200k' : 'availability', what: `95th percentile of a floor of ${spacesEach} spaces for a day with two bookings each, over HTTP, with ${count.toLocaleString('en')} bookings in the organisation`, value: round(p95, 1), unit: 'ms', bar: '≤ 50 ms', met: p95 <= 50 })
    }
    return rows
  },
}

/** Straight into the table, under its constraint: two bookings a day of every space, from tomorrow back into the past. */
async function fill(own: OwnServer, location: string, from: number, to: number, tell: (what: string) => void): Promise<void> {
  const perDay = floors * spacesEach * 2
  await inDatabase(own, async (client) => {
    await client.query('set statement_timeout = 0')
    for (let d = from / perDay; d < to / perDay; d += 5) {
      await client.query(`
        insert into bookings (account_id, id, space_id, location_id, starts_at, ends_at, day, user_id)
        select s.account_id, gen_random_uuid(), s.id, s.location_id, day + h * interval '4 hours' + interval '8 hours', day + h * interval '4 hours' + interval '12 hours', day::date, u.id
        from spaces s cross join generate_series($2::int, $3::int - 1) as d cross join lateral (select (current_date + 1 - d)::timestamptz as day) x cross join generate_series(0, 1) as h
        cross join lateral (select id from users where account_id = s.account_id limit 1) u where s.location_id = $1`, [location, d, Math.min(d + 5, to / perDay)])
      tell(`writing bookings: ${((d + 5) * perDay).toLocaleString('en')}`)
    }
    await client.query('vacuum analyze bookings')
  })
}
