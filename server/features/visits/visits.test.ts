import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openConversation, sendTranscript } from '#contract/conversations.ts'
import { listDeliveries, type Delivery } from '#contract/deliveries.ts'
import { saveHost, saveLocation, saveVisitorType } from '#contract/places.ts'
import * as contract from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { pairTestKiosk } from '#test/kiosk-peer.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, dayVisitor, hotel, kit, lobby, mara, noor, otto, quay, website } from '#test/world.ts'
import { arrivalId } from './notices.ts'
import { overnight } from './overnight.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

const desk = () => server.callAs(kit)
const inHours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString()
const expectVisit = (more: Partial<NonNullable<NonNullable<(typeof contract.createVisit)['types']>['body']>> = {}): Promise<contract.Visit> =>
  value(desk()(contract.createVisit, { body: { id: newId(), location: lobby.id, name: 'Mara Lindqvist', expectedAt: inHours(1), ...more } }))
const visit = (id: string): Promise<contract.Visit> => value(desk()(contract.getVisit, { params: { visit: id } }))
const mailsTo = async (to: string): Promise<Delivery[]> => (await value(server.callAs(ada)(listDeliveries, { query: { limit: 200 } }))).deliveries.filter((d) => d.to === to)

describe('a visit', () => {
  it('[VS1] is expected once, however often it is asked for', async () => {
    const body = { id: newId(), location: lobby.id, name: ' Mara Lindqvist ', expectedAt: '2026-03-29T22:30:00.000Z' }
    const [a, b] = await Promise.all([value(desk()(contract.createVisit, { body })), value(desk()(contract.createVisit, { body }))])
    expect(a).toEqual(b)
    expect(a).toMatchObject({ status: 'expected', name: 'Mara Lindqvist', day: '2026-03-30' })   // half past midnight in Stockholm
    expect(await desk()(contract.createVisit, { body: { ...body, name: 'Somebody else' } })).toMatchObject({ ok: false, code: 'id_reused' })
    expect(await desk()(contract.createVisit, { body: { ...body, id: newId(), location: newId() } })).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('[VS2] keeps names out of the journal', async () => {
    const { id } = await expectVisit({ name: 'Quite Unmistakable', email: 'unmistakable@example.com' })
    await value(desk()(contract.changeVisit, { params: { visit: id }, body: { id: newId(), name: 'Still Unmistakable', company: 'Unmistakable Ltd' } }))
    expect(await desk()(contract.changeVisit, { params: { visit: id }, body: { id: newId(), host: newId() } })).toMatchObject({ ok: false, code: 'not_found', message: 'There is no such host.' })
    expect(await visit(id)).toMatchObject({ name: 'Still Unmistakable', company: 'Unmistakable Ltd' })
    const { rows } = await server.database.db.read('journal', 5000, (tx) => tx.one<{ rows: string }>(sql`select string_agg(body::text, ' ') as rows from journal where topic like 'visits:%'`))
    expect(rows).not.toMatch(/unmistakable/i)
    const { entries } = await value(desk()(contract.listVisitLog, { params: { visit: id } }))
    expect(entries.map((e) => [e.type, e.actor])).toEqual([['visit.expected', `user:${kit.id}`], ['visit.changed', `user:${kit.id}`]])
  })

  it('[VS3] goes its way, and says what does not fit its state', async () => {
    const { id } = await expectVisit()
    const at = { params: { visit: id } }
    expect(await desk()(contract.checkOutVisit, { ...at, body: { id: newId() } })).toMatchObject({ ok: false, code: 'wrong_status' })
    await value(desk()(contract.checkInVisit, { ...at, body: { id: newId() } }))
    expect(await visit(id)).toMatchObject({ status: 'checked_in' })
    expect(await desk()(contract.cancelVisit, { ...at, body: { id: newId() } })).toMatchObject({ ok: false, code: 'wrong_status' })
    await value(desk()(contract.checkOutVisit, { ...at, body: { id: newId() } }))
    expect(await visit(id)).toMatchObject({ status: 'checked_out', leftBy: 'desk' })
    // A warden sees the person after all.
    await value(desk()(contract.confirmVisit, { ...at, body: { id: newId() } }))
    expect(await visit(id)).toMatchObject({ status: 'checked_in', leftAt: null, leftBy: null })
  })

  it('[VS10] is expected again after a cancellation, until its day is over', async () => {
    const { id } = await expectVisit(), at = { params: { visit: id } }
    const restore = () => desk()(contract.restoreVisit, { ...at, query: { id: newId() } })
    expect(await restore()).toMatchObject({ ok: false, code: 'wrong_status' })
    await value(desk()(contract.cancelVisit, { ...at, body: { id: newId() } }))
    await value(restore())
    expect(await visit(id)).toMatchObject({ status: 'expected' })
    const past = await expectVisit({ expectedAt: inHours(-72) })
    await value(desk()(contract.cancelVisit, { params: { visit: past.id }, body: { id: newId() } }))
    expect(await desk()(contract.restoreVisit, { params: { visit: past.id }, query: { id: newId() } })).toMatchObject({ ok: false, code: 'wrong_status' })
  })

  it('[VS4] tells the host and its delegates once, and a group only at the first and the last', async () => {
    await value(server.callAs(noor)(saveHost, { params: { user: noor.id }, body: { mail: true, delegates: [ada.id] } }))
    expect(await desk()(saveHost, { params: { user: noor.id }, body: { mail: false, delegates: [] } })).toMatchObject({ ok: false, code: 'forbidden' })
    const group = newId()
    const members = await Promise.all(['One', 'Two', 'Three'].map((name) => expectVisit({ name, group, host: noor.id })))
    for (const m of members) {
      await value(desk()(contract.checkInVisit, { params: { visit: m.id }, body: { id: newId() } }))
      await value(desk()(contract.checkInVisit, { params: { visit: m.id }, body: { id: newId() } }))
    }
    const subjects = (await mailsTo(noor.email)).map((d) => d.subject).sort()
    expect(subjects).toEqual(['One is here, the first of your group', 'Three is here, your group is complete'])
    expect((await mailsTo(ada.email)).map((d) => d.subject).sort()).toEqual(subjects)
  })

  it('[VS5] [ID1] invites with a code, a calendar entry and a page to fill in', async () => {
    const type = newId()
    await value(server.callAs(ada)(saveVisitorType, { params: { visitorType: type }, body: { location: lobby.id, name: 'Contractor', fields: [{ key: 'plate', label: 'Licence plate', required: false }] } }))
    const made = await expectVisit({ email: 'mara@example.com', host: kit.id, invite: true, visitorType: type })
    const [mail] = await mailsTo('mara@example.com')
    expect(mail).toMatchObject({ kind: 'invitation', state: 'tray' })
    expect(mail!.text).toContain(`/invited/${made.code}`)
    const { files } = await server.database.db.read('files', 1000, (tx) => tx.one<{ files: { name: string; base64: string }[] }>(sql`select files from deliveries where id = ${mail!.id}`))
    const ics = Buffer.from(files.find((f) => f.name === 'visit.ics')!.base64, 'base64').toString()
    expect(ics).toMatch(new RegExp(`UID:${made.id}@lodge`))
    expect(ics).toMatch(new RegExp(`DTSTART:${made.expectedAt!.slice(0, 19).replace(/[-:]/g, '')}Z`))
    const nobody = server.callAs()
    expect(await value(nobody(contract.getInvited, { params: { code: made.code } }))).toMatchObject({ name: 'Mara Lindqvist', host: 'Kit', location: 'Lobby', asks: [{ key: 'plate' }] })
    const filled = await value(nobody(contract.fillInvited, { params: { code: made.code }, body: { id: newId(), company: 'Lindqvist AB', fields: { plate: 'ABC 123', other: 'no' } } }))
    expect(filled).toMatchObject({ company: 'Lindqvist AB', fields: { plate: 'ABC 123' } })
    expect(await nobody(contract.getInvited, { params: { code: 'x'.repeat(20) } })).toMatchObject({ ok: false, code: 'not_found' })
    // Another account may use the same id.
    await value(server.callAs(otto)(contract.createVisit, { body: { id: made.id, location: quay.id, name: 'Somebody of theirs', expectedAt: inHours(1) } }))
    expect(await value(nobody(contract.getInvited, { params: { code: made.code } }))).toMatchObject({ name: 'Mara Lindqvist', location: 'Lobby' })
    await value(desk()(contract.checkInVisit, { params: { visit: made.id }, body: { id: newId() } }))
    expect(await value(nobody(contract.leaveInvited, { params: { code: made.code }, body: { id: newId() } }))).toMatchObject({ status: 'checked_out' })
    expect(await visit(made.id)).toMatchObject({ leftBy: 'link' })
  })

  it('[VS7] shows the photo and the signature that a kiosk took, until the person is erased', async () => {
    const kiosk = await pairTestKiosk(server)
    const { id } = await expectVisit()
    const [photo, signature] = ['photo', 'signature'].map((of) => Buffer.from(of).toString('base64')) as [string, string]
    const sent = await kiosk.send([kiosk.operation('check_in', id, { expected: true, name: 'Mara Lindqvist', photo: `data:image/jpeg;base64,${photo}`, signature: { version: 1, image: `data:image/png;base64,${signature}` } })])
    expect(sent).toMatchObject([{ state: 'applied' }])
    const image = (kind: 'photo' | 'signature', of = id) => desk()(contract.getVisitImage, { params: { visit: of, kind } })
    expect(await value(image('photo'))).toEqual({ mediaType: 'image/jpeg', base64: photo })
    expect(await value(image('signature'))).toEqual({ mediaType: 'image/png', base64: signature })
    expect(await image('photo', (await expectVisit()).id)).toMatchObject({ ok: false, code: 'not_found' })
    expect(await desk()(contract.getVisitImage, { params: { visit: id, kind: 'raw' as 'photo' } })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await server.callAs(mara)(contract.getVisitImage, { params: { visit: id, kind: 'photo' } })).toMatchObject({ ok: false, code: 'forbidden' })
    await value(server.callAs(ada)(contract.eraseVisit, { params: { visit: id }, query: { id: newId() } }))
    for (const kind of ['photo', 'signature'] as const) expect(await image(kind)).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('[VS6] is found by any part of the name, company and address, over all time, page by page', async () => {
    const old = await expectVisit({ name: 'Zoë Überall', company: 'Nimbus', expectedAt: '2021-05-05T10:00:00.000Z' })
    const find = async (search: string) => (await value(desk()(contract.listVisits, { query: { search } }))).visits.map((v) => v.id)
    for (const search of ['überall', 'ZOË', 'nimb', old.code]) expect(await find(search), search).toEqual([old.id])
    expect(await find('100%_')).toEqual([])
    const seen: string[] = []
    for (let cursor: string | undefined; ;) {
      const page = await value(desk()(contract.listVisits, { query: { limit: 3, ...(cursor !== undefined && { cursor }) } }))
      seen.push(...page.visits.map((v) => v.id))
      if (page.next === null) break
      cursor = page.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(6)
  })

  it('[VS7] ends by itself: checked out after hours, not come, forgotten', async () => {
    const place = newId()
    await value(server.callAs(ada)(saveLocation, { params: { location: place }, body: { name: 'Annexe', zone: 'Pacific/Auckland', checksOutAt: '18:00', retentionDays: 30 } }))
    const expectedAt = '2026-01-10T20:00:00.000Z'   // nine in the morning of the 11th in Auckland
    const stayed = await expectVisit({ location: place, expectedAt, name: 'Stayed' }), missed = await expectVisit({ location: place, expectedAt, name: 'Missed' })
    await value(desk()(contract.checkInVisit, { params: { visit: stayed.id }, body: { id: newId(), at: '2026-01-10T20:05:00.000Z' } }))
    const run = (at: string) => overnight({ db: server.database.db, visits: server.app.verbs.visits, series: server.app.verbs.series, log: { warn() {} }, now: () => Date.parse(at) })
    await run('2026-01-11T04:59:00.000Z')
    expect(await visit(stayed.id)).toMatchObject({ status: 'checked_in' })
    expect(await visit(missed.id)).toMatchObject({ status: 'expected' })
    await run('2026-01-11T11:30:00.000Z')   // after 18:00 and midnight there
    expect(await visit(stayed.id)).toMatchObject({ status: 'checked_out', leftBy: 'automatic', leftAt: '2026-01-11T05:00:00.000Z' })
    expect(await visit(missed.id)).toMatchObject({ status: 'no_show' })
    await run('2026-02-12T00:00:00.000Z')
    expect(await visit(stayed.id)).toMatchObject({ isErased: true, name: '–', arrivedAt: '2026-01-10T20:05:00.000Z' })
    await run('2026-02-12T00:00:00.000Z')
  })

  it('[VS7] [PN3] who was erased while in the house leaves it, by hand or by itself, and who waited at the door waits no more', async () => {
    const place = newId()
    await value(server.callAs(ada)(saveLocation, { params: { location: place }, body: { name: 'Boathouse', zone: 'Europe/Stockholm', checksOutAt: '18:00' } }))
    const expectedAt = '2026-01-10T08:00:00.000Z', names = ['Inside', 'Goes', 'Waits'] as const
    const [inside, goes, waits] = await Promise.all(names.map((name) => expectVisit({ location: place, expectedAt, name }))) as [contract.Visit, contract.Visit, contract.Visit]
    for (const { id } of [inside, goes]) await value(desk()(contract.checkInVisit, { params: { visit: id }, body: { id: newId(), at: '2026-01-10T08:05:00.000Z' } }))
    await server.database.db.tx('asks', 1_000, (tx) => tx.run(sql`update visits set status = 'waiting' where account_id = ${hotel.id} and id = ${waits.id}`))
    for (const { id } of [inside, goes, waits]) await value(server.callAs(ada)(contract.eraseVisit, { params: { visit: id }, query: { id: newId() } }))
    expect(await visit(waits.id)).toMatchObject({ status: 'cancelled', isErased: true })
    await value(desk()(contract.checkOutVisit, { params: { visit: goes.id }, body: { id: newId(), at: '2026-01-10T09:00:00.000Z' } }))
    expect(await visit(goes.id)).toMatchObject({ status: 'checked_out', leftAt: '2026-01-10T09:00:00.000Z' })
    expect(await desk()(contract.checkInVisit, { params: { visit: waits.id }, body: { id: newId() } })).toMatchObject({ ok: false, code: 'gone' })
    await overnight({ db: server.database.db, visits: server.app.verbs.visits, series: server.app.verbs.series, log: { warn() {} }, now: () => Date.parse('2026-01-11T08:00:00.000Z') })
    expect(await visit(inside.id)).toMatchObject({ status: 'checked_out', leftBy: 'automatic', name: '–' })
  })
})

describe('an id that somebody outside chose', () => {
  it('[AC10] [VS4] for a transcript keeps no host from being told', async () => {
    const { id } = await expectVisit({ name: 'Thought Ahead', host: noor.id })
    const conversation = newId(), guest = server.callAs(mara)
    await value(guest(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
    const sent = await value(guest(sendTranscript, { params: { conversation }, body: { id: arrivalId(id, noor.id), to: 'ahead@example.com' } }))
    expect((await mailsTo('ahead@example.com')).map((d) => d.id)).toEqual([sent.delivery])
    await value(desk()(contract.checkInVisit, { params: { visit: id }, body: { id: newId() } }))
    expect((await mailsTo(noor.email)).map((d) => d.subject)).toContain('Thought Ahead is here')
  })

  const place = newId(), warned: unknown[] = []
  const inThreeDays = () => overnight({
    db: server.database.db, visits: server.app.verbs.visits, series: server.app.verbs.series, log: { warn: (of: object) => { warned.push(of) } }, now: () => Date.now() + 3 * 86_400_000,
  })
  const ofYesterday = async () => {
    await value(server.callAs(ada)(saveLocation, { params: { location: place }, body: { name: 'Gatehouse', zone: 'Europe/Stockholm', retentionDays: 1 } }))
    return expectVisit({ location: place, expectedAt: inHours(-24) })
  }

  it('[AC10] [VS7] for the page of an invitation keeps no name from being forgotten, and a repeat of it changes nothing', async () => {
    const { id, code } = await ofYesterday()
    const fill = () => server.callAs()(contract.fillInvited, { params: { code }, body: { id: derivedId('forgotten', id), company: 'Lindqvist AB' } })
    for (let i = 0; i < 2; i++) expect(await value(fill())).toMatchObject({ company: 'Lindqvist AB' })
    expect((await value(desk()(contract.listVisitLog, { params: { visit: id } }))).entries.filter((e) => e.type === 'visit.changed')).toHaveLength(1)
    await inThreeDays()
    expect(await visit(id)).toMatchObject({ isErased: true })
    expect(warned).toEqual([])
  })

  it('[AC10] [VS7] with which the house wanted to forget a name is said, and the name forgotten all the same', async () => {
    const { id } = await ofYesterday()
    await value(desk()(contract.changeVisit, { params: { visit: id }, body: { id: derivedId('forgotten', id), company: 'Lindqvist AB' } }))
    await inThreeDays()
    expect(await visit(id)).toMatchObject({ isErased: true, name: '–' })
    expect(warned).toEqual([{ id: derivedId('forgotten', id) }])
  })
})

it('[VS8] a document whose text changes becomes the next version', async () => {
  const save = (document: { title: string; text: string } | null) => value(server.callAs(ada)(saveVisitorType, { params: { visitorType: dayVisitor.id }, body: { location: lobby.id, name: 'Day visitor', document } }))
  expect(await save({ title: 'House rules', text: 'Please be kind.' })).toMatchObject({ document: { version: 1 } })
  expect(await save({ title: 'House rules', text: 'Please be very kind.' })).toMatchObject({ document: { version: 2 } })
  expect(await save(null)).toMatchObject({ document: null })
  expect(await save({ title: 'House rules', text: 'Please be kind.' })).toMatchObject({ document: { version: 3 } })
  expect(await server.callAs(ada)(saveLocation, { params: { location: lobby.id }, body: { name: 'Lobby', zone: 'Mars/Olympus' } })).toMatchObject({ ok: false, code: 'invalid' })
})
