/**
 * Five incidents as their companies published them, entered through the same verbs as ours and read again from the page: no update, time,
 * component or remediation is lost. The texts are not ours and not in this repository; without them (LODGE_SHARED, or `shared` beside it)
 * a text of our own in the same form stands for them, and the test says that the five did not run.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Impact, IncidentState, Remediation, StatusComponent } from '#contract/status.ts'
import { openBook, type Book } from './book.ts'
import { exported, importInto } from './exchange.ts'
import { incidents } from './incidents.ts'
import { site } from './site.ts'
import { durationMs } from './uptime.ts'

const shared = join(process.env['LODGE_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'incidents')
const own = `P1 - Lifts report nothing
Incident Report for The Lantern
Postmortem

A cable was cut.

  • (Done) A second cable was laid
  • (In progress) Asking the digger why & when
  • (Scheduled) <b>Nothing</b> else

Posted Feb 03, 2024 - 09:00 UTC

Resolved
It works again.

Thank you.
Posted Feb 02, 2024 - 12:10 CET
Update
Still looking.
- at the cellar
- at the roof
Posted Feb 02, 2024 - 11:45 CET
Monitoring
It seems to work.
Posted Feb 02, 2024 - 11:30 CET
Investigating
Lifts report nothing.
Posted Feb 02, 2024 - 11:05 CET
This incident affected: Building (Lifts, Doors) and Telephone.`

interface Said { at: string; state: IncidentState | null; text: string }
interface Told { title: string; updates: Said[]; postmortem: string; components: { group: string; name: string }[]; remediation: Remediation[] }
const zones: Record<string, string> = { CET: '+01:00', UTC: 'Z', EDT: '-04:00', EST: '-05:00' }
const states: Record<string, IncidentState | null> = { Investigating: 'investigating', Identified: 'identified', Monitoring: 'monitoring', Resolved: 'resolved', Update: null }
const remedies: Record<string, Remediation['state']> = { done: 'done', 'in progress': 'in_progress', scheduled: 'scheduled' }

const instant = (day: string, time: string, zone: string): string => new Date(Date.parse(`${day} ${time}:00 ${zones[zone] === 'Z' ? 'UTC' : `GMT${zones[zone]}`}`)).toISOString()
function remediationIn(text: string): Remediation[] {
  return text.split('\n').flatMap((line): Remediation[] => {
    const [, before] = /\((Done|In progress|Scheduled)\)/i.exec(line) ?? [], [, behind] = /\[(Done|In progress|Scheduled)\]\s*$/i.exec(line) ?? []
    const state = remedies[(before ?? behind ?? '').toLowerCase()]
    return state ? [{ state, text: line.replace(/^\s*[•-]\s*/, '').replace(/\((?:Done|In progress|Scheduled)\)\s*/i, '').replace(/\s*\[[^\]]+\]\s*$/, '').trim() }] : []
  })
}
/** As Statuspage prints one. */
function read(text: string): Told {
  const [title = ''] = text.split('\n', 1)
  const [, affected = ''] = /^This incident affected: (.+)$/m.exec(text) ?? []
  const components = [...affected.replace(/\.$/, '').matchAll(/(?:^|, (?:and )?| and )([^,(]+?)(?: \(([^)]+)\))?(?=, | and |$)/g)].flatMap(([, name = '', members]) => members ? members.split(', ').map((m) => ({ group: name.trim(), name: m.trim() })) : [{ group: '', name: name.trim() }])
  const parts = text.split(/^Posted (.+)$/m)
  const updates: Said[] = []
  let postmortem = ''
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [, day = '', time = '', zone = ''] = /^(\w+ \d+, \d+) - (\d\d:\d\d) (\w+)/.exec(parts[i + 1]!) ?? []
    const body = parts[i]!.replace(/^\s+/, '')
    if (i === 0) postmortem = body.slice(body.indexOf('Postmortem') + 'Postmortem'.length).trim()
    else {
      const [head = ''] = body.split('\n', 1)
      updates.push({ at: instant(day, time, zone), state: states[head] ?? null, text: body.slice(head.length).trim() })
    }
  }
  return { title, updates: updates.reverse(), postmortem, components, remediation: remediationIn(postmortem) }
}
/** Zendesk's is an article: a line of time, then words, and no names of states. */
function readArticle(text: string, named: Readonly<Record<string, IncidentState>>): Told {
  const [head = '', tail = ''] = text.split('POST-MORTEM')
  const [summary = '', lines = ''] = head.split(/^Timeline$/m)
  const updates = lines.split(/^(\d\d:\d\d) UTC \|.*$/m).slice(1)
  return {
    title: 'Disconnections in Chat, Messaging and Sunshine Conversation', postmortem: `${summary.replace('SUMMARY', '').trim()}\n\n${tail.trim()}`, remediation: remediationIn(tail),
    components: ['Chat', 'Messaging', 'Sunshine Conversation'].map((name) => ({ group: '', name })),
    updates: updates.flatMap((time, i) => i % 2 === 0 ? [{ at: `2023-04-26T${time}:00.000Z`, state: named[time] ?? null, text: updates[i + 1]!.trim() }] : []),
  }
}

let folder: string, book: Book
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodge-five-'))
  book = openBook({ folder, now: Date.now })
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const text = (html: string): string => html.replace(/<br>/g, ' ').replace(/<[^>]+>/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, `'`).replace(/&amp;/g, '&').replace(/\s+/g, ' ')
/** What a line says, without the sign that makes it one of a list. */
const lineOf = (line: string): string => line.replace(/^\s*[-•]\s*/, '').replace(/\s+/g, ' ').trim()

async function enterAndRead(told: Told, impact: readonly Impact[]): Promise<string> {
  const verbs = incidents({ book, now: Date.now })
  const components = told.components.map(({ group, name }, place): StatusComponent => ({ id: `${group}-${name}`.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, ''), name, group, text: '', place, upstream: null, watched: false, retired: false }))
  await book.change('test', 'component', () => ({ puts: components.map((value) => ({ kind: 'component', id: value.id, value })), result: undefined }))
  const [first, ...rest] = told.updates
  const { id } = await verbs.open('test', { title: told.title, text: first!.text, at: first!.at, affected: components.map((c) => ({ component: c.id, level: 'down' })), ...(first!.state && { state: first!.state }) })
  for (const { at, state, text: words } of rest) {
    if (state === 'resolved') await verbs.resolve('test', id, { text: words, at, early: 'As it was published' })
    else await verbs.update('test', id, { text: words, at, ...(state && { state }) })
  }
  await verbs.edit('test', id, { impact: [...impact], remediation: told.remediation, postmortem: { text: told.postmortem, published: new Date().toISOString() } })
  // Out, into another, and only then onto the page.
  const other = openBook({ folder: join(folder, 'other'), now: Date.now })
  await importInto(other, 'test', JSON.stringify(exported(book.state)))
  const incident = other.state.incident.get(id)!
  expect(incident.updates.map(({ at, state, text: words }) => ({ at, state, text: words }))).toEqual(told.updates)
  expect(incident.remediation).toEqual(told.remediation)
  const page = String((await site({ book: other, now: Date.now, seen: () => undefined, takesMail: false, isStatic: false, base: () => '' }).at(`incidents/${id}/`))!.body)
  const shown = text(page)
  for (const part of [told.title, told.postmortem, ...told.updates.map((u) => u.text)]) for (const line of part.split('\n').map(lineOf).filter(Boolean)) expect(shown).toContain(line)
  for (const { at } of told.updates) expect(page).toContain(`datetime="${at}"`)
  for (const { name } of told.components) expect(shown).toContain(`${name} : Down`)
  for (const r of told.remediation) expect(shown).toContain(r.text)
  return shown
}

it('[SG13] a text of our own comes through whole', async () => {
  const told = read(own)
  expect(told.components).toEqual([{ group: 'Building', name: 'Lifts' }, { group: 'Building', name: 'Doors' }, { group: '', name: 'Telephone' }])
  expect(told.updates.map((u) => [u.at, u.state])).toEqual([['2024-02-02T10:05:00.000Z', 'investigating'], ['2024-02-02T10:30:00.000Z', 'monitoring'], ['2024-02-02T10:45:00.000Z', null], ['2024-02-02T11:10:00.000Z', 'resolved']])
  expect(told.remediation).toEqual([{ state: 'done', text: 'A second cable was laid' }, { state: 'in_progress', text: 'Asking the digger why & when' }, { state: 'scheduled', text: '<b>Nothing</b> else' }])
  const shown = await enterAndRead(told, [{ from: '2024-02-02T10:00:00.000Z', to: '2024-02-02T10:29:00.000Z' }])
  expect(shown).toContain('29 min')
})

const span = (from: string, to: string): Impact => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
const hours = 3_600_000
describe.skipIf(!existsSync(shared))('the five texts (did not run where they are missing)', () => {
  it.each([
    { name: 'iadvize-2024', updates: 6, components: 18, remediation: 2, lastedMs: 85 * 60_000, impact: [span('2024-02-22T09:25+01:00', '2024-02-22T10:50+01:00')] },
    { name: 'proxyclick-2019', updates: 4, components: 4, remediation: 0, lastedMs: 95 * 60_000, impact: [span('2019-03-20T15:00Z', '2019-03-20T16:35Z')] },
    { name: 'serraview-2024', updates: 4, components: 1, remediation: 0, lastedMs: (10 + 35 / 60 + 8 + 19 / 60) * hours, impact: [span('2024-01-25T09:33-05:00', '2024-01-25T20:08-05:00'), span('2024-01-29T11:20-05:00', '2024-01-29T19:39-05:00')] },
    { name: 'zendesk-2023', updates: 8, components: 3, remediation: 4, lastedMs: (3 + 39 / 60) * hours, impact: [span('2023-04-26T16:40Z', '2023-04-26T20:19Z')] },
    { name: 'zingle-2022', updates: 9, components: 5, remediation: 0, lastedMs: 13 * 24 * hours, impact: [span('2022-08-19T00:00-04:00', '2022-09-01T00:00-04:00')] },
  ])('[SG13] $name', async ({ name, updates, components, remediation, lastedMs, impact }) => {
    const source = readFileSync(join(shared, `${name}.txt`), 'utf8')
    const told = name === 'zendesk-2023' ? readArticle(source, { '17:19': 'investigating', '18:00': 'monitoring', '18:18': 'resolved', '20:03': 'investigating', '20:50': 'monitoring', '21:02': 'resolved' }) : read(source)
    expect([told.updates.length, told.components.length, told.remediation.length]).toEqual([updates, components, remediation])
    // Nothing of the source is left outside of what was entered.
    const entered = lineOf([told.title, told.postmortem, ...told.updates.map((u) => u.text), ...told.components.map((c) => c.name)].join('\n').replace(/\s+/g, ' '))
    const left = source.split('\n').map(lineOf).filter((l) => l && !entered.includes(l) && !/^(Posted |This incident affected|Incident Report for|Postmortem$|SUMMARY$|Timeline$|POST-MORTEM$|Investigating$|Identified$|Monitoring$|Update$|Resolved$|\d\d:\d\d UTC \|)/.test(l))
    expect(left).toEqual([])
    await enterAndRead(told, impact)
    expect(durationMs(impact, Date.now())).toBe(Math.round(lastedMs))
  })
})
