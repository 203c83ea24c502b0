import { expect, it } from 'vitest'
import type { PanelBooking, PanelState } from '#contract/bookings.ts'
import { viewOf } from './view.ts'

const at = (clock: string): string => `2026-11-25T${clock}:00.000Z`
const ms = (clock: string): number => Date.parse(at(clock))
const booking = (from: string, until: string, more: Partial<PanelBooking> = {}): PanelBooking =>
  ({ id: `${from}-${until}`, startsAt: at(from), endsAt: at(until), wholeDay: false, status: 'booked', user: 'Kit', title: '', checkIn: null, ...more })
const panel = (more: Partial<PanelState>): PanelState => ({
  asOf: at('09:00'), space: { id: 's', name: 'Harbour', kind: 'room', capacity: 6, equipment: [] }, account: 'Hotel', locationName: 'Lobby', location: 'l', zone: 'UTC',
  now: null, next: [], closed: null, closing: null, bookable: true, canBookMinutes: [15, 30, 60, 120], build: 'x', ...more,
})

it('goes on by the clock from what it was told last', () => {
  const told = panel({ next: [booking('10:00', '11:00')] })
  expect(viewOf(told, ms('09:00'))).toMatchObject({ kind: 'free', untilMs: ms('10:00') })
  expect(viewOf(told, ms('10:00'))).toMatchObject({ kind: 'taken', untilMs: ms('11:00'), current: { id: '10:00-11:00' } })
  expect(viewOf(told, ms('11:00'))).toMatchObject({ kind: 'free', untilMs: undefined, next: [] })
})

it('offers what fits before the next booking, and what is left of that time', () => {
  const told = panel({ next: [booking('10:00', '11:00')] })
  const offered = (clock: string) => viewOf(told, ms(clock)).offers.map((o) => o.minutes)
  expect(offered('09:00')).toEqual([15, 30, 60])
  expect(offered('09:20')).toEqual([15, 30, 40])
  expect(offered('09:50')).toEqual([10])
  expect(offered('09:57')).toEqual([])
  expect(viewOf(panel({}), ms('09:00')).offers.map((o) => o.minutes)).toEqual([15, 30, 60])
  expect(viewOf(panel({ canBookMinutes: [] }), ms('09:00')).offers).toEqual([])
})

it('says reserved until somebody has checked in, and lets the next one check in before its time', () => {
  const window = { opensAt: at('09:45'), closesAt: at('10:15') }
  const told = panel({ next: [booking('10:00', '11:00', { checkIn: window })] })
  expect(viewOf(told, ms('09:40')).arriving).toBeUndefined()
  expect(viewOf(told, ms('09:50'))).toMatchObject({ kind: 'free', arriving: { id: '10:00-11:00' } })
  expect(viewOf(told, ms('10:05'))).toMatchObject({ kind: 'expected', arriving: { id: '10:00-11:00' } })
  const come = panel({ now: booking('10:00', '11:00', { checkIn: window, status: 'checked_in' }) })
  expect(viewOf(come, ms('10:05'))).toMatchObject({ kind: 'taken', arriving: undefined })
})

it('is closed while it is closed, whoever has booked', () => {
  const told = panel({ closed: { endsAt: at('12:00'), text: 'Painting' }, now: booking('10:00', '11:00') })
  expect(viewOf(told, ms('10:30'))).toMatchObject({ kind: 'closed', untilMs: ms('12:00'), offers: [] })
  expect(viewOf(told, ms('12:00')).kind).toBe('free')
})

it('[DP7] says that it is closed later, offers what is left until then, and closes by the clock', () => {
  const told = panel({ closing: { startsAt: at('10:00'), endsAt: at('12:00'), text: 'Painting' }, canBookMinutes: [15, 30] })
  expect(viewOf(told, ms('09:20'))).toMatchObject({ kind: 'free', untilMs: ms('10:00'), closesMs: ms('10:00') })
  expect(viewOf(told, ms('09:20')).offers.map((o) => o.minutes)).toEqual([15, 30, 40])
  expect(viewOf(told, ms('10:00'))).toMatchObject({ kind: 'closed', untilMs: ms('12:00'), closedText: 'Painting', offers: [] })
  expect(viewOf(told, ms('12:00'))).toMatchObject({ kind: 'free', untilMs: undefined, closesMs: undefined })
  const sooner = panel({ closing: { startsAt: at('10:00'), endsAt: at('12:00'), text: 'Painting' }, next: [booking('09:30', '09:45')] })
  expect(viewOf(sooner, ms('09:00'))).toMatchObject({ kind: 'free', untilMs: ms('09:30'), closesMs: undefined })
})
