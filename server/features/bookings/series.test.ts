import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#contract/bookings.ts'
import { saveSpace, type Floor } from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { book, bookingEntries, makeFloor, makeSpace, movedClock, persistently } from '#test/office.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, kit, noor } from '#test/world.ts'
import { dayAfter, dayIn, instantIn } from '#server/kernel/local-time.ts'

const { now, pass } = movedClock()
let server: TestServer
let floor: Floor
beforeAll(async () => {
  server = await startTestServer({ now })
  floor = await makeFloor(server)
})
afterAll(() => server.close())

const zone = 'Europe/Stockholm'
const today = () => dayIn(zone, now())
const daily = (count: number, more: Partial<contract.Recurrence> = {}): contract.Recurrence => ({ rrule: `FREQ=DAILY;COUNT=${count}`, day: dayAfter(today()), time: '09:00', minutes: 60, ...more })
type Body = NonNullable<NonNullable<(typeof contract.createBookingSeries)['types']>['body']>
const series = (space: string, recurrence: contract.Recurrence, more: Partial<Body> = {}) => server.callAs(kit)(contract.createBookingSeries, { body: { id: newId(), space, recurrence, onConflict: 'skip', ...more } })
const entries = async (of: string) => (await bookingEntries(server)).filter((e) => e.body['series'] === of)
const bookings = async (query: object) => (await value(server.callAs(kit)(contract.listBookings, { query: { limit: 500, ...query } }))).bookings

describe('a series', () => {
  it('[BK10] is booked with a result for each, and keeps its local hour', async () => {
    const desk = await makeSpace(server, floor)
    const body = { id: newId(), title: 'Standup' }
    const made = await value(series(desk.id, daily(300), body))
    expect(made.occurrences).toHaveLength(300)
    expect(made.series).toMatchObject({ id: body.id, title: 'Standup', bookedUntil: null, cancelledFrom: null, skipped: [] })
    const rows = await bookings({ series: body.id })
    expect(rows).toHaveLength(300)
    const hours = new Set(rows.map((b) => new Date(b.startsAt).toLocaleTimeString('en-GB', { timeZone: zone, timeStyle: 'short' })))
    expect([...hours]).toEqual(['09:00'])
    expect(new Set(rows.map((b) => b.startsAt.slice(11, 16)))).toEqual(new Set(['07:00', '08:00']))   // in UTC it is not
    expect(await value(series(desk.id, daily(300), body))).toEqual(made)   // twice is once
    expect(await series(desk.id, daily(299), body)).toMatchObject({ ok: false, code: 'id_reused' })
    expect((await entries(body.id)).map((e) => [e.type, e.body['booked']])).toEqual([['booking_series.made', 300]])
  })

  it('[BK10] skips what is taken and says whose it is, or books nothing at all', async () => {
    const desk = await makeSpace(server, floor)
    const second = dayAfter(today(), 2)
    const theirs = await value(book(server.callAs(noor), desk.id, { startsAt: instantIn(zone, second, '09:30'), endsAt: instantIn(zone, second, '10:30') }))
    const preview = await value(series(desk.id, daily(3), { dryRun: true }))
    expect(preview).toMatchObject({ series: null, occurrences: [{ state: 'booked' }, { state: 'taken', conflict: { id: theirs.id, user: { name: 'Noor' } }, booking: null }, { state: 'booked' }] })
    expect(await bookings({ space: desk.id })).toHaveLength(1)
    expect(await series(desk.id, daily(3), { onConflict: 'refuse' })).toMatchObject({ ok: false, code: 'space_taken', conflicts: [{ id: theirs.id }] })
    expect(await bookings({ space: desk.id })).toHaveLength(1)
    const made = await value(series(desk.id, daily(3)))
    expect(made.occurrences.map((o) => o.state)).toEqual(['booked', 'taken', 'booked'])
    expect(await bookings({ space: desk.id })).toHaveLength(3)
    expect(await value(series(desk.id, daily(2, { time: '12:00' }), { onConflict: 'refuse' }))).toMatchObject({ occurrences: { length: 2 } })
  })

  it('[BK10] is cancelled from one on, or whole', async () => {
    const desk = await makeSpace(server, floor)
    const id = newId()
    const made = await value(series(desk.id, daily(5), { id, user: noor.id }))
    expect(await server.callAs(noor)(contract.cancelBookingSeries, { params: { series: id }, body: { id: newId(), from: newId() } })).toMatchObject({ ok: false, code: 'not_found' })
    const command = { params: { series: id }, body: { id: newId(), from: made.occurrences[3]!.booking! } }
    expect(await value(server.callAs(noor)(contract.cancelBookingSeries, command))).toEqual({ cancelled: 2 })
    expect(await value(server.callAs(noor)(contract.cancelBookingSeries, command))).toEqual({ cancelled: 0 })   // twice is once
    expect(await bookings({ series: id })).toHaveLength(3)
    await value(server.callAs(kit)(contract.cancelBooking, { params: { booking: made.occurrences[0]!.booking! }, body: { id: newId() } }))
    expect(await value(server.callAs(ada)(contract.cancelBookingSeries, { params: { series: id }, body: { id: newId() } }))).toEqual({ cancelled: 2 })
    expect(await bookings({ series: id })).toEqual([])
    expect((await bookings({ series: id, cancelled: true })).map((b) => String(b.reason)).sort()).toEqual(['person', 'series', 'series', 'series', 'series'])
    const other = await value(series(desk.id, daily(2)))
    expect(await server.callAs(noor)(contract.cancelBookingSeries, { params: { series: other.series!.id }, body: { id: newId() } })).toMatchObject({ ok: false, code: 'forbidden' })
  })

  it('[BK10] without an end is booked a year ahead, and further as days go by', async () => {
    const desk = await makeSpace(server, floor)
    const id = newId()
    const made = await value(series(desk.id, { rrule: 'FREQ=WEEKLY', day: dayAfter(today()), time: null, minutes: null }, { id }))
    expect(made.occurrences.length).toBeGreaterThanOrEqual(52)
    expect(made.occurrences.length).toBeLessThanOrEqual(53)
    expect(made.series!.bookedUntil).toBe(dayAfter(today(), contract.horizonDays))
    expect(await server.app.verbs.bookingSeries.extend()).toBe(0)
    pass(30 * 86_400_000)
    expect(await server.app.verbs.bookingSeries.extend()).toBeGreaterThan(0)
    expect(await server.app.verbs.bookingSeries.extend()).toBe(0)   // once
    const rows = await bookings({ series: id })
    expect(rows.length - made.occurrences.length).toBeGreaterThanOrEqual(4)
    expect(new Set(rows.map((r) => new Date(`${r.day}T00:00:00Z`).getUTCDay())).size).toBe(1)
    expect(new Set(rows.map((r) => r.day)).size).toBe(rows.length)
    expect((await entries(id)).map((e) => e.type)).toEqual(['booking_series.made', 'booking_series.extended'])
  })

  it('[BK10] keeps the days ahead while the space takes no bookings, and books them when it does again', async () => {
    const desk = await makeSpace(server, floor), id = newId()
    const made = await value(series(desk.id, { rrule: 'FREQ=WEEKLY', day: dayAfter(today()), time: null, minutes: null }, { id }))
    await value(server.callAs(ada)(saveSpace, { params: { space: desk.id }, body: { floor: floor.id, name: desk.name, kind: 'desk', bookable: false } }))
    pass(30 * 86_400_000)
    await server.app.verbs.bookingSeries.extend()
    expect((await bookings({ series: id })).length).toBe(made.occurrences.length)
    expect((await entries(id)).map((e) => e.type)).toEqual(['booking_series.made'])
    await value(server.callAs(ada)(saveSpace, { params: { space: desk.id }, body: { floor: floor.id, name: desk.name, kind: 'desk', bookable: true } }))
    expect(await server.app.verbs.bookingSeries.extend()).toBeGreaterThan(0)
    const days = (await bookings({ series: id })).map((b) => b.day).sort()
    expect(days.length).toBeGreaterThanOrEqual(made.occurrences.length + 4)
    expect(days.slice(1).map((day, n) => day === dayAfter(days[n]!, 7))).not.toContain(false)   // none is left out
    expect((await entries(id)).map((e) => e.type)).toEqual(['booking_series.made', 'booking_series.extended'])
  })

  it('[BK10] is booked further although another cannot be', async () => {
    const endless = async (name: string) => {
      const id = newId()
      await value(series((await makeSpace(server, floor, { name })).id, { rrule: 'FREQ=WEEKLY', day: dayAfter(today()), time: null, minutes: null }, { id }))
      return id
    }
    const [broken, whole] = [await endless('Broken'), await endless('Whole')]
    const count = async () => (await bookings({ series: whole })).length
    const before = await count()
    await server.database.db.tx('break', 1000, (tx) => tx.run(sql`update booking_series set rrule = 'FREQ=NEVER', booked_until = booked_until - 1 where id = ${broken}`))
    pass(30 * 86_400_000)
    await expect(server.app.verbs.bookingSeries.extend()).rejects.toMatchObject({ code: 'invalid' })
    expect(await count()).toBeGreaterThanOrEqual(before + 4)
    await server.database.db.tx('end', 1000, (tx) => tx.run(sql`update booking_series set booked_until = null where id = ${broken}`))
  })

  it('[BK10] that would overlap itself, or is no rule, is refused', async () => {
    const desk = await makeSpace(server, floor)
    expect(await series(desk.id, { rrule: 'FREQ=MINUTELY', day: today(), time: '09:00', minutes: 5 })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await series(desk.id, daily(3, { day: dayAfter(today(), 400) }))).toMatchObject({ ok: false, code: 'too_far_ahead' })
    expect(await series(desk.id, daily(3), { user: newId() })).toMatchObject({ ok: false, code: 'not_found' })
    expect(await bookings({ space: desk.id })).toEqual([])
  })

  it('[BK3] races for the same days: each day goes to one', async () => {
    const desk = await makeSpace(server, floor)
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, i) => {
      const id = newId(), day = dayAfter(today(), 1 + i), when = { startsAt: instantIn(zone, day, '09:15'), endsAt: instantIn(zone, day, '09:30') }
      return persistently<unknown>(() => i % 2 ? series(desk.id, daily(20), { id }) : book(server.callAs(noor), desk.id, when, { id }))
    }))
    expect(outcomes.filter((o) => !o.ok && o.code !== 'space_taken')).toEqual([])
    const rows = await bookings({ space: desk.id })
    expect(new Set(rows.map((r) => r.day)).size).toBe(rows.length)
    expect(rows).toHaveLength(20)
  })
})
