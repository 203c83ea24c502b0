import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Affected } from '#contract/status.ts'
import { publicOnly } from '#server/http/reach.ts'
import { leastMs } from '#test/least.ts'
import { openBook, fileOf, type Book } from './book.ts'
import { bannerFor, overall, presentOf } from './current.ts'
import { draftPostmortem } from './draft.ts'
import { exported, importInto } from './exchange.ts'
import { incidents } from './incidents.ts'
import { maintenances, phaseOf } from './maintenances.ts'
import { noteLevel } from './outages.ts'
import { proposals } from './proposals.ts'
import { subscribers } from './subscribers.ts'
import { durationMs, uptimeOf } from './uptime.ts'

let folder: string
let nowMs: number
let book: Book
const now = (): number => nowMs
const minutes = (n: number): void => { nowMs += n * 60_000 }
const open = (): Book => openBook({ folder, now })
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lodge-status-')), 'status')
  nowMs = Date.parse('2026-11-26T09:25:00.000Z')
  book = open()
})
afterEach(async () => rm(join(folder, '..'), { recursive: true, force: true }))

const inboxDown: Affected[] = [{ component: 'inbox', level: 'down' }]
const late = { title: 'Messages are late', affected: inboxDown, text: 'We are looking.' }

describe('the journal of the status page', () => {
  it('[SG1] keeps what was said when its writer is killed in the middle of a line', async () => {
    const verbs = incidents({ book, now })
    const first = await verbs.open('Ada', late)
    await appendFile(fileOf(folder), '\n{"n":99,"token":"x","puts":[{"kind":"inci')
    const other = open()
    expect((await other.refresh()).incident.get(first.id)?.title).toBe(late.title)
    await incidents({ book: other, now }).update('Kit', first.id, { text: 'Still there.' })
    const again = await book.refresh()
    expect(again.incident.get(first.id)?.updates.map((u) => u.text)).toEqual(['We are looking.', 'Still there.'])
    expect(book.broken).toBe(1)
    expect(await open().refresh()).toEqual(again)
  })

  it('[SG2] loses nothing when many write at once, each with what it had read', async () => {
    const { id } = await incidents({ book, now }).open('Ada', late)
    const writers = Array.from({ length: 6 }, open)
    await Promise.all(writers.flatMap((w, i) => [0, 1, 2, 3].map(async (j) => incidents({ book: w, now }).update('writer', id, { id: `${i}-${j}`, text: `${i}.${j}` }))))
    const { updates } = (await book.refresh()).incident.get(id)!
    expect(updates.map((u) => u.id).slice(1).toSorted()).toEqual(writers.flatMap((_, i) => [0, 1, 2, 3].map((j) => `${i}-${j}`)).toSorted())
    for (const w of writers) expect(await w.refresh()).toEqual(book.state)
  })

  it('[SG1] notices that its file was restored from elsewhere', async () => {
    const { id } = await incidents({ book, now }).open('Ada', late)
    const saved = await readFile(fileOf(folder))
    await incidents({ book, now }).update('Ada', id, { text: 'More.' })
    await rm(fileOf(folder))
    await writeFile(fileOf(folder), saved)
    expect((await book.refresh()).incident.get(id)?.updates).toHaveLength(1)
    await incidents({ book, now }).update('Ada', id, { text: 'Other.' })
    expect((await open().refresh()).incident.get(id)?.updates.map((u) => u.text)).toEqual(['We are looking.', 'Other.'])
  })

  it('[SG1] is not readable by other users of the machine', async () => {
    await incidents({ book, now }).open('Ada', late)
    expect((await stat(fileOf(folder))).mode & 0o77).toBe(0)
  })
})

describe('an incident', () => {
  it('[SG4] goes back and forth between states and keeps each as it was said', async () => {
    const verbs = incidents({ book, now })
    const { id } = await verbs.open('Ada', late)
    for (const state of ['identified', 'monitoring', 'investigating', 'monitoring'] as const) {
      minutes(10)
      await verbs.update('Ada', id, { text: `Now ${state}.`, state })
    }
    await verbs.update('Ada', id, { text: 'News.' })
    expect(book.state.incident.get(id)?.updates.map((u) => u.state)).toEqual(['investigating', 'identified', 'monitoring', 'investigating', 'monitoring', null])
    await expect(verbs.update('Ada', id, { text: '', state: 'resolved' })).rejects.toMatchObject({ code: 'wrong_status' })
  })

  it('[SG5] is resolved only after a clean window of monitoring, and a suspicion begins the window anew', async () => {
    const verbs = incidents({ book, now })
    const { id } = await verbs.open('Ada', late)
    await expect(verbs.resolve('Ada', id, { text: 'Done.' })).rejects.toMatchObject({ code: 'wrong_status' })
    minutes(30)
    await verbs.update('Ada', id, { text: 'Fixed.', state: 'monitoring' })
    minutes(9)
    await expect(verbs.resolve('Ada', id, { text: 'Done.' })).rejects.toMatchObject({ code: 'not_clean' })
    await proposals({ book }).propose({ title: 'Replies wait', components: inboxDown, evidence: '12 commands wait for 4 s', by: 'watchdog' })
    minutes(9)
    await expect(verbs.resolve('Ada', id, { text: 'Done.' })).rejects.toThrow(/may be called resolved at 10:14:00 UTC/)
    minutes(1)
    const done = await verbs.resolve('Ada', id, { text: 'Done.', impactTo: '2026-11-26T09:50:00.000Z' })
    expect(done).toMatchObject({ state: 'resolved', early: null, impact: [{ from: '2026-11-26T09:25:00.000Z', to: '2026-11-26T09:50:00.000Z' }] })
    expect(durationMs(done.impact, nowMs)).toBe(25 * 60_000)
  })

  it('is drafted a postmortem at once, however many blanks an update has', async () => {
    const verbs = incidents({ book, now })
    const { id } = await verbs.open('Ada', late)
    await verbs.update('Ada', id, { text: `One${' '.repeat(19_000)}two\n  three.` })
    const draft = (): string => draftPostmortem(book.state.incident.get(id)!, book.state, nowMs)
    expect(draft()).toContain(' two three.')
    expect(leastMs(draft)).toBeLessThan(50)
  })

  it('[SG5] can be called resolved before its time, and says so for ever', async () => {
    const verbs = incidents({ book, now })
    const { id } = await verbs.open('Ada', late)
    expect(await verbs.resolve('Ada', id, { text: 'Done.', early: 'A false alarm' })).toMatchObject({ state: 'resolved', early: 'A false alarm' })
    expect(draftPostmortem(book.state.incident.get(id)!, book.state, nowMs)).toContain('before its time: A false alarm')
    minutes(60)
    expect(await verbs.update('Ada', id, { text: 'It is back.', state: 'investigating' })).toMatchObject({ resolvedAt: null, early: null, impact: [{ to: expect.any(String) }, { from: '2026-11-26T10:25:00.000Z', to: null }] })
  })

  it('[SG6] knows what it repeats, and refuses what is not there', async () => {
    const verbs = incidents({ book, now })
    const first = await verbs.open('Ada', late), second = await verbs.open('Ada', { ...late, recurrenceOf: [first.id] })
    expect([first.id, second.id]).toEqual(['2026-11-26-messages-are-late', '2026-11-26-messages-are-late-2'])
    await expect(verbs.open('Ada', { ...late, recurrenceOf: ['nothing'] })).rejects.toMatchObject({ code: 'not_found' })
    await expect(verbs.open('Ada', { ...late, affected: [{ component: 'lift', level: 'down' }] })).rejects.toThrow(/no component "lift"/)
    await expect(verbs.edit('Ada', first.id, { impact: [{ from: '2026-11-26T10:00:00.000Z', to: '2026-11-26T09:00:00.000Z' }] })).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('what is so now', () => {
  it('[SG8] is the worst that is said or seen, and an impact that is over is not felt any more', async () => {
    const verbs = incidents({ book, now })
    expect(overall(book.state, nowMs)).toBe('works')
    const { id } = await verbs.open('Ada', { ...late, affected: [{ component: 'inbox', level: 'slow' }] })
    await noteLevel(book, 'down', ['Lodge does not answer.'], nowMs)
    expect(presentOf(book.state, nowMs).filter((p) => p.level === 'down').map((p) => p.component.id)).toContain('inbox')
    expect(presentOf(book.state, nowMs).find((p) => p.component.id === 'kiosk')?.level).toBe('works')
    minutes(5)
    // Not ready: what Lodge keeps while its database is away goes on.
    await noteLevel(book, 'disrupted', ['The database is away.'], nowMs)
    expect(presentOf(book.state, nowMs).filter((p) => p.level === 'slow').map((p) => p.component.id)).toEqual(['messenger', 'inbox', 'visits'])
    expect(presentOf(book.state, nowMs).find((p) => p.component.id === 'bookings')?.level).toBe('disrupted')
    await noteLevel(book, 'works', [], nowMs)
    expect(overall(book.state, nowMs)).toBe('slow')
    await verbs.update('Ada', id, { text: 'Better.', state: 'monitoring', impactTo: '2026-11-26T09:29:00.000Z' })
    expect(overall(book.state, nowMs)).toBe('works')
  })

  it('[SG9] stands in the banner of those whom it concerns', async () => {
    const verbs = incidents({ book, now })
    await verbs.open('Ada', { ...late, audience: ['agents'], accounts: ['hotel'] })
    await maintenances({ book }).announce('Ada', { title: 'New database', text: 'Tonight.', from: '2026-11-26T22:00:00.000Z', to: '2026-11-26T23:00:00.000Z', components: ['inbox'] })
    const seen = (account: string, who: 'visitors' | 'agents'): string[] => bannerFor(book.state, account, who, nowMs).items.map((i) => i.title)
    expect(seen('hotel', 'agents')).toEqual(['Messages are late', 'New database'])
    expect(seen('hotel', 'visitors')).toEqual(['New database'])
    expect(seen('harbour', 'agents')).toEqual(['New database'])
  })

  it('[SG10] counts maintenance down: announced, running, done, and over before its time', async () => {
    const m = await maintenances({ book }).announce('Ada', { title: 'New database', text: '', from: '2026-11-26T10:00:00.000Z', to: '2026-11-26T11:00:00.000Z', components: ['inbox'] })
    expect(phaseOf(m, nowMs)).toBe('announced')
    minutes(40)
    expect(phaseOf(m, nowMs)).toBe('running')
    expect(phaseOf(await maintenances({ book }).update('Ada', m.id, { text: 'Done early.', end: true }), nowMs)).toBe('done')
    await expect(maintenances({ book }).update('Ada', m.id, { text: 'More.' })).rejects.toMatchObject({ code: 'wrong_status' })
  })

  it('[SG11] shows each of 90 days as it was, and counts overlaps once', async () => {
    const verbs = incidents({ book, now })
    const at = (day: string, time: string): string => `2026-11-${day}T${time}:00.000Z`
    const { id } = await verbs.open('Ada', { ...late, at: at('24', '10:00'), impact: [{ from: at('24', '10:00'), to: at('24', '12:00') }, { from: at('24', '11:00'), to: at('24', '13:00') }] })
    const component = presentOf(book.state, nowMs).find((p) => p.component.id === 'inbox')!.component
    const { days, share } = uptimeOf(component, book.state, nowMs, book.since)
    expect(days).toHaveLength(90)
    expect(days.slice(-4).map((d) => [d.day, d.level, d.lostMs / 3_600_000])).toEqual([['2026-11-23', null, 0], ['2026-11-24', 'down', 3], ['2026-11-25', 'works', 0], ['2026-11-26', 'works', 0]])
    expect(days.at(-3)?.incidents).toEqual([id])
    expect(share).toBeCloseTo(1 - 3 / (14 + 24 + 9 + 25 / 60), 6)
  })
})

describe('a watchdog', () => {
  it('[SG7] proposes once with more and more evidence, and one click publishes the first word', async () => {
    const { propose, publish } = proposals({ book })
    const suspicion = { title: 'Bookings hang', components: [{ component: 'bookings', level: 'down' as const }], by: 'watchdog: connections' }
    const first = await propose({ ...suspicion, evidence: '16 of 16 connections taken' })
    minutes(1)
    expect(await propose({ ...suspicion, evidence: 'still 16' })).toMatchObject({ id: first.id, times: 2, evidence: [{ text: '16 of 16 connections taken' }, { text: 'still 16' }] })
    const incident = await publish('Ada', first.id, {})
    expect(incident).toMatchObject({ state: 'investigating', affected: suspicion.components, evidence: [{ text: '16 of 16 connections taken' }, { text: 'still 16' }], impact: [{ from: first.at, to: null }] })
    expect(incident.nextUpdateAt).not.toBeNull()
    expect(await publish('Kit', first.id, {})).toEqual(incident)
    minutes(1)
    expect(await propose({ ...suspicion, evidence: 'again' })).toMatchObject({ id: first.id, state: 'published' })
    expect(book.state.incident.size).toBe(1)
    expect(book.state.incident.get(incident.id)?.evidence.at(-1)?.text).toBe('again')
  })

  it('[SG7] that was told no is quiet for an hour, and with `auto` nobody has to click', async () => {
    const { propose, dismiss } = proposals({ book })
    const suspicion = { title: 'Bookings hang', components: [{ component: 'bookings', level: 'down' as const }], evidence: 'x', by: 'watchdog' }
    const first = await propose(suspicion)
    await dismiss('Ada', first.id)
    minutes(30)
    expect(await propose(suspicion)).toMatchObject({ id: first.id, state: 'dismissed' })
    minutes(90)
    await book.change('Ada', 'page', () => ({ puts: [{ kind: 'page', id: 'page', value: { name: 'Lodge', url: null, auto: true, cleanMinutes: 10 } }], result: undefined }))
    const second = await propose(suspicion)
    expect(second).toMatchObject({ state: 'published' })
    expect(book.state.incident.get(second.incident!)?.title).toBe('Bookings hang')
  })

  it('[SG7] that sees what another has seen makes no second proposal of it, and the worse of both gives it its title', async () => {
    const { propose, publish, over } = proposals({ book })
    const of = (level: Affected['level'], ...ids: string[]): Affected[] => ids.map((component) => ({ component, level }))
    const slow = { title: 'Lodge may be slow', components: of('slow', 'inbox', 'messenger', 'bookings'), evidence: 'All 12 connections are in use.', by: 'watchdog: P3' }
    const notReady = { title: 'Lodge is not ready', components: [...of('slow', 'inbox', 'messenger'), ...of('disrupted', 'bookings', 'reports')], evidence: 'The database has been away for 4 s.', by: 'status page' }
    const away = { title: 'Messages are kept', components: [...of('slow', 'inbox', 'messenger', 'kiosk'), ...of('down', 'bookings', 'reports')], evidence: 'Away for 10 s.', by: 'watchdog: P7' }
    for (const s of [slow, notReady, away, slow]) await propose(s)
    expect([...book.state.proposal.values()]).toMatchObject([{ title: 'Messages are kept', state: 'open', affected: [...of('slow', 'inbox', 'messenger'), ...of('down', 'bookings', 'reports'), ...of('slow', 'kiosk')], evidence: [slow, notReady, away].map((s) => ({ text: s.evidence })) }])
    await over('status page', 'It answers again.')
    const [one] = [...book.state.proposal.values()]
    expect(one!.evidence.at(-1)!.text).toBe('It answers again.')
    const incident = await publish('Ada', one!.id, {})
    minutes(1)
    await propose(notReady)
    expect(book.state.proposal.size).toBe(1)
    expect(book.state.incident.get(incident.id)!.evidence.at(-1)!.text).toBe(notReady.evidence)
    // Worse than what people were told, or elsewhere: that is for a person to decide.
    await propose({ ...notReady, title: 'Lodge does not answer', components: of('down', 'inbox', 'messenger', 'bookings', 'reports') })
    await propose({ title: 'SMS may hang', components: of('disrupted', 'sms'), evidence: 'No line.', by: 'watchdog: sms' })
    expect([...book.state.proposal.values()].map((p) => p.title)).toEqual(['Messages are kept', 'Lodge does not answer', 'SMS may hang'])
  })

  it('[SG7] that sees something for the first time is heard, although what another saw there was dismissed', async () => {
    const { propose, dismiss } = proposals({ book })
    const all = { title: 'Lodge does not answer', components: [{ component: 'bookings', level: 'down' as const }, { component: 'inbox', level: 'down' as const }], evidence: 'It ended.', by: 'start' }
    await dismiss('Ada', (await propose(all)).id)
    expect((await propose({ title: 'Bookings may hang', components: [{ component: 'bookings', level: 'slow' }], evidence: '5 of 5 held', by: 'watchdog: leak' })).state).toBe('open')
  })

  it('[SG7] that sees it again after an hour of quiet sees another one, which began then', async () => {
    const { propose, publish } = proposals({ book })
    const suspicion = { title: 'Bookings hang', components: [{ component: 'bookings', level: 'down' as const }], evidence: 'x', by: 'watchdog' }
    const first = await propose(suspicion)
    minutes(60 * 24)
    const second = await propose(suspicion)
    expect(second.id).not.toBe(first.id)
    expect((await publish('Ada', second.id, {})).impact).toEqual([{ from: new Date(nowMs).toISOString(), to: null }])
  })
})

describe('subscribers', () => {
  it('[SG12] are one each, and no address inside the house is called', async () => {
    const { subscribe, choose, unsubscribe } = subscribers({ book, reach: publicOnly })
    const first = await subscribe('Ada', { kind: 'email', to: 'Mara@example.com', confirmed: true })
    expect((await subscribe('Ada', { kind: 'email', to: 'mara@example.com ', confirmed: false })).id).toBe(first.id)
    expect(book.state.subscriber.get(first.id)?.confirmed).toBe(true)
    // Who knows only the address changes nothing of what its owner or the operator chose.
    await subscribe('Ada', { kind: 'email', to: 'mara@example.com', components: ['kiosk'], confirmed: true })
    await subscribe('somebody', { kind: 'email', to: 'mara@example.com', components: [], confirmed: false })
    expect(book.state.subscriber.get(first.id)).toMatchObject({ confirmed: true, components: ['kiosk'] })
    await choose(first.key, ['sms', 'inbox'])
    expect(book.state.subscriber.get(first.id)).toMatchObject({ confirmed: true, components: ['sms', 'inbox'] })
    await expect(choose(first.key, ['elevator'])).rejects.toMatchObject({ code: 'not_found' })
    await expect(choose('no such key', [])).rejects.toMatchObject({ code: 'not_found' })
    for (const to of ['https://127.0.0.1/x', 'http://example.com/x', 'https://10.0.0.8/']) await expect(subscribe('Ada', { kind: 'webhook', to, confirmed: true })).rejects.toMatchObject({ code: 'invalid' })
    await unsubscribe('Mara', first.key)
    expect(book.state.subscriber.size).toBe(0)
  })
})

describe('import and export', () => {
  it('[SG13] bring everything out and in again', async () => {
    const verbs = incidents({ book, now })
    const { id } = await verbs.open('Ada', late)
    await verbs.edit('Ada', id, { cause: 'A swap', timeline: [{ at: '2026-11-26T09:00:00.000Z', text: 'Began' }], remediation: [{ text: 'Slower', state: 'done' }], postmortem: { text: 'All of it', published: null } })
    await subscribers({ book, reach: publicOnly }).subscribe('Ada', { kind: 'webhook', to: 'https://example.com/hook', confirmed: true })
    const text = JSON.stringify(exported(book.state))
    const other = openBook({ folder: join(folder, 'other'), now })
    expect(await importInto(other, 'Ada', text)).toMatchObject({ differ: [] })
    expect(exported(other.state)).toEqual(JSON.parse(text))
    expect(await importInto(other, 'Ada', text)).toMatchObject({ added: 0, differ: [] })
  })

  it('[SG13] keep what another page had, also what we do not know, and take nothing of a file in which something is wrong', async () => {
    const row = { id: '2020-A', title: 'Down', date: '2020-11-12 8:54:00', resolved: 'true', resolvedWhen: '2020-11-14T08:26:00-05:00', severity: 'down', affected: ['Get it', 'API'], body: '*x*\n\ny', mood: { of: 'the day' } }
    expect(await importInto(book, 'Ada', JSON.stringify(row))).toEqual({ added: 1, known: 0, differ: [] })
    expect(book.state.incident.get('2020-a')).toMatchObject({ source: row, openedAt: '2020-11-12T08:54:00.000Z', resolvedAt: '2020-11-14T13:26:00.000Z', affected: [{ component: 'get-it', level: 'down' }, { component: 'api', level: 'down' }] })
    await expect(importInto(book, 'Ada', `${JSON.stringify({ ...row, id: 'new' })}\n{"title":"x"`)).rejects.toThrow('Line 2 is no JSON.')
    await expect(importInto(book, 'Ada', JSON.stringify([{ ...row, id: 'new' }, { ...row, id: 'b', date: 'noon' }]))).rejects.toThrow(/Incident 2: "noon"/)
    expect(book.state.incident.size).toBe(1)
  })

  const real = join(process.env['LODGE_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'data/incidents.jsonl')
  it.skipIf(!existsSync(real))('[SG13] take in all of a real page’s incidents, whole (did not run where they are missing)', async () => {
    const text = readFileSync(real, 'utf8')
    const rows = text.trim().split('\n').map((line) => JSON.parse(line) as { id: string; affected: string[]; body: string })
    expect(await importInto(book, 'Ada', text)).toEqual({ added: rows.length, known: 0, differ: [] })
    expect([...book.state.incident.values()].map((i) => i.source)).toEqual(rows)
    const names = new Map([...book.state.component.values()].map((c) => [c.id, c.name.toLowerCase()]))
    for (const row of rows) {
      const incident = book.state.incident.get(row.id.toLowerCase())!
      expect(incident.updates[0]!.text).toBe(row.body)
      expect(incident.affected.map((a) => names.get(a.component) ?? '').toSorted()).toEqual([...new Set(row.affected.map((n) => n.toLowerCase()))].toSorted())
    }
    expect(rows).toHaveLength(182)
  })
})
