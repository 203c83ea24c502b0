import { expect, it } from 'vitest'
import type { Snapshot } from '#contract/kiosks.ts'
import type { LocalVisit } from '../log/kept.ts'
import { codeIn, dayAt, findByCode, findByName, findHost, findLeaving, findLeavingByCode, statusOf, type Expected, type Locals } from './find.ts'
import { discreet, plain } from './names.ts'

const nowMs = Date.parse('2026-03-10T08:00:00.000Z')
const visit = (id: string, name: string, more: Partial<Expected> = {}): Expected => ({
  id, name, company: '', host: null, visitorType: null, day: '2026-03-10', expectedAt: '2026-03-10T09:00:00.000Z', status: 'expected', code: id.padEnd(20, '0'), fields: {}, ...more,
})
const snapshotOf = (...visits: Expected[]): Snapshot => ({
  visits, hosts: [{ id: 'h1', name: 'Ada Okafor' }, { id: 'h2', name: 'Kit Marsh' }, { id: 'h3', name: 'Kit Marsh' }], location: { zone: 'Europe/Stockholm' },
} as Snapshot)
const nobody: Locals = new Map()
const local = (id: string, status: LocalVisit['status'], name = ''): [string, LocalVisit] => [id, { id, status, name, company: '', arrivedAt: null, changedAt: 0 }]

it.each([
  ['Tomás Reyes', 'tomas reyes'], ['  MARA   lindqvist ', 'Mara Lindqvist'], ['Lindqvist, Mara', 'Mara Lindqvist'], ['Seán O’Brien', "sean o'brien"],
  ['Jürgen Groß', 'Jurgen Gross'], ['Łukasz Sørensen', 'lukasz sorensen'], ['Anne-Marie Dupont', 'Anne Marie Dupont'], ['王小明', '王小明'], ['J. R. Ewing', 'J R Ewing'], ['ﬁona', 'Fiona'],
])('takes %s and %s for one name', (a, b) => expect(plain(a)).toBe(plain(b)))
it.each([['Mara Lind', 'Mara Lindqvist'], ['Mara', 'Mara Lindqvist'], ['', 'Mara']])('keeps %s and %s apart', (a, b) => expect(plain(a)).not.toBe(plain(b)))

it('finds by the whole name only', () => {
  const snapshot = snapshotOf(visit('a', 'Mara Lindqvist'), visit('b', 'Tomás Reyes'))
  expect(findByName(snapshot, nobody, 'lindqvist mara', nowMs)).toMatchObject({ is: 'one', visit: { id: 'a' } })
  for (const name of ['Mara', '', ' ', '*', 'M', 'Lindqvist']) expect(findByName(snapshot, nobody, name, nowMs), name).toEqual({ is: 'none' })
})

it('asks for the company when two people have one name', () => {
  const snapshot = snapshotOf(visit('a', 'Kim Lee', { company: 'Acme' }), visit('b', 'Kim Lee', { company: 'Bolt Ltd.' }))
  expect(findByName(snapshot, nobody, 'Kim Lee', nowMs)).toEqual({ is: 'several' })
  expect(findByName(snapshot, nobody, 'Kim Lee', nowMs, 'bolt ltd')).toMatchObject({ visit: { id: 'b' } })
  expect(findByName(snapshot, nobody, 'Kim Lee', nowMs, 'Other')).toEqual({ is: 'none' })
})

it('of several visits of one person takes the one that is due', () => {
  const snapshot = snapshotOf(visit('late', 'Kim Lee', { expectedAt: '2026-03-10T14:00:00.000Z' }), visit('early', 'Kim Lee'), visit('tomorrow', 'Kim Lee', { day: '2026-03-11' }))
  expect(findByName(snapshot, nobody, 'Kim Lee', nowMs)).toMatchObject({ visit: { id: 'early' } })
  expect(findByName(snapshot, new Map([local('early', 'checked_in')]), 'Kim Lee', nowMs)).toMatchObject({ visit: { id: 'late' } })
  expect(findByName(snapshot, new Map([local('early', 'checked_out'), local('late', 'checked_out')]), 'Kim Lee', nowMs)).toMatchObject({ visit: { id: 'tomorrow' } })
})

it('lets nobody in on a visit that was cancelled, refused or is over', () => {
  for (const status of ['cancelled', 'refused', 'checked_out']) expect(findByName(snapshotOf(visit('a', 'Kim Lee', { status })), nobody, 'Kim Lee', nowMs)).toEqual({ is: 'none' })
})

it('knows what happened here before the list does', () => {
  expect(statusOf(visit('a', 'x'), new Map([local('a', 'checked_in')]))).toBe('checked_in')
  expect(statusOf(visit('a', 'x', { status: 'checked_out' }), new Map([local('a', 'checked_in')]))).toBe('checked_out')
  expect(statusOf(visit('a', 'x', { status: 'no_show' }), nobody)).toBe('no_show')
})

it('finds by code, bare or in an address, and by nothing shorter', () => {
  const code = 'AbCdEfGhIjKlMnOpQrSt'
  const snapshot = snapshotOf(visit('a', 'Mara', { code }))
  for (const text of [code, `https://desk.example/invited/${code}`, ` ${code}\n`]) expect(findByCode(snapshot, nobody, text, nowMs)).toMatchObject({ id: 'a' })
  for (const text of ['', 'AbC', code.toLowerCase(), code.slice(1)]) expect(findByCode(snapshot, nobody, text, nowMs)).toBeUndefined()
  expect(codeIn('Mara Lindqvist')).toBeUndefined()
})

it('takes the code of a series for the visit of today', () => {
  const code = 'AbCdEfGhIjKlMnOpQrSt'
  const snapshot = snapshotOf(visit('tomorrow', 'Mara', { code, day: '2026-03-11' }), visit('today', 'Mara', { code }))
  expect(findByCode(snapshot, nobody, code, nowMs)).toMatchObject({ id: 'today' })
  expect(findByCode(snapshot, new Map([local('today', 'checked_out')]), code, nowMs)).toBeUndefined()
  expect(findLeavingByCode(snapshot, new Map([local('today', 'checked_in')]), code)).toMatchObject({ id: 'today' })
})

it('lets people leave who came in here or elsewhere', () => {
  const snapshot = snapshotOf(visit('a', 'Mara Lindqvist', { status: 'checked_in' }), visit('b', 'Tomás Reyes'))
  const locals = new Map([local('w', 'checked_in', 'Walk Ina')])
  expect(findLeaving(snapshot, locals, 'mara lindqvist')).toMatchObject({ visit: { id: 'a' } })
  expect(findLeaving(snapshot, locals, 'Walk Ina')).toMatchObject({ visit: { id: 'w' } })
  expect(findLeaving(snapshot, locals, 'Tomás Reyes')).toEqual({ is: 'none' })
})

it('tells the host of that whole name, and nobody when two have it', () => {
  expect(findHost(snapshotOf(), 'okafor ada')?.id).toBe('h1')
  expect(findHost(snapshotOf(), 'Ada')).toBeUndefined()
  expect(findHost(snapshotOf(), 'Kit Marsh')).toBeUndefined()
})

it('says little of a person, and knows the day of the place', () => {
  expect(discreet('Mara Lindqvist')).toBe('Mara L.')
  expect(discreet('Cher')).toBe('Cher')
  expect(discreet('王小明')).toBe('王小明')
  expect(dayAt('Pacific/Auckland', Date.parse('2026-03-10T13:00:00Z'))).toBe('2026-03-11')
  expect(dayAt('Nowhere/Never', Date.parse('2026-03-10T13:00:00Z'))).toBe('2026-03-10')
})
