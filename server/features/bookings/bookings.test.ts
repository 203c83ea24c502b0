import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#contract/bookings.ts'
import { saveSpace, type Floor } from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { at, book, bookingEntries, mailsTo, makeFloor, makeSpace, movedClock, persistently } from '#test/office.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, kit, lobby, noor } from '#test/world.ts'
import { dayAfter, dayIn } from '#server/kernel/local-time.ts'

const { now, minutes, slot, pass } = movedClock()
let server: TestServer
let floor: Floor
beforeAll(async () => {
  server = await startTestServer({ now })
  floor = await makeFloor(server)
})
afterAll(() => server.close())

const overlaps = () => server.database.db.read('overlaps', 5_000, (tx) => tx.one<{ n: number }>(sql`select count(*)::int as n from bookings a join bookings b on a.account_id = b.account_id and a.space_id = b.space_id and a.id < b.id
  and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at) where a.status <> 'cancelled' and b.status <> 'cancelled'`))
const entries = () => bookingEntries(server)

describe('a booking', () => {
  it('[BK1] is made once, however often it is asked for', async () => {
    const desk = await makeSpace(server, floor)
    const body = { id: newId(), space: desk.id, when: slot(60, 120), title: ' Focus ' }
    const [a, b] = await Promise.all([value(server.callAs(kit)(contract.createBooking, { body })), value(server.callAs(kit)(contract.createBooking, { body }))])
    expect(a).toEqual(b)
    expect(a).toMatchObject({ status: 'booked', title: 'Focus', user: { id: kit.id, name: 'Kit' }, bookedBy: null, spaceName: 'Desk 1', zone: 'Europe/Stockholm', wholeDay: false, checkIn: null })
    for (const other of [{ ...body, title: 'Else' }, { ...body, when: slot(61, 120) }]) expect(await server.callAs(kit)(contract.createBooking, { body: other })).toMatchObject({ ok: false, code: 'id_reused' })
    expect(await server.callAs(noor)(contract.createBooking, { body })).toMatchObject({ ok: false, code: 'id_reused' })
    expect((await entries()).filter((e) => e.body['booking'] === body.id)).toEqual([{ type: 'booking.made', actor: `user:${kit.id}`, body: { booking: body.id, space: desk.id, startsAt: body.when.startsAt, endsAt: body.when.endsAt } }])
  })

  it('[BK2] of a space never overlaps another, and meets it without a gap', async () => {
    const desk = await makeSpace(server, floor)
    const first = await value(book(server.callAs(kit), desk.id, slot(60, 120)))
    for (const when of [slot(60, 120), slot(119, 121), slot(0, 61), slot(70, 80), slot(0, 200)]) {
      expect(await book(server.callAs(noor), desk.id, when)).toMatchObject({ ok: false, status: 409, code: 'space_taken', conflicts: [{ kind: 'booking', id: first.id, startsAt: first.startsAt, endsAt: first.endsAt, user: { id: kit.id, name: 'Kit' } }] })
    }
    await value(book(server.callAs(noor), desk.id, { startsAt: first.endsAt, endsAt: minutes(180) }))
    await value(book(server.callAs(noor), desk.id, { startsAt: minutes(30), endsAt: first.startsAt }))
    await value(server.callAs(kit)(contract.cancelBooking, at(first.id)))
    await value(book(server.callAs(noor), desk.id, { startsAt: first.startsAt, endsAt: first.endsAt }))
    // And without our looks: the database itself refuses.
    await expect(server.database.db.tx('overlap', 5_000, (tx) => tx.run(sql`insert into bookings (account_id, id, space_id, location_id, starts_at, ends_at, day)
      select account_id, ${newId()}, space_id, location_id, starts_at, ends_at, day from bookings where space_id = ${desk.id} and status <> 'cancelled' limit 1`))).rejects.toMatchObject({ code: '23P01' })
    expect(await overlaps()).toEqual({ n: 0 })
  })

  it('[BK3] goes to exactly one of many who want it at once', async () => {
    const desk = await makeSpace(server, floor)
    for (let round = 0; round < 3; round++) {
      const when = slot(60 * (round + 1), 60 * (round + 2))
      const outcomes = await Promise.all(Array.from({ length: 200 }, (_, i) => {
        const id = newId()
        return persistently(() => book(server.callAs([kit, noor][i % 2]!), desk.id, when, { id }))
      }))
      expect(outcomes.filter((o) => o.ok)).toHaveLength(1)
      expect(new Set(outcomes.map((o) => o.ok ? 'ok' : o.code))).toEqual(new Set(['ok', 'space_taken']))
    }
    expect(await overlaps()).toEqual({ n: 0 })
  })

  it('[BK19] a crowd at one desk holds no connections while it waits, so other desks are booked meanwhile', async () => {
    const [wanted, other] = [await makeSpace(server, floor, { name: 'Wanted' }), await makeSpace(server, floor, { name: 'Other' })]
    const when = slot(60, 120), gate = Promise.withResolvers<void>(), written = Promise.withResolvers<void>()
    // Somebody on another node is writing the same booking and has not committed: who comes now waits at the constraint.
    const elsewhere = server.database.db.tx('elsewhere', 30_000, async (tx) => {
      await tx.run(sql`insert into bookings (account_id, id, space_id, location_id, starts_at, ends_at, day) values (${kit.account}, ${newId()}, ${wanted.id}, ${lobby.id}, ${when.startsAt}::timestamptz, ${when.endsAt}::timestamptz, current_date)`)
      written.resolve()
      await gate.promise
    })
    await written.promise
    const crowd = Array.from({ length: 20 }, () => book(server.callAs(kit), wanted.id, when))
    await expect.poll(() => server.database.db.stats().held.some((h) => h.label === 'book')).toBe(true)
    await value(book(server.callAs(noor), other.id, when))
    expect(server.database.db.stats().held.filter((h) => h.label === 'book')).toHaveLength(1)
    gate.resolve()
    await elsewhere
    expect(new Set((await Promise.all(crowd)).map((o) => o.ok ? 'ok' : o.code))).toEqual(new Set(['space_taken']))
  })

  it('[BK3] survives groups in any order, and moves that cross', async () => {
    const [one, two] = [await makeSpace(server, floor, { name: 'A' }), await makeSpace(server, floor, { name: 'B' })]
    const when = slot(60, 120), later = slot(120, 180)
    const [a, b] = [await value(book(server.callAs(kit), one.id, when)), await value(book(server.callAs(noor), two.id, later))]
    const rounds = await Promise.all(Array.from({ length: 20 }, (_, i) => {
      const id = newId()
      return persistently(() => i % 2
        ? server.callAs(kit)(contract.changeBooking, { params: { booking: a.id }, body: { id, space: i % 4 === 1 ? two.id : one.id } })
        : server.callAs(noor)(contract.changeBooking, { params: { booking: b.id }, body: { id, space: i % 4 === 0 ? one.id : two.id } }))
    }))
    expect(rounds.filter((r) => !r.ok)).toEqual([])   // so that a failure says why
    expect(await overlaps()).toEqual({ n: 0 })
  })

  it('[BK4] of whole days follows the calendar of the location, with 23 and 25 hours', async () => {
    // The clocks of Stockholm go forward and back on the last Sundays of March and October.
    const year = new Date(now()).getUTCFullYear() + (new Date(now()).getUTCMonth() >= 2 ? 1 : 0)
    const lastSunday = (month: number): string => { const d = new Date(Date.UTC(year, month, 0)); d.setUTCDate(d.getUTCDate() - d.getUTCDay()); return d.toISOString().slice(0, 10) }
    const desk = await makeSpace(server, floor)
    const spring = lastSunday(3)
    const made = await value(book(server.callAs(kit), desk.id, { day: spring }))
    expect((Date.parse(made.endsAt) - Date.parse(made.startsAt)) / 3_600_000).toBe(23)
    expect(made).toMatchObject({ wholeDay: true, day: spring })
    const autumn = await value(book(server.callAs(kit), desk.id, { day: new Date(now()).getUTCMonth() >= 2 && Date.parse(lastSunday(10)) > now() + 366 * 86_400_000 ? spring.replace(/\d\d$/, (d) => String(Number(d) + 1).padStart(2, '0')) : lastSunday(10) }))
    expect([24, 25]).toContain((Date.parse(autumn.endsAt) - Date.parse(autumn.startsAt)) / 3_600_000)
    expect(await book(server.callAs(noor), desk.id, { startsAt: made.startsAt, endsAt: made.endsAt })).toMatchObject({ ok: false, code: 'space_taken' })
    expect(await book(server.callAs(noor), desk.id, { day: '2026-02-30' })).toMatchObject({ ok: false, code: 'invalid' })
  })

  it('[BK5] says what does not fit', async () => {
    const desk = await makeSpace(server, floor)
    const call = server.callAs(kit)
    expect(await book(call, desk.id, slot(60, 60))).toMatchObject({ ok: false, code: 'invalid' })
    expect(await book(call, desk.id, slot(-60, -1))).toMatchObject({ ok: false, code: 'invalid' })
    expect(await book(call, desk.id, slot(60, 60 + 60 * 24 * 40))).toMatchObject({ ok: false, code: 'invalid' })
    expect(await book(call, desk.id, slot(60 * 24 * 367, 60 * 24 * 367 + 60))).toMatchObject({ ok: false, code: 'too_far_ahead' })
    expect(await book(call, newId(), slot(60, 120))).toMatchObject({ ok: false, code: 'not_found' })
    expect(await book(call, desk.id, slot(60, 120), { user: newId() })).toMatchObject({ ok: false, code: 'not_found', message: 'There is no such person.' })
    const running = await value(book(call, desk.id, slot(-30, 30)))
    expect(Math.abs(Date.parse(running.startsAt) - now())).toBeLessThan(5_000)   // starts now
    const shut = await makeSpace(server, floor, { bookable: false })
    expect(await book(call, shut.id, slot(60, 120))).toMatchObject({ ok: false, code: 'not_bookable' })
  })

  it('[BK6] is changed by its people and administrators, and the person is told by mail', async () => {
    const desk = await makeSpace(server, floor, { name: 'Desk of Noor' })
    const made = await value(book(server.callAs(kit), desk.id, slot(60, 120), { user: noor.id, title: 'Your day' }))
    expect(made).toMatchObject({ user: { id: noor.id }, bookedBy: { id: kit.id } })
    const [mail] = (await mailsTo(server, noor.email)).filter((d) => d.subject.includes('Desk of Noor'))
    expect(mail!.text).toContain('Kit booked Desk of Noor for you')
    expect(mail!.text).toContain(`/checkin/${desk.code}`)
    const own = await value(book(server.callAs(noor), desk.id, slot(120, 180)))
    expect(await server.callAs(kit)(contract.cancelBooking, at(own.id))).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await server.callAs(kit)(contract.changeBooking, { params: { booking: own.id }, body: { id: newId(), title: 'Mine' } })).toMatchObject({ ok: false, code: 'forbidden' })
    const moved = await value(server.callAs(kit)(contract.changeBooking, { params: { booking: made.id }, body: { id: newId(), when: slot(180, 240), title: 'Later' } }))
    expect(moved).toMatchObject({ title: 'Later', status: 'booked' })
    expect(await value(server.callAs(ada)(contract.cancelBooking, at(own.id)))).toMatchObject({ status: 'cancelled', reason: 'admin' })
    expect((await mailsTo(server, noor.email)).map((d) => d.subject.replace(/ \d.*| on .*| to .*/, '')).filter((s) => s.includes('Desk of Noor')).sort()).toEqual(['Desk of Noor is booked for you', 'Your booking of Desk of Noor', 'Your booking of Desk of Noor was moved'])
    const types = (await entries()).filter((e) => [made.id, own.id].includes(String(e.body['booking']))).map((e) => e.type)
    expect(types).toEqual(['booking.made', 'booking.made', 'booking.moved', 'booking.cancelled'])
  })

  it('[BK7] goes its way; every command twice is once', async () => {
    const desk = await makeSpace(server, floor)
    const made = await value(book(server.callAs(kit), desk.id, slot(1, 60)))
    expect(await server.callAs(kit)(contract.checkInBooking, at(made.id))).toMatchObject({ ok: false, code: 'outside_check_in' })
    pass(120_000)
    const command = at(made.id)
    const [a, b] = [await value(server.callAs(kit)(contract.checkInBooking, command)), await value(server.callAs(kit)(contract.checkInBooking, command))]
    expect(a).toEqual(b)
    expect(a.status).toBe('checked_in')
    expect(await server.callAs(kit)(contract.endBooking, { params: { booking: (await value(book(server.callAs(kit), desk.id, slot(120, 180)))).id }, body: command.body })).toMatchObject({ ok: false, code: 'id_reused' })
    const ended = await value(server.callAs(kit)(contract.endBooking, at(made.id)))
    expect(ended.status).toBe('ended')
    expect(Date.parse(ended.endsAt)).toBeLessThanOrEqual(now())
    await value(book(server.callAs(noor), desk.id, slot(0, 30)))   // the rest is free at once
    expect(await server.callAs(kit)(contract.cancelBooking, at(made.id))).toMatchObject({ ok: false, code: 'wrong_status' })
    const early = await value(book(server.callAs(kit), desk.id, slot(300, 360)))
    expect(await value(server.callAs(kit)(contract.endBooking, at(early.id)))).toMatchObject({ status: 'cancelled', reason: 'person' })
    expect(await value(server.callAs(kit)(contract.cancelBooking, at(early.id)))).toMatchObject({ status: 'cancelled' })
    expect((await entries()).filter((e) => e.body['booking'] === made.id).map((e) => e.type)).toEqual(['booking.made', 'booking.checked_in', 'booking.ended'])
  })

  it('[BK2] keeps its name out of the journal', async () => {
    const desk = await makeSpace(server, floor, { name: 'Unmistakable desk' })
    const made = await value(book(server.callAs(kit), desk.id, slot(60, 120), { title: 'Unmistakable title' }))
    await value(server.callAs(kit)(contract.changeBooking, { params: { booking: made.id }, body: { id: newId(), title: 'Still unmistakable' } }))
    expect(JSON.stringify(await entries())).not.toMatch(/unmistakable/i)
  })

  it('[BK5] of a space that was taken out of use stays, and no new one is made', async () => {
    const desk = await makeSpace(server, floor)
    const made = await value(book(server.callAs(kit), desk.id, slot(60, 120)))
    await value(server.callAs(ada)(saveSpace, { params: { space: desk.id }, body: { floor: floor.id, name: desk.name, kind: 'desk', active: false } }))
    expect(await book(server.callAs(kit), desk.id, slot(120, 180))).toMatchObject({ ok: false, code: 'not_bookable' })
    expect(await value(server.callAs(kit)(contract.getBooking, { params: { booking: made.id } }))).toMatchObject({ status: 'booked' })
  })
})

describe('looking', () => {
  it('[BK11] shows a floor at a time, in one statement', async () => {
    const [own, name] = [await makeFloor(server, 'Availability'), 'Desk 1']
    const [a, b] = [await makeSpace(server, own, { name }), await makeSpace(server, own, { name: 'Desk 2' })]
    const made = await value(book(server.callAs(kit), a.id, slot(60, 120), { title: 'Focus' }))
    const look = async (from: number, to: number) => (await value(server.callAs(noor)(contract.getAvailability, { params: { floor: own.id }, query: slot(from, to) }))).spaces
    const of = (rows: contract.Availability[], space: string) => rows.find((r) => r.space === space)
    expect(of(await look(0, 300), a.id)).toEqual({ space: a.id, free: false, closures: [], bookings: [{ booking: made.id, startsAt: made.startsAt, endsAt: made.endsAt, status: 'booked', title: 'Focus', user: { id: kit.id, name: 'Kit' } }] })
    expect(of(await look(0, 300), b.id)).toEqual({ space: b.id, free: true, closures: [], bookings: [] })
    expect(of(await look(120, 300), a.id)).toMatchObject({ free: true })
    expect(await server.callAs(noor)(contract.getAvailability, { params: { floor: own.id }, query: slot(60, 0) })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await server.callAs(noor)(contract.getAvailability, { params: { floor: own.id }, query: { startsAt: '2031-13-01T00:00:00.000Z', endsAt: '2031-12-01T00:00:00.000Z' } })).toMatchObject({ ok: false, code: 'invalid', message: '`startsAt` in the query is no time of the calendar.' })
  })

  it('[BK11] lists by person, space and day, page by page', async () => {
    const own = await makeFloor(server, 'Lists')
    const desk = await makeSpace(server, own)
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push((await value(book(server.callAs(noor), desk.id, slot(60 * i + 60, 60 * i + 120)))).id)
    const list = async (query: object) => value(server.callAs(kit)(contract.listBookings, { query: { floor: own.id, ...query } }))
    expect((await list({})).bookings.map((b) => b.id)).toEqual(ids)
    const first = await list({ limit: 2 })
    const second = await list({ limit: 2, cursor: first.next! })
    const third = await list({ limit: 2, cursor: second.next! })
    expect([...first.bookings, ...second.bookings, ...third.bookings].map((b) => b.id)).toEqual(ids)
    expect(third.next).toBeNull()
    expect((await list({ user: kit.id })).bookings).toEqual([])
    expect((await list({ space: desk.id, user: noor.id, location: lobby.id })).bookings).toHaveLength(5)
    await value(server.callAs(noor)(contract.cancelBooking, at(ids[0]!)))
    expect((await list({})).bookings).toHaveLength(4)
    expect((await list({ cancelled: true })).bookings).toHaveLength(5)
    const days = first.bookings[0]!.day
    expect((await list({ from: days, to: days, cancelled: true })).bookings.every((b) => b.day === days)).toBe(true)
    expect((await list({ to: '2020-01-01' })).bookings).toEqual([])
    expect((await list({ from: '2035-01-01' })).bookings).toEqual([])
  })

  it('[BK12] says who is in: planned, here, left', async () => {
    const own = await makeFloor(server, 'People')
    const policy = { opensBeforeMinutes: 60, releasesAfterMinutes: 30, wholeDayUntil: '23:00' }
    const a = await makeSpace(server, own, { name: 'a', checkIn: policy })
    const present = async () => {
      const { people } = await value(server.callAs(kit)(contract.listPresent, { params: { location: lobby.id } }))
      return Object.fromEntries(people.map((p) => [p.user.name, p]))
    }
    await value(book(server.callAs(ada), a.id, slot(0, 5)))
    expect((await present())['Ada']).toMatchObject({ state: 'planned' })
    const [mine] = (await present())['Ada']!.bookings.filter((x) => x.space === a.id)
    await value(server.callAs(ada)(contract.checkInBooking, at(mine!.booking)))
    expect((await present())['Ada']).toMatchObject({ state: 'here' })
    await value(server.callAs(ada)(contract.endBooking, at(mine!.booking)))
    expect((await present())['Ada']).toMatchObject({ state: 'left' })
    // Somebody who is there for a fortnight is there on its last day too, and on no other.
    const long = await value(book(server.callAs(noor), (await makeSpace(server, own)).id, { day: dayAfter(dayIn('Europe/Stockholm', now()), 40), untilDay: dayAfter(dayIn('Europe/Stockholm', now()), 53) }))
    const on = async (day: string) => (await value(server.callAs(kit)(contract.listPresent, { params: { location: lobby.id }, query: { day } }))).people.flatMap((p) => p.bookings.map((b) => b.booking))
    for (const [days, isThere] of [[-1, false], [0, true], [2, true], [3, true], [13, true], [14, false]] as const) expect(await on(dayAfter(long.day, days)), String(days)).toEqual(isThere ? [long.id] : [])
    expect(await server.callAs(kit)(contract.listPresent, { params: { location: newId() } })).toMatchObject({ ok: false, code: 'not_found' })
    expect(await server.callAs(kit)(contract.listPresent, { params: { location: lobby.id }, query: { day: '2031-02-30' } })).toMatchObject({ ok: false, code: 'invalid', message: '`day` in the query is no day of the calendar.' })
    expect(await server.callAs(kit)(contract.listBookings, { query: { from: '2031-13-01' } })).toMatchObject({ ok: false, code: 'invalid' })
  })

  it('[BK9] tells who scans the code at a space whose it is', async () => {
    const own = await makeFloor(server, 'Codes')
    const desk = await makeSpace(server, own, { checkIn: { opensBeforeMinutes: 30, releasesAfterMinutes: 30, wholeDayUntil: '23:00' } })
    const look = (who = kit) => value(server.callAs(who)(contract.getAtSpace, { params: { code: desk.code } }))
    expect(await look()).toMatchObject({ space: { id: desk.id }, mine: null, taken: null, zone: 'Europe/Stockholm' })
    const mine = await value(book(server.callAs(kit), desk.id, slot(5, 60)))
    expect(await look()).toMatchObject({ mine: { id: mine.id, checkIn: { opensAt: expect.any(String) } }, taken: null, freeUntil: mine.startsAt })
    await value(server.callAs(kit)(contract.checkInBooking, at(mine.id)))
    pass(10 * 60_000)
    expect(await look(noor)).toMatchObject({ mine: null, taken: { id: mine.id, user: { name: 'Kit' } }, freeUntil: null })
    expect(await look()).toMatchObject({ mine: { id: mine.id, status: 'checked_in' }, taken: null })
    expect(await server.callAs(kit)(contract.getAtSpace, { params: { code: 'AAAAAAAAAA' } })).toMatchObject({ ok: false, code: 'not_found' })
  })
})
