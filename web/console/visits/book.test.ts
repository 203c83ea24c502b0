import { describe, expect, it } from 'vitest'
import type { Visit } from '#contract/visits.ts'
import { newId } from '#client/id.ts'
import { belongs, bookOf, fits, isLate, madeAtMs, wordsOf } from './book.ts'
import { rollCall } from './use-roll-call.ts'

const noon = Date.parse('2026-11-25T12:00:00.000Z')
const at = (minutes: number): string => new Date(noon + minutes * 60_000).toISOString()
const visit = (more: Partial<Visit>): Visit => ({
  id: newId(), location: 'lobby', visitorType: null, day: '2026-11-25', status: 'expected', name: 'Mara Lindqvist', company: '', email: null, phone: null, language: '', fields: {},
  host: null, note: '', expectedAt: null, leavingAt: null, arrivedAt: null, leftAt: null, leftBy: null, confirmedAt: null, flags: [], reason: null, group: null, series: null,
  code: '', hasPhoto: false, signed: null, told: false, isErased: false, head: 1, ...more,
})
const names = (visits: readonly { name: string }[]): string[] => visits.map((v) => v.name)

describe('the book', () => {
  it('has everybody in one group: those to come by time, those who came by who came last', () => {
    const book = bookOf([
      visit({ name: 'Later', expectedAt: at(90) }), visit({ name: 'Sooner', expectedAt: at(30) }), visit({ name: 'Here', status: 'checked_in', arrivedAt: at(-60) }),
      visit({ name: 'Just here', status: 'checked_in', arrivedAt: at(-5) }), visit({ name: 'Asks', status: 'waiting' }),
      ...(['checked_out', 'no_show', 'cancelled', 'refused'] as const).map((status) => visit({ status })),
    ])
    expect([names(book.waiting), names(book.expected), names(book.on_site), book.others.length]).toEqual([['Asks'], ['Sooner', 'Later'], ['Just here', 'Here'], 4])
  })

  it('counts to today whoever is still here, and nobody else of another day', () => {
    const yesterday = { day: '2026-11-24' }
    const all = [visit({ ...yesterday, status: 'checked_in' }), visit(yesterday), visit({}), visit({ location: 'gate' })]
    expect(all.map((v) => belongs(v, 'lobby', '2026-11-25', '2026-11-25'))).toEqual([true, false, true, false])
    expect(all.map((v) => belongs(v, 'lobby', '2026-11-24', '2026-11-25'))).toEqual([true, true, false, false])
  })

  it('is patient for a quarter of an hour, and finds by any part of what is written', () => {
    expect([-14, -16].map((minutes) => isLate(visit({ expectedAt: at(minutes) }), noon))).toEqual([false, true])
    expect(isLate(visit({ expectedAt: at(-60), status: 'checked_in' }), noon)).toBe(false)
    const mara = visit({ company: 'Nordlys AB', email: 'mara@example.com' })
    expect(['lind nord', 'MARA', 'example', 'tomás'].map((search) => fits(mara, wordsOf(search)))).toEqual([true, true, true, false])
    expect(fits({ ...mara, isErased: true }, wordsOf('mara'))).toBe(false)
  })

  it('knows from the id when somebody without an appointment came', () => {
    expect(Math.abs(madeAtMs(newId()) - Date.now())).toBeLessThan(1000)
  })
})

describe('a roll-call', () => {
  const here = (more: Partial<Visit> = {}): Visit => visit({ status: 'checked_in', arrivedAt: at(-60), confirmedAt: at(-60), ...more })
  const call = (visits: readonly Visit[], ticks: readonly Visit[] = [], sinceMs = noon) =>
    rollCall(visits, { location: 'lobby', sinceMs, beginMs: noon, ticks: new Map(ticks.map((v) => [v.id, at(1)])) })

  it('takes an arrival for no sighting, however fresh', () => {
    const fresh = here({ arrivedAt: at(2), confirmedAt: at(2) })
    expect(call([fresh]).open.map((l) => l.visit)).toEqual([fresh])
  })

  it('counts what others saw since it began, and ticks of this device before they are sent', () => {
    const [seen, own, missing] = [here({ confirmedAt: at(3) }), here(), here()]
    const { open, seen: done } = call([seen, own, missing], [own])
    expect(open.map((l) => l.visit)).toEqual([missing])
    expect(new Map(done.map(({ visit: v, isOwn, seenAt }) => [v.id, { isOwn, seenAt }]))).toEqual(new Map([[seen.id, { isOwn: false, seenAt: at(3) }], [own.id, { isOwn: true, seenAt: at(1) }]]))
  })

  it('offers what was seen shortly before, and forgets what was seen long ago', () => {
    const visits = [here({ confirmedAt: at(-10) }), here({ confirmedAt: at(-20) })]
    expect(call(visits)).toMatchObject({ before: 1, seen: [] })
    expect(call(visits, [], noon - 15 * 60_000)).toMatchObject({ before: 0, seen: [{ seenAt: at(-10) }] })
  })

  it('counts who left in the meantime, unless that is only assumed', () => {
    const [left, assumed, earlier] = [{ leftAt: at(1), leftBy: 'desk' }, { leftAt: at(1), leftBy: 'automatic' }, { leftAt: at(-1), leftBy: 'desk' }].map((more) => here({ status: 'checked_out', ...more } as Partial<Visit>))
    expect(call([left!, assumed!, earlier!]).seen.map((l) => l.visit)).toEqual([left])
  })
})
