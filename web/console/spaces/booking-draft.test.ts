import { expect, it, vi } from 'vitest'
import type { Location } from '#contract/places.ts'
import type { Space } from '#contract/spaces.ts'
import { hoursOf, minuteOf, spanOf } from './day.ts'
import { nearby } from './nearby.ts'

vi.stubGlobal('navigator', { languages: ['en-GB'], language: 'en-GB' })
const { newDraft, problemOf, recurrenceOf, whenOfDraft } = await import('./booking-draft.ts')
const { noRepeat } = await import('../repeat/repeat.ts')

const zone = 'Europe/Stockholm'
const site = { id: 'l', zone, opensAt: '08:00', closesAt: '18:00' } as Location
const space = (more: Partial<Space> = {}): Space => ({ id: 's', floor: 'f', location: 'l', name: 'Desk', kind: 'desk', capacity: 1, equipment: [], position: null, bookable: true, checkIn: null, active: true, panelShowsNames: true, code: '', panel: 'none', panelSeenAt: null, ...more })
const asked = (from: string, until = from) => ({ fromMs: Date.parse(from), untilMs: Date.parse(until), isWholeDay: false })

it('measures days by real time: 23 hours in spring, 25 in autumn', () => {
  expect(hoursOf(spanOf(zone, '2026-03-29'))).toBe(23)
  expect(hoursOf(spanOf(zone, '2026-10-25'))).toBe(25)
  expect(hoursOf(spanOf(zone, '2026-10-24', '2026-10-26'))).toBe(73)
  expect(minuteOf(zone, '2026-03-29', '09:00')).toBe(8 * 60)
  expect(minuteOf(zone, '2026-10-25', '09:00')).toBe(10 * 60)
})

it('proposes a desk until the house closes and a room for an hour, or what was asked for', () => {
  expect(newDraft(space(), site, '2026-11-25', asked('2026-11-25T08:07:00Z'), 'me')).toMatchObject({ from: '09:00', until: '18:00' })
  expect(newDraft(space({ kind: 'room' }), site, '2026-11-25', asked('2026-11-25T08:07:00Z'), 'me')).toMatchObject({ from: '09:00', until: '10:00' })
  expect(newDraft(space(), site, '2026-11-25', asked('2026-11-25T08:00:00Z', '2026-11-25T10:00:00Z'), 'me')).toMatchObject({ from: '09:00', until: '11:00' })
  expect(newDraft(space(), site, '2026-11-25', asked('2026-11-25T22:50:00Z'), 'me')).toMatchObject({ from: '23:45', until: '00:00' })
})

it('asks for local times as instants, and for whole days as days', () => {
  const draft = newDraft(space({ kind: 'room' }), site, '2026-10-25', asked('2026-10-25T08:00:00Z'), 'me')
  expect(whenOfDraft({ ...draft, from: '02:30', until: '03:30' }, zone)).toEqual({ startsAt: '2026-10-25T00:30:00.000Z', endsAt: '2026-10-25T02:30:00.000Z' })
  expect(whenOfDraft({ ...draft, from: '22:00', until: '00:00' }, zone)).toEqual({ startsAt: '2026-10-25T21:00:00.000Z', endsAt: '2026-10-25T23:00:00.000Z' })
  expect(whenOfDraft({ ...draft, wholeDay: true, untilDay: '2026-10-27' }, zone)).toEqual({ day: '2026-10-25', untilDay: '2026-10-27' })
  expect(recurrenceOf(draft, zone)).toBeUndefined()
  const weekly = { ...draft, from: '09:00', until: '10:30', repeat: { ...draft.repeat, kind: 'weekly' as const } }
  expect(recurrenceOf(weekly, zone)).toEqual({ rrule: 'FREQ=WEEKLY;BYDAY=SU;COUNT=10', day: '2026-10-25', time: '09:00', minutes: 90 })
  expect(recurrenceOf({ ...weekly, wholeDay: true }, zone)).toMatchObject({ time: null, minutes: null })
})

it('[SC4] says nothing of a series while its day or a time is being written anew', () => {
  const draft = { ...newDraft(space({ kind: 'room' }), site, '2026-11-25', asked('2026-11-25T08:00:00Z'), 'me'), repeat: { ...noRepeat, kind: 'weekly' as const } }
  for (const empty of [{ day: '' }, { from: '' }, { until: '' }, { day: '', wholeDay: true }]) expect(recurrenceOf({ ...draft, ...empty }, zone)).toBeUndefined()
  expect(recurrenceOf({ ...draft, from: '', until: '', wholeDay: true }, zone)).toMatchObject({ time: null })
})

it('knows what is backwards and what is over', () => {
  const draft = newDraft(space(), site, '2026-11-25', asked('2026-11-25T08:00:00Z'), 'me')
  const now = Date.parse('2026-11-25T12:00:00Z')
  expect(problemOf(draft, zone, now)).toBeUndefined()
  expect(problemOf({ ...draft, from: '10:00', until: '09:00' }, zone, now)).toBe('backwards')
  expect(problemOf({ ...draft, from: '09:00', until: '12:00' }, zone, now)).toBe('past')
  expect(problemOf({ ...draft, wholeDay: true, untilDay: '2026-11-24' }, zone, now)).toBe('backwards')
})

it('finds what is near, has the equipment, and is of the kind', () => {
  const wanted = space({ position: { x: 0, y: 0 }, equipment: ['Screen'] })
  const near = space({ id: 'near', position: { x: 0.1, y: 0 } })
  const equipped = space({ id: 'equipped', position: { x: 0.9, y: 0 }, equipment: ['Screen'] })
  const room = space({ id: 'room', kind: 'room', position: { x: 0.01, y: 0 } })
  const closed = space({ id: 'closed', bookable: false })
  expect(nearby(wanted, [near, room, wanted, closed, equipped]).map((s) => s.id)).toEqual(['equipped', 'near'])
})
