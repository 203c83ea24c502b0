import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beatKiosk, getSnapshot, listKiosks, listQuarantine, resolveOperation, unpairKiosk } from '#contract/kiosks.ts'
import { saveLocation } from '#contract/places.ts'
import { saveWatched } from '#contract/watchlist.ts'
import { cancelVisit, confirmVisit, createVisit, decideVisit, getVisit, listVisitLog, listVisits, type Visit } from '#contract/visits.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import { digestOf, emptyDigest } from '#contract/log-digest.ts'
import { newId } from '#client/lodge.ts'
import { pairTestKiosk, type TestKiosk } from '#test/kiosk-peer.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, harbour, iris, kit, lobby, quay } from '#test/world.ts'
import { sql } from '#server/db/sql.ts'
import { trueTime } from './operations.ts'

let server: TestServer, kiosk: TestKiosk
beforeAll(async () => { server = await startTestServer(); kiosk = await pairTestKiosk(server) })
afterAll(() => server.close())

const desk = () => server.callAs(kit)
const expectVisit = (more: object = {}): Promise<Visit> =>
  value(desk()(createVisit, { body: { id: newId(), location: lobby.id, name: 'Mara Lindqvist', expectedAt: new Date().toISOString(), host: ada.id, ...more } }))
const visit = (id: string): Promise<Visit> => value(desk()(getVisit, { params: { visit: id } }))
const person = { expected: true, name: 'Mara Lindqvist' }
const minutesAgo = (n: number): string => new Date(Date.now() - n * 60_000).toISOString()

describe('an operation', () => {
  it('[KO1] is applied once, however often and however it comes', async () => {
    const { id } = await expectVisit()
    const operation = kiosk.operation('check_in', id, person)
    const results = await Promise.all([kiosk.send([operation]), kiosk.send([operation]), kiosk.send([operation, operation])])
    expect(results.flat()).toEqual(Array.from({ length: 4 }, () => ({ id: operation.id, seq: operation.seq, state: 'applied', reason: null })))
    expect(await visit(id)).toMatchObject({ status: 'checked_in', arrivedAt: operation.at, flags: [] })
    const { entries } = await value(desk()(listVisitLog, { params: { visit: id } }))
    expect(entries.map((e) => e.type)).toEqual(['visit.expected', 'visit.checked_in'])
    const { deliveries } = await value(server.callAs(ada)(listDeliveries, { query: {} }))
    expect(deliveries.filter((d) => d.subject === 'Mara Lindqvist is here')).toHaveLength(1)
  })

  it('[KO2] never blocks those behind it: what does not fit is kept for reception, each bad one by itself', async () => {
    const { id } = await expectVisit({ host: null })
    const bad = [
      { nonsense: true }, 'text', null, kiosk.operation('dance', id), kiosk.operation('check_in', id, { name: 7 }), kiosk.operation('check_in', id, { expected: true, name: 'a\0b' }),
      { ...kiosk.operation('check_in', id, person), visit: 'not-an-id' }, kiosk.operation('check_in', id, { ...person, photo: 'data:text/html;base64,AAAA' }),
    ]
    const good = kiosk.operation('check_in', id, person)
    const results = await kiosk.send([...bad, good])
    expect(results.map((r) => r.state)).toEqual([...bad.map(() => 'quarantined'), 'applied'])
    expect(results.at(-1)).toMatchObject({ id: good.id })
    const { operations } = await value(desk()(listQuarantine, {}))
    expect(operations.length).toBe(bad.length)
    expect(operations.map((o) => o.reason).join('\n')).toMatch(/"dance"/)
    expect(operations.map((o) => o.code).toSorted()).toEqual(['broken_text', 'form', 'form', 'form', 'form', 'form', 'form', 'unknown_type'])
    // And again: nothing becomes two.
    await kiosk.send(bad)
    expect((await value(desk()(listQuarantine, {}))).operations.length).toBe(bad.length)
    const [first] = operations
    expect(await value(desk()(resolveOperation, { params: { operation: first!.id }, body: { id: newId(), how: 'retry' } }))).toMatchObject({ state: 'quarantined', code: first!.code })
    expect(await value(desk()(resolveOperation, { params: { operation: first!.id }, body: { id: newId(), how: 'dismiss' } }))).toMatchObject({ state: 'dismissed' })
    expect((await value(desk()(listQuarantine, {}))).operations.length).toBe(bad.length - 1)
  })

  it('[KO2] says by a code that a visit belongs elsewhere', async () => {
    const location = newId()
    await value(server.callAs(ada)(saveLocation, { params: { location }, body: { name: 'Annex' } }))
    const { id } = await expectVisit({ location })
    const operation = kiosk.operation('check_in', id, person)
    expect(await kiosk.send([operation])).toMatchObject([{ state: 'quarantined' }])
    expect((await value(desk()(listQuarantine, {}))).operations.find((o) => o.id === operation.id)).toMatchObject({ code: 'elsewhere' })
  })

  it('[KO3] two kiosks make one visit, in any order: the earlier arrival, the later departure', async () => {
    const other = await pairTestKiosk(server, 'Garage')
    const at = [minutesAgo(40), minutesAgo(30), minutesAgo(20), minutesAgo(10)] as const
    const facts = (of: string) => [
      { by: kiosk, operation: kiosk.operation('check_in', of, person, { at: at[1] }) }, { by: other, operation: other.operation('check_in', of, person, { at: at[0] }) },
      { by: kiosk, operation: kiosk.operation('check_out', of, {}, { at: at[2] }) }, { by: other, operation: other.operation('check_out', of, {}, { at: at[3] }) },
    ]
    const seen = new Set<string>()
    for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]]) {
      const { id } = await expectVisit({ host: null })
      const all = facts(id)
      for (const i of order) await all[i]!.by.send([all[i]!.operation])
      const { status, arrivedAt, leftAt } = await visit(id)
      seen.add(JSON.stringify({ status, arrivedAt, leftAt }))
    }
    expect([...seen]).toEqual([JSON.stringify({ status: 'checked_out', arrivedAt: at[0], leftAt: at[3] })])
  })

  it('[KO3] comes back after a departure, whichever is told first', async () => {
    for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) {
      const { id } = await expectVisit({ host: null })
      const all = [kiosk.operation('check_in', id, person, { at: minutesAgo(9) }), kiosk.operation('check_out', id, {}, { at: minutesAgo(6) }), kiosk.operation('check_in', id, person, { at: minutesAgo(3) })]
      for (const i of order) await kiosk.send([all[i]])
      expect(await visit(id)).toMatchObject({ status: 'checked_in', arrivedAt: all[0]!.at, confirmedAt: all[2]!.at, leftAt: null })
    }
  })

  it('[KO4] a departure that is told before its arrival is held, and follows it', async () => {
    const id = newId()
    const out = kiosk.operation('check_out', id, {}, { at: minutesAgo(1) })
    expect(await kiosk.send([out])).toMatchObject([{ state: 'held' }])
    expect(await kiosk.send([kiosk.operation('check_in', id, { expected: false, name: 'Tomás Rivera' }, { at: minutesAgo(4) })])).toMatchObject([{ state: 'applied' }])
    expect(await visit(id)).toMatchObject({ status: 'checked_out', leftAt: out.at, leftBy: 'kiosk', flags: ['unasked'] })
    expect(await kiosk.send([out])).toMatchObject([{ state: 'applied' }])
    // Seen before that, which is told only now: who said that the person left stays.
    await value(desk()(confirmVisit, { params: { visit: id }, body: { id: newId(), at: minutesAgo(2) } }))
    expect(await visit(id)).toMatchObject({ status: 'checked_out', leftAt: out.at, leftBy: 'kiosk' })
  })

  it('[KO5] a clock that is off is corrected and flagged, never a reason to refuse', async () => {
    const now = Date.parse('2026-03-01T12:00:00.000Z')
    expect(trueTime('2026-03-01T11:59:00.000Z', 500, now)).toEqual({ at: '2026-03-01T11:59:00.500Z', flags: [] })
    expect(trueTime('2026-03-01T09:00:00.000Z', 3 * 3_600_000 - 60_000, now)).toEqual({ at: '2026-03-01T11:59:00.000Z', flags: ['clock'] })
    expect(trueTime('2031-01-01T00:00:00.000Z', null, now)).toEqual({ at: '2026-03-01T12:00:00.000Z', flags: ['clock'] })
    expect(trueTime('yesterday', null, now)).toEqual({ at: '2026-03-01T12:00:00.000Z', flags: ['clock'] })
    const { id } = await expectVisit({ host: null })
    expect(await kiosk.send([kiosk.operation('check_in', id, person, { at: '1999-12-31T23:59:59.000Z', offsetMs: null })])).toMatchObject([{ state: 'applied' }])
    expect(await visit(id)).toMatchObject({ status: 'checked_in', flags: ['late'] })
  })

  it('[KO6] an arrival after a cancellation or a refusal counts, and says so', async () => {
    const { id } = await expectVisit({ host: null })
    await value(desk()(cancelVisit, { params: { visit: id }, body: { id: newId() } }))
    await kiosk.send([kiosk.operation('check_in', id, person)])
    expect(await visit(id)).toMatchObject({ status: 'checked_in', flags: ['after_cancellation'] })
  })

  it('[KO7] late, the host hears the true time; nothing when the visitor has left again', async () => {
    const first = await expectVisit({ name: 'Late One' }), gone = await expectVisit({ name: 'Gone Again' }), went = await expectVisit({ name: 'Went Again' }), back = await expectVisit({ name: 'Back Again' })
    const at = minutesAgo(90)
    await kiosk.send([
      kiosk.operation('check_in', first.id, { expected: true, name: 'Late One' }, { at }),
      kiosk.operation('check_out', gone.id, {}, { at: minutesAgo(20) }), kiosk.operation('check_in', gone.id, { expected: true, name: 'Gone Again' }, { at }),
      kiosk.operation('check_in', went.id, { expected: true, name: 'Went Again' }, { at }), kiosk.operation('check_out', went.id, {}, { at: minutesAgo(20) }),
      kiosk.operation('check_in', back.id, { expected: true, name: 'Back Again' }, { at }), kiosk.operation('check_out', back.id, {}, { at: minutesAgo(20) }), kiosk.operation('check_in', back.id, { expected: true, name: 'Back Again' }, { at: minutesAgo(10) }),
    ])
    expect(await visit(gone.id)).toMatchObject({ status: 'checked_out' })
    const { deliveries } = await value(server.callAs(ada)(listDeliveries, { query: { limit: 200 } }))
    expect(deliveries.find((d) => d.subject === 'Late One is here')?.text).toMatch(/offline, so this notice comes late/)
    expect(deliveries.find((d) => d.subject === 'Gone Again is here')).toBeUndefined()
    expect(deliveries.find((d) => d.subject === 'Went Again is here')).toBeUndefined()
    expect(deliveries.filter((d) => d.subject === 'Back Again is here')).toHaveLength(1)
  })

  it('[KO8] a walk-in waits until somebody decides; a refusal says why, on the visit', async () => {
    const [a, b] = [newId(), newId()]
    await kiosk.send([kiosk.operation('ask', a, { name: 'Anna Berg', host: ada.id }), kiosk.operation('ask', b, { name: 'Noël Petit' })])
    expect(await visit(a)).toMatchObject({ status: 'waiting', host: ada.id })
    await value(desk()(decideVisit, { params: { visit: a }, body: { id: newId(), approved: true } }))
    await value(desk()(decideVisit, { params: { visit: b }, body: { id: newId(), approved: false, reason: 'Nobody knows of it.' } }))
    expect(await visit(a)).toMatchObject({ status: 'checked_in' })
    expect(await visit(b)).toMatchObject({ status: 'refused', reason: 'Nobody knows of it.' })
    expect(await desk()(decideVisit, { params: { visit: b }, body: { id: newId(), approved: true } })).toMatchObject({ ok: false, code: 'wrong_status' })
  })

  it('[VW2] somebody of the watchlist whom the kiosk let in raises an alarm', async () => {
    await value(server.callAs(ada)(saveWatched, { params: { watched: newId() }, body: { name: 'Viktor Krum', action: 'block', reason: 'Took the silver.' } }))
    const id = newId()
    await kiosk.send([kiosk.operation('check_in', id, { expected: false, name: 'КРУМ Виктор' })])
    expect((await visit(id)).flags).toEqual(expect.arrayContaining(['watchlist', 'watchlist_late']))
    expect(await desk()(createVisit, { body: { id: newId(), location: lobby.id, name: 'Victor Krum', expectedAt: new Date().toISOString() } })).toMatchObject({ ok: false, code: 'watchlisted' })
  })

  it('keeps what an expected visitor says, and does not replace what is known', async () => {
    const { id } = await expectVisit({ host: null, company: 'Nordlicht', fields: { plate: 'OLD 1' } })
    await kiosk.send([kiosk.operation('check_in', id, { ...person, name: 'Mara', company: 'Other', email: 'mara@example.com', fields: { plate: 'NEW 2', purpose: 'Photographs' } })])
    expect(await visit(id)).toMatchObject({ name: 'Mara Lindqvist', company: 'Nordlicht', email: 'mara@example.com', fields: { plate: 'NEW 2', purpose: 'Photographs' } })
  })

  it('keeps pictures with the visit, not in the log', async () => {
    const { id } = await expectVisit({ host: null })
    const image = `data:image/jpeg;base64,${Buffer.from('not really').toString('base64')}`
    await kiosk.send([kiosk.operation('check_in', id, { ...person, photo: image, signature: { version: 1, image } })])
    expect(await visit(id)).toMatchObject({ hasPhoto: true, signed: { version: 1 } })
    const { raw } = await server.database.db.read('raw', 1000, (tx) => tx.one<{ raw: string }>(sql`select raw::text as raw from kiosk_operations where visit_id = ${id}`))
    expect(raw).not.toContain('base64')
  })
})

describe('a kiosk', () => {
  const beat = (of: TestKiosk, more: object) => value(of.call(beatKiosk, { body: { log: of.log, now: new Date().toISOString(), app: 'test', unsent: 0, oldestUnsentMs: null, fromSeq: 1, uptoSeq: 0, count: 0, digest: emptyDigest, ...more } }))

  it('[KO9] learns what the server has not, by count and digest', async () => {
    const mine = await pairTestKiosk(server, 'Side door')
    const all = Array.from({ length: 5 }, () => mine.operation('check_in', newId(), { expected: false, name: 'Somebody' }))
    await mine.send(all)
    const whole = { uptoSeq: 5, count: 5, digest: digestOf(all.map((o) => o.id)) }
    expect(await beat(mine, whole)).toMatchObject({ missing: [] })
    // The server went back to a backup.
    await server.database.db.tx('lose', 1000, (tx) => tx.run(sql`delete from kiosk_operations where id = any (${[all[1]!.id, all[3]!.id]}::uuid[])`))
    expect(await beat(mine, whole)).toMatchObject({ missing: [2, 4] })
    expect((await value(desk()(listKiosks, {}))).kiosks.find((k) => k.id === mine.id)).toMatchObject({ missing: 2, alarm: 'missing', state: 'online' })
    await mine.send([all[1], all[3]])
    expect(await beat(mine, whole)).toMatchObject({ missing: [] })
  })

  it('[KO10] is not unpaired while it holds something unsent, unless that is given up', async () => {
    const mine = await pairTestKiosk(server, 'Back door')
    await beat(mine, { unsent: 3, oldestUnsentMs: 90_000 })
    expect((await value(desk()(listKiosks, {}))).kiosks.find((k) => k.id === mine.id)).toMatchObject({ unsent: 3, alarm: 'unsent' })
    expect(await server.callAs(ada)(unpairKiosk, { params: { kiosk: mine.id } })).toMatchObject({ ok: false, code: 'has_unsent' })
    expect(await server.callAs(ada)(unpairKiosk, { params: { kiosk: mine.id }, query: { evenUnsent: true } })).toMatchObject({ ok: true })
  })

  it('has in its snapshot who comes today, and nobody’s name of the watchlist', async () => {
    const { id, code } = await expectVisit({ name: 'Snap Shot' })
    const snapshot = await value(kiosk.call(getSnapshot, {}))
    expect(snapshot.visits.find((v) => v.id === id)).toMatchObject({ name: 'Snap Shot', code, host: ada.id, status: 'expected' })
    expect(JSON.stringify(snapshot.watch)).not.toMatch(/krum/i)
    expect(snapshot.visitorTypes).toMatchObject([{ document: { version: 1, title: 'House rules' } }])
  })

  it('[ID1] reaches nothing of another account, and nothing that people do', async () => {
    const theirs = newId()
    await value(server.callAs(iris)(createVisit, { body: { id: theirs, location: quay.id, name: 'Secret', expectedAt: new Date().toISOString() } }))
    await kiosk.send([kiosk.operation('check_in', theirs, person)])   // the same id here is a walk-in of the hotel's own
    expect(await value(server.callAs(iris)(getVisit, { params: { visit: theirs } }))).toMatchObject({ name: 'Secret', status: 'expected' })
    expect(await kiosk.call(listVisits, { query: {} })).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await server.callAs(kit)(getSnapshot, {})).toMatchObject({ ok: false, code: 'forbidden' })
    expect(harbour.id).not.toBe(ada.account)
  })
})
