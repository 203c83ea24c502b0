import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContact } from '#contract/contacts.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import { erasePerson, exportPerson, findPerson } from '#contract/persons.ts'
import { saveLocation } from '#contract/places.ts'
import { savePushSubscription } from '#contract/pushes.ts'
import { createSeries, getSeries } from '#contract/visit-series.ts'
import { changeVisit, createVisit, eraseVisit, getVisit, listVisitLog, listVisits, type Visit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { anywhere } from '#server/http/reach.ts'
import { pairTestKiosk } from '#test/kiosk-peer.ts'
import { startPushPeer, type PushPeer } from '#test/push-peer.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, dayVisitor, hotel, kit, lobby, noor } from '#test/world.ts'

let peer: PushPeer, server: TestServer
beforeAll(async () => {
  peer = await startPushPeer()
  server = await startTestServer({ pushReach: anywhere })
})
afterAll(async () => {
  await server.close()
  await peer.close()
})
const desk = () => server.callAs(kit)
const admin = () => server.callAs(ada)
const made = (more: object = {}): Promise<Visit> =>
  value(desk()(createVisit, { body: { id: newId(), location: lobby.id, name: 'Petra Person', email: 'petra@example.com', phone: '+46 70 555 12 34', host: noor.id, expectedAt: new Date(Date.now() + 3_600_000).toISOString(), ...more } }))
/** Everything of the hotel, wherever it is written. */
const written = (of: string) => server.database.db.read('all rows', 10_000, async (tx) => {
  const tables = await tx.all<{ name: string }>(sql`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'account_id'`)
  const found: string[] = []
  for (const { name } of tables) {
    const { n } = await tx.one<{ n: number }>({ text: `select count(*)::int as n from ${name} t where account_id = $1 and t::text ilike $2`, values: [hotel.id, `%${of}%`] })
    if (n > 0) found.push(`${name} ${n}`)
  }
  return found
})

describe('one person', () => {
  it('[PN1] is found by exactly the address, number or name, in visits, series and contacts, by administrators only', async () => {
    const { id } = await made()
    await made({ name: 'Petra Personsson', email: 'petra@example.com.au', phone: '12345 67' })
    const contact = newId()
    await value(desk()(createContact, { body: { id: contact, name: 'Petra Person', email: 'Petra@Example.com' } }))
    for (const query of [{ email: 'PETRA@example.com' }, { phone: '070-555 12 34' }, { name: 'petra person' }]) {
      expect((await value(admin()(findPerson, { query }))).visits.map((v) => v.id), JSON.stringify(query)).toEqual([id])
    }
    expect((await value(admin()(findPerson, { query: { email: 'petra@example.com' } }))).contacts.map((c) => c.id)).toEqual([contact])
    expect(await value(admin()(findPerson, { query: { name: 'Petra' } }))).toEqual({ visits: [], series: [], contacts: [], isWhole: true })
    expect(await admin()(findPerson, { query: { phone: '1-2-3-4' } })).toMatchObject({ ok: false, code: 'invalid' })
    for (const query of [{}, { name: 'a', email: 'b@c' }]) expect(await admin()(findPerson, { query })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await desk()(findPerson, { query: { name: 'petra person' } })).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await desk()(erasePerson, { body: { id: newId(), visits: [id] } })).toMatchObject({ ok: false, code: 'forbidden' })
  })

  it('[PN2] has everything in one file, and [PN3] is nowhere any more when it is erased', async () => {
    const mark = 'Quite Unmistakable'
    const person = { name: mark, email: 'unmistakable@example.com', phone: '+49 30 998877' }
    const kiosk = await pairTestKiosk(server)
    const garage = newId()
    await value(admin()(saveLocation, { params: { location: garage }, body: { name: 'Garage' } }))
    const came = await made({ ...person, visitorType: dayVisitor.id, invite: true, company: 'Unmistakable Ltd' })
    const [photo, signature] = ['photo', 'signature'].map((of) => Buffer.from(of).toString('base64'))
    await kiosk.send([kiosk.operation('check_in', came.id, { expected: true, name: mark, photo: `data:image/jpeg;base64,${photo}`, signature: { version: 1, image: `data:image/png;base64,${signature}` } })])
    await made({ ...person, location: garage })
    const { series, visits } = await value(desk()(createSeries, { body: { id: newId(), location: lobby.id, ...person, rule: 'FREQ=DAILY;COUNT=5', startsAt: `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T10:00`, invite: true } }))
    const bystander = await made({ name: 'Somebody Else', email: 'else@example.com', invite: true })

    const file = await value(admin()(exportPerson, { query: { email: person.email } }))
    expect(file.visits).toHaveLength(7)
    expect(file.series).toMatchObject([{ id: series.id, rule: 'FREQ=DAILY;COUNT=5' }])
    expect(file.visits.find((v) => v.visit.id === came.id)).toMatchObject({
      location: 'Lobby', host: 'Noor', visitorType: 'Day visitor', document: { version: 1, title: 'House rules', text: 'Please be kind.' },
      images: [{ kind: 'photo', mediaType: 'image/jpeg', base64: photo }, { kind: 'signature', mediaType: 'image/png', base64: signature }],
    })
    expect(file.mails.map((m) => m.to)).toEqual([person.email, person.email])

    const body = { id: newId(), visits: file.visits.map((v) => v.visit.id), series: file.series.map((s) => s.id) }
    expect((await written('unmistakable')).length).toBeGreaterThan(3)
    expect(await value(admin()(erasePerson, { body }))).toEqual({ visits: 7, series: 1 })
    expect(await value(admin()(erasePerson, { body }))).toEqual({ visits: 7, series: 1 })
    expect(await written('unmistakable')).toEqual([])
    expect(await written(photo!)).toEqual([])
    const now = await value(desk()(getVisit, { params: { visit: came.id } }))
    expect(now).toMatchObject({ name: '–', isErased: true, status: 'checked_in', hasPhoto: false })
    expect(await value(desk()(getVisit, { params: { visit: visits[0]!.id } }))).toMatchObject({ isErased: true, status: 'cancelled' })
    expect(await value(desk()(getSeries, { params: { series: series.id } }))).toMatchObject({ isErased: true, name: '–' })
    const { entries } = await value(desk()(listVisitLog, { params: { visit: came.id } }))
    expect(entries.at(-1)).toMatchObject({ type: 'person.erased', actor: `user:${ada.id}` })
    expect(await value(desk()(getVisit, { params: { visit: bystander.id } }))).toMatchObject({ name: 'Somebody Else', isErased: false })
    expect((await written('else@example.com')).length).toBe(2)   // the visit and its mail
    expect(await admin()(erasePerson, { body: { id: newId(), visits: [newId()] } })).toMatchObject({ ok: false, code: 'not_found' })
    expect((await value(desk()(listVisits, { query: { search: 'unmistakable' } }))).visits).toEqual([])
  })

  it('[PN3] erased by one visit is in no mail and no push about it either', async () => {
    const mark = 'Wilhelmine Einmalig'
    await value(server.callAs(noor)(savePushSubscription, { params: { subscription: newId() }, body: { ...peer.browser('desk'), device: 'desk' } }))
    const kiosk = await pairTestKiosk(server)
    const { id } = await made({ name: mark, email: 'einmalig@example.com', invite: true, host: noor.id })
    await value(desk()(changeVisit, { params: { visit: id }, body: { id: newId(), expectedAt: new Date(Date.now() + 7_200_000).toISOString() } }))   // after its invitation went out
    await kiosk.send([kiosk.operation('check_in', id, { expected: true, name: mark })])
    expect((await written('einmalig')).map((t) => t.split(' ')[0])).toEqual(expect.arrayContaining(['deliveries', 'kiosk_operations', 'visits']))
    expect((await value(admin()(listDeliveries, { query: { limit: 200 } }))).deliveries.filter((d) => d.subject.startsWith(mark)).map((d) => d.channel).sort()).toEqual(['mail', 'push'])
    await value(admin()(eraseVisit, { params: { visit: id }, query: { id: newId() } }))
    expect(await written('einmalig')).toEqual([])
  })
})
