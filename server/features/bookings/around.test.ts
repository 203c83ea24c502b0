/** What happens around bookings: no-shows, closures, panels, feeds, the outbox. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#contract/bookings.ts'
import { pairSpacePanel, saveSpace, unpairSpacePanel, type Floor, type Space } from '#contract/spaces.ts'
import { caller, type Call } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { dayAfter, dayIn } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { createTestDatabase } from '#test/db.ts'
import { at, book, mailsTo, makeFloor, makeSpace, movedClock } from '#test/office.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, hotel, kit, lobby, noor } from '#test/world.ts'
import { outbox } from './outbox.ts'
import { bookingNotices } from './notices.ts'
import { releaseNoShows } from './release.ts'

const { now, slot, pass } = movedClock()
let server: TestServer
let floor: Floor
beforeAll(async () => {
  server = await startTestServer({ now })
  floor = await makeFloor(server)
})
afterAll(() => server.close())

const get = (id: string) => value(server.callAs(kit)(contract.getBooking, { params: { booking: id } }))
const policy = { opensBeforeMinutes: 15, releasesAfterMinutes: 10, wholeDayUntil: '12:00' }

describe('no-shows', () => {
  const told: string[] = []
  const release = () => releaseNoShows({ db: server.database.db, outbox: { kick: () => {} }, tell: bookingNotices(async (_tx, _account, n) => { told.push(`${n.what} ${n.to}`) }), now })

  it('[BK8] are released after the window: cancelled, not deleted, and told', async () => {
    const desk = await makeSpace(server, floor, { checkIn: policy })
    const [gone, here, early] = [await value(book(server.callAs(kit), desk.id, slot(1, 60))), await value(book(server.callAs(noor), (await makeSpace(server, floor, { checkIn: policy })).id, slot(1, 60))), await value(book(server.callAs(kit), desk.id, slot(61, 120)))]
    expect(gone.checkIn).toEqual({ opensAt: new Date(Date.parse(gone.startsAt) - 15 * 60_000).toISOString(), closesAt: new Date(Date.parse(gone.startsAt) + 10 * 60_000).toISOString() })
    await value(server.callAs(noor)(contract.checkInBooking, at(here.id)))
    expect(await release()).toBe(0)
    pass(12 * 60_000)
    expect(await release()).toBe(1)
    expect(await release()).toBe(0)
    expect(await get(gone.id)).toMatchObject({ status: 'cancelled', reason: 'no_show', checkIn: null })
    expect([(await get(here.id)).status, (await get(early.id)).status]).toEqual(['checked_in', 'booked'])
    expect(told).toEqual([`released ${kit.email}`])
    expect(await server.callAs(kit)(contract.checkInBooking, at(gone.id))).toMatchObject({ ok: false, code: 'wrong_status' })
    await value(book(server.callAs(noor), desk.id, slot(0, 30)))   // and the space is free
  })

  it('[BK8] a check-in that comes late and before the release counts', async () => {
    const desk = await makeSpace(server, floor, { checkIn: policy })
    const made = await value(book(server.callAs(kit), desk.id, slot(1, 60)))
    pass(12 * 60_000)
    await value(server.callAs(kit)(contract.checkInBooking, at(made.id)))
    await release()
    expect((await get(made.id)).status).toBe('checked_in')
  })

  it('[BK8] whole days have until their hour', async () => {
    const desk = await makeSpace(server, floor, { checkIn: { ...policy, wholeDayUntil: '23:30' } })
    const made = await value(book(server.callAs(kit), desk.id, { day: dayIn('Europe/Stockholm', now()) }))
    pass(60 * 60_000)
    await release()
    expect((await get(made.id)).status).toBe('booked')
    expect(new Date(made.checkIn!.closesAt).toLocaleTimeString('en-GB', { timeZone: 'Europe/Stockholm', timeStyle: 'short' })).toBe('23:30')
    await value(server.callAs(kit)(contract.cancelBooking, at(made.id)))
  })
})

describe('closures', () => {
  const close = (more: object) => server.callAs(ada)(contract.createClosure, { body: { id: newId(), location: lobby.id, when: slot(0, 600), text: 'Fire drill', cancelBookings: false, ...more } })
  it('[BK13] stop bookings, and name or cancel what is there', async () => {
    const own = await makeFloor(server, 'Closed')
    const [desk, other] = [await makeSpace(server, own), await makeSpace(server, own, { name: 'Desk 2' })]
    const made = await value(book(server.callAs(kit), desk.id, slot(60, 120)))
    expect(await close({ floor: own.id })).toMatchObject({ ok: false, code: 'space_taken', conflicts: [{ id: made.id, user: { name: 'Kit' } }] })
    const body = { id: newId(), floor: own.id, cancelBookings: true, when: slot(30, 600) }
    const closed = await value(close(body))
    expect(closed).toMatchObject({ cancelled: 1, closure: { floor: own.id, text: 'Fire drill' } })
    expect(await value(close(body))).toEqual(closed)   // twice is once
    expect(await close({ ...body, text: 'Else' })).toMatchObject({ ok: false, code: 'id_reused' })
    expect(await get(made.id)).toMatchObject({ status: 'cancelled', reason: 'closure' })
    expect((await mailsTo(server, kit.email)).map((m) => m.subject)).toContainEqual(expect.stringContaining('is closed: your booking'))
    expect(await book(server.callAs(kit), other.id, slot(60, 120))).toMatchObject({ ok: false, code: 'space_closed', conflicts: [{ kind: 'closure', text: 'Fire drill' }] })
    await value(book(server.callAs(kit), other.id, slot(1, 29)))
    const [space] = (await value(server.callAs(kit)(contract.getAvailability, { params: { floor: own.id }, query: slot(60, 120) }))).spaces
    expect(space).toMatchObject({ free: false, closures: [{ text: 'Fire drill' }] })
    expect((await value(server.callAs(kit)(contract.listClosures, { query: { location: lobby.id } }))).closures.map((c) => c.id)).toContain(body.id)
    await value(server.callAs(ada)(contract.liftClosure, { params: { closure: body.id }, query: { id: newId() } }))
    await value(server.callAs(ada)(contract.liftClosure, { params: { closure: body.id }, query: { id: newId() } }))
    await value(book(server.callAs(kit), other.id, slot(60, 120)))
    expect(await get(made.id)).toMatchObject({ status: 'cancelled' })
  })

  it('[BK13] race with bookings: none is left in a closed time', async () => {
    const own = await makeFloor(server, 'Racing')
    const desks = await Promise.all(Array.from({ length: 10 }, (_, i) => makeSpace(server, own, { name: `Desk ${i}` })))
    const when = slot(60, 120)
    const outcomes = await Promise.all(desks.flatMap((d, i) => i === 5 ? [close({ floor: own.id, cancelBookings: true, when }), book(server.callAs(kit), d.id, when)] : [book(server.callAs(kit), d.id, when)]))
    expect(outcomes.filter((o) => !o.ok && o.code !== 'space_closed')).toEqual([])
    expect((await value(server.callAs(kit)(contract.listBookings, { query: { floor: own.id } }))).bookings).toEqual([])
  })

  it('[BK13] end what runs when they begin', async () => {
    const own = await makeFloor(server, 'Ending')
    const desk = await makeSpace(server, own)
    const made = await value(book(server.callAs(kit), desk.id, slot(-1, 120)))
    const when = slot(60, 600)
    expect(await value(close({ space: desk.id, cancelBookings: true, when }))).toMatchObject({ cancelled: 1 })
    expect(await get(made.id)).toMatchObject({ status: 'booked', endsAt: when.startsAt })
  })
})

describe('the panel of a room', () => {
  async function pair(room: Space): Promise<{ panel: Call; token: string }> {
    const { code } = await value(server.callAs(ada)(pairSpacePanel, { params: { space: room.id } }))
    const paired = await value(server.callAs()(contract.pairPanel, { body: { code } }))
    expect(paired.space).toBe(room.id)
    expect(await server.callAs()(contract.pairPanel, { body: { code } })).toMatchObject({ ok: false, code: 'link_used' })
    return { panel: caller({ url: server.url, bearer: async () => paired.token }), token: paired.token }
  }

  it('[BK16] shows now and next, books, checks in and ends', async () => {
    const room = await makeSpace(server, floor, { name: 'Harbour', kind: 'room', checkIn: policy })
    const { panel } = await pair(room)
    expect(await value(panel(contract.getPanel, {}))).toMatchObject({ space: { id: room.id, name: 'Harbour' }, account: hotel.name, zone: 'Europe/Stockholm', now: null, next: [], canBookMinutes: [15, 30, 60, 120] })
    const later = await value(book(server.callAs(kit), room.id, slot(40, 100), { title: 'Planning' }))
    expect(await value(panel(contract.getPanel, {}))).toMatchObject({ next: [{ id: later.id, user: 'Kit', title: 'Planning' }], canBookMinutes: [15, 30] })
    expect(await panel(contract.bookAtPanel, { body: { id: newId(), minutes: 60 } })).toMatchObject({ ok: false, code: 'space_taken' })
    const body = { id: newId(), minutes: 30 }
    expect(await value(panel(contract.bookAtPanel, { body }))).toMatchObject({ now: { id: body.id, status: 'checked_in', user: null }, canBookMinutes: [] })
    expect(await value(panel(contract.bookAtPanel, { body }))).toMatchObject({ now: { id: body.id } })   // twice is once
    expect(await value(panel(contract.endAtPanel, at(body.id)))).toMatchObject({ now: null })
    pass(30 * 60_000)
    expect(await value(panel(contract.checkInAtPanel, at(later.id)))).toMatchObject({ next: [{ id: later.id, status: 'checked_in' }] })
    await value(server.callAs(ada)(saveSpace, { params: { space: room.id }, body: { floor: floor.id, name: room.name, kind: 'room', panelShowsNames: false } }))
    expect(await value(panel(contract.getPanel, {}))).toMatchObject({ next: [{ id: later.id, user: null, title: '' }] })
  })

  it('[BK16] may nothing but its own space', async () => {
    const [room, other] = [await makeSpace(server, floor, { kind: 'room' }), await makeSpace(server, floor, { kind: 'room' })]
    const { panel, token } = await pair(room)
    const elsewhere = await value(book(server.callAs(kit), other.id, slot(-1, 60)))
    expect(await panel(contract.endAtPanel, at(elsewhere.id))).toMatchObject({ ok: false, code: 'not_found' })
    expect(await panel(contract.listBookings, {})).toMatchObject({ ok: false, code: 'forbidden' })
    const heard: string[] = []
    const lodge = server.connectAs(ada, { ticket: async () => ({ ticket: token, expiresAt: new Date(Date.now() + 900_000).toISOString() }) })
    lodge.join(`bookings:${lobby.id}`, { fresh: () => heard.push('fresh'), entries: (of) => heard.push(...of.map((e) => e.type)), marks: () => {}, typing: () => {}, refused: (code) => heard.push(code) })
    const refused: string[] = []
    lodge.join(`bookings:${newId()}`, { fresh: () => refused.push('fresh'), entries: () => {}, marks: () => {}, typing: () => {}, refused: (code) => refused.push(code) })
    await expect.poll(() => heard[0]).toBe('fresh')
    await expect.poll(() => refused).toEqual(['not_found'])
    await value(server.callAs(kit)(contract.endBooking, at(elsewhere.id)))
    await expect.poll(() => heard).toContain('booking.ended')
    // A new pairing cuts the old device off (a token is kept for 5 s).
    await value(server.callAs(ada)(unpairSpacePanel, { params: { space: room.id } }))
    expect(await panel(contract.getPanel, {})).toMatchObject({ ok: false, code: 'not_found' })
    pass(6_000)
    expect(await panel(contract.getPanel, {})).toMatchObject({ ok: false, code: 'unauthenticated' })
  })
})

/** Properties of each event, unfolded, as they are written. */
const eventsIn = (text: string): Record<string, string>[] => text.replaceAll('\r\n ', '').split('BEGIN:VEVENT').slice(1)
  .map((event) => Object.fromEntries(event.split('\r\n').flatMap((line) => { const at = line.indexOf(':'); return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]] })))

describe('feeds', () => {
  it('[BK17] are read by their secret alone, until revoked', async () => {
    const desk = await makeSpace(server, floor, { name: 'Desk of feeds' })
    const day = dayAfter(dayIn('Europe/Stockholm', now()), 3)
    const [timed, whole] = [await value(book(server.callAs(noor), desk.id, slot(60, 120), { title: 'Calm, "quoted"; and\nbroken' })), await value(book(server.callAs(noor), desk.id, { day, untilDay: dayAfter(day) }))]
    const gone = await value(book(server.callAs(noor), desk.id, slot(200, 260)))
    await value(server.callAs(noor)(contract.cancelBooking, at(gone.id)))
    const id = newId()
    const { url } = await value(server.callAs(noor)(contract.createFeed, { params: { feed: id }, body: {} }))
    const response = await fetch(`${server.url}${url}`)
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    const events = eventsIn(await response.text())
    const of = (booking: string) => events.find((e) => e['UID'] === `${booking}@lodge`)
    expect(of(timed.id)!['DTSTART']).toBe(timed.startsAt.replace(/\.\d{3}/, '').replace(/[-:]/g, ''))
    expect(of(timed.id)!['SUMMARY']).toBe('Calm\\, "quoted"\\; and\\nbroken')
    expect([of(whole.id)!['DTSTART;VALUE=DATE'], of(whole.id)!['DTEND;VALUE=DATE']]).toEqual([day.replaceAll('-', ''), dayAfter(day, 2).replaceAll('-', '')])
    expect(of(gone.id)).toBeUndefined()
    const space = await value(server.callAs(kit)(contract.createFeed, { params: { feed: newId() }, body: { space: desk.id } }))
    expect(await (await fetch(`${server.url}${space.url}`)).text()).toContain('Noor')
    expect((await value(server.callAs(noor)(contract.listFeeds, {}))).feeds).toMatchObject([{ id, space: null, readAt: expect.any(String) }])
    expect(await server.callAs(kit)(contract.revokeFeed, { params: { feed: id } })).toMatchObject({ ok: false, code: 'not_found' })
    expect(await server.callAs(kit)(contract.createFeed, { params: { feed: id }, body: {} })).toMatchObject({ ok: false, code: 'not_found' })
    await value(server.callAs(noor)(contract.revokeFeed, { params: { feed: id } }))
    expect((await fetch(`${server.url}${url}`)).status).toBe(404)
    const { hashes } = await server.database.db.read('secrets', 1000, (tx) => tx.one<{ hashes: string }>(sql`select string_agg(f::text, ' ') as hashes from booking_feeds f`))
    expect(hashes).not.toContain(space.url.split('/').at(-1)!.slice(0, 43))
  })
})

describe('the outbox', () => {
  it('[BK18] carries every entry once, however often it is broken off', async () => {
    const { db, drop } = await createTestDatabase({ max: 2 })
    const topic = `bookings:${newId()}` as const
    const row = (n: number) => ({ id: newId(), n })
    const rows = Array.from({ length: 60 }, (_, i) => row(i))
    const stored: { id: string; n: unknown }[] = []
    let calls = 0
    const flaky = outbox({
      db, log: { error: () => {} },
      async accept(draft) {
        calls++
        if (calls % 7 === 0) throw new Refusal('unavailable')
        const repeat = stored.some((s) => s.id === draft.id)
        if (!repeat) stored.push({ id: draft.id, n: (draft.body as { n: number }).n })
        if (calls % 11 === 0) throw new Refusal('unavailable')   // stored, and nobody heard
        return { id: draft.id, topic: draft.topic, offset: stored.length, at: '', repeat }
      },
    })
    for (const r of rows) await db.tx('post', 1000, (tx) => tx.run(sql`insert into booking_outbox (account_id, id, topic, type, actor, body) values (${hotel.id}, ${r.id}, ${topic}, 'booking.made', 'system', ${JSON.stringify({ n: r.n })}::jsonb)`))
    const left = () => db.read('left', 1000, (tx) => tx.one<{ n: number }>(sql`select count(*)::int as n from booking_outbox where topic = ${topic}`))
    for (let rounds = 0; (await left()).n > 0 && rounds < 200; rounds++) await flaky.carry().catch(() => {})
    expect((await left()).n).toBe(0)
    expect(stored.map((s) => s.id).sort()).toEqual(rows.map((r) => r.id).sort())
    await drop()
  })

  it('[BK18] keeps the entries of one booking in the order of its changes when one of them fails', async () => {
    const { db, drop } = await createTestDatabase({ max: 2 })
    const topic = `bookings:${newId()}` as const, booking = newId()
    const stored: unknown[] = []
    let isAway = true
    const carrier = outbox({
      db, log: { error: () => {} },
      async accept({ id, topic, type, body }) {
        const { booking: of } = body as { booking: string }
        if (isAway && of === booking && type === 'booking.made') throw new Refusal('unavailable')
        stored.push(of === booking ? type : 'another')
        return { id, topic, offset: stored.length, at: '', repeat: false }
      },
    })
    for (const [of, type] of [[booking, 'booking.made'], [booking, 'booking.moved'], [newId(), 'booking.made'], [booking, 'booking.cancelled']] as const) {
      await db.tx('post', 1000, (tx) => tx.run(sql`insert into booking_outbox (account_id, id, topic, type, actor, body) values (${hotel.id}, ${newId()}, ${topic}, ${type}, 'system', ${JSON.stringify({ booking: of })}::jsonb)`))
    }
    await expect(carrier.carry()).rejects.toMatchObject({ code: 'unavailable' })
    expect(stored).toEqual(['another'])
    isAway = false
    await carrier.carry()
    expect(stored).toEqual(['another', 'booking.made', 'booking.moved', 'booking.cancelled'])
    await drop()
  })

  it('[BK18] an entry whose id somebody used for something else gets another', async () => {
    const desk = await makeSpace(server, floor)
    const made = await value(book(server.callAs(kit), desk.id, slot(60, 120)))
    const id = newId()
    await server.app.sequencer.accept({ account: hotel.id, topic: 'settings', id, type: 'settings.changed', actor: `user:${ada.id}`, body: { what: 'places' } })
    expect(await server.callAs(kit)(contract.cancelBooking, { params: { booking: made.id }, body: { id } })).toMatchObject({ ok: false, code: 'id_reused' })
    expect((await get(made.id)).status).toBe('booked')
  })
})
