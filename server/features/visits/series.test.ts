import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listDeliveries } from '#contract/deliveries.ts'
import { getSnapshot } from '#contract/kiosks.ts'
import * as contract from '#contract/visit-series.ts'
import { cancelVisit, changeVisit, checkInVisit, createVisit, eraseVisit, fillInvited, getInvited, getVisit, listVisitLog, listVisits, type Visit } from '#contract/visits.ts'
import { saveWatched } from '#contract/watchlist.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { dayIn, instantIn, shiftDay } from '#server/kernel/local-time.ts'
import { pairTestKiosk } from '#test/kiosk-peer.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, kit, lobby, noor } from '#test/world.ts'
import { visitSeries } from './series.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

const zone = 'Europe/Stockholm'
const today = dayIn(zone, Date.now())
const later = (days: number): string => shiftDay(today, { days })
const desk = () => server.callAs(kit)
type New = NonNullable<NonNullable<(typeof contract.createSeries)['types']>['body']>
const repeat = (more: Partial<New> = {}) => desk()(contract.createSeries, { body: { id: newId(), location: lobby.id, name: 'Rita Repeat', rule: 'FREQ=DAILY', startsAt: `${later(1)}T09:00`, ...more } })
const made = (more: Partial<New> = {}) => value(repeat(more))
const all = async (series: string): Promise<Visit[]> => (await server.database.db.read('all', 5000, (tx) => tx.all<{ id: string }>(sql`select id from visits where series_id = ${series} order by series_day`)))
  .reduce<Promise<Visit[]>>(async (before, { id }) => [...await before, await value(desk()(getVisit, { params: { visit: id } }))], Promise.resolve([]))
const counts = (series: string) => server.database.db.read('counts', 5000, (tx) => tx.all<{ status: string; n: number }>(sql`select status, count(*)::int as n from visits where series_id = ${series} group by 1 order by 1`))

describe('a series', () => {
  it('[VR1] is an ordinary visit on each of its days, at the same time by the wall, for twelve months, and once however often it is sent', async () => {
    const id = newId()
    const [{ series, visits }, again] = await Promise.all([made({ id }), made({ id })])
    expect(again.series).toEqual(series)
    expect(visits[0]).toMatchObject({ series: id, day: later(1), status: 'expected', name: 'Rita Repeat' })
    expect(series).toMatchObject({ endsOn: null, filledTo: shiftDay(today, { months: 12 }) })
    const { rows } = await server.database.db.read('all', 5000, (tx) => tx.one<{ rows: number }>(sql`
      select count(*)::int as rows from visits where series_id = ${id} and to_char(expected_at at time zone ${zone}, 'YYYY-MM-DD HH24:MI') = day::text || ' 09:00' and day = series_day`))
    expect(rows).toBeGreaterThanOrEqual(364)
    expect(await counts(id)).toEqual([{ status: 'expected', n: rows }])
    expect(await repeat({ id, name: 'Somebody Else' })).toMatchObject({ ok: false, code: 'id_reused' })
    expect(await repeat({ location: newId() })).toMatchObject({ ok: false, code: 'not_found' })
    const { entries } = await value(desk()(listVisitLog, { params: { visit: visits[3]!.id } }))
    expect(entries).toMatchObject([{ type: 'series.expected', body: { series: id, visits: rows } }])
    expect(JSON.stringify(entries)).not.toContain('Rita')
  })

  it('[VR3] that is none, or is over, is refused in words; its days can be seen beforehand', async () => {
    const why = async (rule: string, startsAt = `${later(1)}T09:00`): Promise<string> => {
      const outcome = await repeat({ rule, startsAt })
      return outcome.ok ? '' : `${outcome.code} ${outcome.message}`
    }
    expect(await why('FREQ=HOURLY')).toContain('invalid rule: It repeats at most once a day')
    expect(await why('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30')).toContain('There is no day on which it falls')
    expect(await why('FREQ=DAILY;COUNT=3', '2020-01-01T09:00')).toContain('All its days are in the past')
    expect(await why('FREQ=DAILY', '2027-02-30T09:00')).toContain('there is no 2027-02-30T09:00')
    expect(await why('FREQ=DAILY;BYDAY=MO;COUNT=9999', '1950-01-01T09:00')).toContain('It begins too long ago')
    expect((await made({ rule: 'FREQ=DAILY;UNTIL=21261231' })).series.endsOn).toBeNull()
    expect(await repeat({ leavesAt: '08:00' })).toMatchObject({ ok: false, code: 'invalid' })
    const preview = (rule: string) => desk()(contract.previewSeries, { query: { location: lobby.id, rule, startsAt: '2028-01-03T09:00', limit: 3 } })
    expect(await value(preview('FREQ=WEEKLY;BYDAY=MO,TU'))).toEqual({ isWhole: false, dates: ['2028-01-03', '2028-01-04', '2028-01-10'].map((day) => ({ day, at: `${day}T08:00:00.000Z` })) })
    expect(await value(preview('FREQ=DAILY;COUNT=2'))).toMatchObject({ isWhole: true, dates: [{ day: '2028-01-03' }, { day: '2028-01-04' }] })
    expect(await preview('every day')).toMatchObject({ ok: false, code: 'invalid' })
  })

  it('[VR4] one, this and following, or all of it is cancelled; who came stays', async () => {
    const { series: { id }, visits } = await made({ rule: 'FREQ=DAILY;COUNT=10', startsAt: `${today}T09:00` })
    await value(desk()(checkInVisit, { params: { visit: visits[0]!.id }, body: { id: newId() } }))
    await value(desk()(cancelVisit, { params: { visit: visits[2]!.id }, body: { id: newId() } }))
    await value(desk()(contract.cancelSeries, { params: { series: id }, body: { id: newId(), from: later(5) } }))
    const state = async () => (await all(id)).map((v) => v.status)
    expect(await state()).toEqual(['checked_in', 'expected', 'cancelled', 'expected', 'expected', 'cancelled', 'cancelled', 'cancelled', 'cancelled', 'cancelled'])
    expect(await value(desk()(contract.getSeries, { params: { series: id } }))).toMatchObject({ endsOn: later(4), rule: `FREQ=DAILY;UNTIL=${later(4).replaceAll('-', '')}T235959` })
    const command = newId()
    const cancelAll = () => value(desk()(contract.cancelSeries, { params: { series: id }, body: { id: command } }))
    expect(await cancelAll()).toEqual(await cancelAll())
    expect(await counts(id)).toEqual([{ status: 'cancelled', n: 9 }, { status: 'checked_in', n: 1 }])
    const { entries } = await value(desk()(listVisitLog, { params: { visit: visits[1]!.id } }))
    expect(entries.map((e) => e.type)).toEqual(['series.expected', 'series.cancelled'])
  })

  it('[VR5] changes from a day on: what was changed on one visit stays, and so does one that was moved', async () => {
    const { series: { id }, visits } = await made({ rule: 'FREQ=DAILY;COUNT=6', host: kit.id, leavesAt: '10:00' })
    await value(desk()(changeVisit, { params: { visit: visits[3]!.id }, body: { id: newId(), host: noor.id } }))
    await value(desk()(changeVisit, { params: { visit: visits[4]!.id }, body: { id: newId(), expectedAt: instantIn(zone, visits[4]!.day, '15:00') } }))
    await value(desk()(contract.changeSeries, { params: { series: id }, body: { id: newId(), from: visits[2]!.day, host: ada.id, company: 'Later Ltd', at: '11:30', leavesAt: '12:30' } }))
    const now = await all(id)
    expect(now.map((v) => [v.host, v.company, v.expectedAt])).toEqual([
      ...[0, 1].map((n) => [kit.id, '', instantIn(zone, later(n + 1), '09:00')]),
      [ada.id, 'Later Ltd', instantIn(zone, later(3), '11:30')], [noor.id, 'Later Ltd', instantIn(zone, later(4), '11:30')],
      [ada.id, 'Later Ltd', instantIn(zone, later(5), '15:00')], [ada.id, 'Later Ltd', instantIn(zone, later(6), '11:30')],
    ])
    expect(now[5]!.leavingAt).toBe(instantIn(zone, later(6), '12:30'))
    const change = (to: object) => desk()(contract.changeSeries, { params: { series: id }, body: { id: newId(), ...to } })
    expect(await change({ host: newId() })).toMatchObject({ ok: false, code: 'not_found', message: 'There is no such host.' })
    expect(await change({})).toMatchObject({ ok: false, code: 'invalid' })
    expect(await change({ rule: 'FREQ=NEVER' })).toMatchObject({ ok: false, code: 'invalid' })
    // Every second day instead, from the third on.
    await value(change({ from: later(3), rule: 'FREQ=DAILY;INTERVAL=2;COUNT=3' }))
    expect((await all(id)).map((v) => [v.day, v.status])).toEqual([[later(1), 'expected'], [later(2), 'expected'], [later(3), 'expected'], [later(4), 'cancelled'], [later(5), 'expected'], [later(6), 'cancelled'], [later(7), 'expected']])
    expect(await value(desk()(contract.getSeries, { params: { series: id } }))).toMatchObject({ endsOn: later(7), startsAt: `${later(3)}T11:30` })
  })

  it('[VR6] invites once for all days: one mail, one calendar entry with the rule, one code that means the day’s visit', async () => {
    const { series, visits } = await made({ rule: 'FREQ=WEEKLY;COUNT=30', startsAt: `${today}T23:30`, except: [later(7)], email: 'rita@example.com', invite: true })
    const { deliveries } = await value(server.callAs(ada)(listDeliveries, { query: { limit: 200 } }))
    const mails = deliveries.filter((d) => d.to === 'rita@example.com')
    expect(mails).toHaveLength(1)
    expect(mails[0]!.text).toContain('You are expected more than once')
    const { files } = await server.database.db.read('files', 1000, (tx) => tx.one<{ files: { name: string; base64: string }[] }>(sql`select files from deliveries where id = ${mails[0]!.id}`))
    const ics = Buffer.from(files.find((f) => f.name === 'visit.ics')!.base64, 'base64').toString()
    for (const says of [`UID:${series.id}@lodge`, 'RRULE:FREQ=WEEKLY;COUNT=30', `EXDATE;TZID=${zone}:${later(7).replaceAll('-', '')}T233000`, `DTSTART;TZID=${zone}:${today.replaceAll('-', '')}T233000`, `BEGIN:VTIMEZONE\r\nTZID:${zone}\r\n`, 'BEGIN:DAYLIGHT']) expect(ics).toContain(says)
    expect(ics).toMatch(/\r\nDTSTAMP:\d{8}T\d{6}Z\r\n/)
    expect(new Set(visits.map((v) => v.code))).toEqual(new Set([series.code]))
    const at = { params: { code: series.code } }, nobody = server.callAs()
    expect(await value(nobody(getInvited, at))).toMatchObject({ expectedAt: visits[0]!.expectedAt })
    await value(nobody(fillInvited, { ...at, body: { id: newId(), company: 'Repeat & Sons' } }))
    expect(new Set((await all(series.id)).map((v) => v.company))).toEqual(new Set(['Repeat & Sons']))
    expect((await value(desk()(listVisits, { query: { search: series.code } }))).visits.map((v) => v.id)).toEqual([visits[0]!.id])
    await value(desk()(cancelVisit, { params: { visit: visits[0]!.id }, body: { id: newId() } }))
    expect(await value(nobody(getInvited, at))).toMatchObject({ expectedAt: visits[1]!.expectedAt, status: 'expected' })
    expect(await repeat({ invite: true })).toMatchObject({ ok: false, code: 'invalid' })
  })

  it('[VR6] the kiosk knows the code on each day', async () => {
    const { series, visits } = await made({ startsAt: `${today}T23:45` })
    const kiosk = await pairTestKiosk(server)
    const { visits: known } = await value(kiosk.call(getSnapshot, {}))
    expect(known.filter((v) => v.code === series.code).map((v) => v.id)).toEqual([visits[0]!.id, visits[1]!.id])
  })

  it('[VR7] goes on as time does, and is forgotten after its visits', async () => {
    const { series: { id } } = await made({ rule: 'FREQ=MONTHLY;BYMONTHDAY=1' })
    const soonOver = await made({ rule: 'FREQ=DAILY;COUNT=2' })
    const before = await all(id)
    const { app, database: { db } } = server
    const inMonths = async (months: number) => {
      const now = () => Date.parse(`${shiftDay(today, { months })}T12:00Z`)
      await visitSeries({ db, accept: app.sequencer.accept, invite: async () => {}, now }).extendDue(100)
    }
    await inMonths(0)
    expect((await all(id)).length).toBe(before.length)
    await inMonths(3)
    await inMonths(3)
    expect((await all(id)).length).toBe(before.length + 3)
    expect((await all(id)).every((v) => v.day.endsWith('-01'))).toBe(true)
    expect(await value(desk()(contract.getSeries, { params: { series: soonOver.series.id } }))).toMatchObject({ name: 'Rita Repeat', endsOn: later(2) })
    for (const v of soonOver.visits) await value(server.callAs(ada)(eraseVisit, { params: { visit: v.id }, query: { id: newId() } }))
    await inMonths(6)
    expect(await value(desk()(contract.getSeries, { params: { series: soonOver.series.id } }))).toMatchObject({ name: '–', isErased: true })
    expect(await desk()(contract.changeSeries, { params: { series: soonOver.series.id }, body: { id: newId(), name: 'Again' } })).toMatchObject({ ok: false, code: 'gone' })
  })

  it('[VS6] is found by name with its next visits, and hides nobody', async () => {
    const { visits } = await made({ name: 'Frequent Finder' })
    const other = await value(desk()(createVisit, { body: { id: newId(), location: lobby.id, name: 'Rare Finder', expectedAt: instantIn(zone, later(3), '09:00') } }))
    const found = (await value(desk()(listVisits, { query: { search: 'finder', limit: 20 } }))).visits.map((v) => v.id)
    expect(found).toContain(other.id)
    expect(found).toContain(visits[0]!.id)
    expect(found.length).toBeLessThan(5)
  })

  it('[VW3] is screened before it is made', async () => {
    const listed = (action: 'alert' | 'block', name: string) => value(server.callAs(ada)(saveWatched, { params: { watched: newId() }, body: { name, action, reason: 'Test.' } }))
    await listed('block', 'Blocked Repeater')
    await listed('alert', 'Noticed Repeater')
    expect(await repeat({ name: 'Blocked Repeater' })).toMatchObject({ ok: false, code: 'watchlisted' })
    expect((await made({ name: 'Noticed Repeater', rule: 'FREQ=DAILY;COUNT=2' })).visits.map((v) => v.flags)).toEqual([['watchlist'], ['watchlist']])
  })
})
