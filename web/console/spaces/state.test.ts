import { expect, it } from 'vitest'
import type { Availability } from '#contract/bookings.ts'
import { stateOf } from './state.ts'

const at = (clock: string): string => `2026-11-25T${clock}:00.000Z`
const ms = (clock: string): number => Date.parse(at(clock))
const me = 'kit'
const known = (bookings: [from: string, until: string, who: string | null, status?: 'booked' | 'checked_in' | 'ended' | 'cancelled'][], closures: [from: string, until: string][] = []): Availability => ({
  space: 's', free: bookings.length === 0,
  bookings: bookings.map(([from, until, who, status = 'booked']) => ({ booking: `${from}-${until}`, startsAt: at(from), endsAt: at(until), status, user: who === null ? null : { id: who, name: who }, title: '' })),
  closures: closures.map(([from, until]) => ({ closure: 'c', startsAt: at(from), endsAt: at(until), text: 'Painting' })),
})
const seen = (of: Availability | undefined, from: string, until = from, bookable = true) => stateOf({ bookable }, of, { me, fromMs: ms(from), untilMs: ms(until) })

it('is free up to the next booking, and taken from its first minute to before its last', () => {
  const day = known([['10:00', '11:00', 'noor']])
  expect(seen(day, '09:00')).toMatchObject({ kind: 'free', untilMs: ms('10:00') })
  expect(seen(day, '10:00')).toMatchObject({ kind: 'taken', who: 'noor', untilMs: ms('11:00') })
  expect(seen(day, '11:00')).toMatchObject({ kind: 'free', untilMs: undefined })
})

it('is not free for a time in which somebody has it for a minute', () => {
  const day = known([['10:00', '11:00', 'noor']])
  expect(seen(day, '09:00', '10:00').kind).toBe('free')
  expect(seen(day, '09:00', '10:01')).toMatchObject({ kind: 'taken', fromMs: ms('10:00') })
  expect(seen(day, '11:00', '12:00').kind).toBe('free')
})

it('shows one’s own before another’s, a closure before another’s, and who has come', () => {
  const day = known([['09:00', '10:00', 'noor'], ['10:00', '11:00', me, 'checked_in'], ['12:00', '13:00', null, 'checked_in']], [['12:30', '14:00']])
  expect(seen(day, '09:00', '11:00').kind).toBe('mine_in')
  expect(seen(day, '12:00')).toMatchObject({ kind: 'taken_in', who: null })
  expect(seen(day, '12:45')).toMatchObject({ kind: 'closed', text: 'Painting' })
})

it('does not count what was ended or cancelled, nor call free what cannot be booked', () => {
  expect(seen(known([['09:00', '10:00', 'noor', 'ended'], ['09:00', '10:00', 'noor', 'cancelled']]), '09:30').kind).toBe('free')
  expect(seen(undefined, '09:30', '09:30', false).kind).toBe('off')
})
