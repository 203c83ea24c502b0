/** Ways to spoil a clean history beyond those of the simulator (test/simulation/mutations.ts): outages, kiosks, bookings, early answers. */
import type { Event, History } from '#drills/checker/history.ts'
import type { Chance } from '#drills/chance.ts'

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>
/** A spoilt copy; undefined when the history holds nothing that could be spoilt in this way. */
export type Plant = (history: History, dice: Chance) => History | undefined

const all = <T extends Event['type']>(h: History, type: T): EventOf<T>[] => h.events.filter((e): e is EventOf<T> => e.type === type)
const pick = <T>(dice: Chance, of: readonly T[]): T | undefined => of.length === 0 ? undefined : dice.pick(of)
const without = (h: History, gone: Event): History => ({ ...h, events: h.events.filter((e) => e !== gone) })
const withRows = (h: History, change: (rows: History['journal']['topics'][string], topic: string) => History['journal']['topics'][string]): History =>
  ({ ...h, journal: { ...h.journal, topics: Object.fromEntries(Object.entries(h.journal.topics).map(([t, rows]) => [t, change(rows, t)])) } })

export const planted: Record<string, Plant> = {
  'what was kept is lost at replay'(h, dice) {
    const kept = pick(dice, all(h, 'kept'))
    if (!kept) return undefined
    const spoilt = withRows(h, (rows, topic) => topic === kept.topic ? rows.filter((r) => r.id !== kept.id).map((r, i) => ({ ...r, offset: i + 1 })) : rows)
    // Nothing else gives it away: nobody was told that it is stored, nobody saw it.
    return { ...spoilt, events: h.events.filter((e) => !('topic' in e) || e.topic !== kept.topic || e.type === 'offered' || e.type === 'kept') }
  },
  'what was kept is replayed twice'(h, dice) {
    const kept = pick(dice, all(h, 'kept'))
    if (!kept) return undefined
    return withRows(h, (rows, topic) => topic === kept.topic ? [...rows, { ...rows.find((r) => r.id === kept.id)!, offset: rows.length + 1 }] : rows)
  },
  'replayed behind what was sent after it'(h, dice) {
    const kept = pick(dice, all(h, 'kept').filter((k) => h.journal.topics[k.topic]!.findIndex((r) => r.id === k.id) < h.journal.topics[k.topic]!.length - 1))
    if (!kept) return undefined
    return withRows(h, (rows, topic) => {
      if (topic !== kept.topic) return rows
      const own = rows.find((r) => r.id === kept.id)!
      return [...rows.filter((r) => r !== own), own].map((r, i) => ({ ...r, offset: i + 1 }))
    })
  },
  'acknowledged before the commit'(h, dice) {
    const ack = pick(dice, all(h, 'acked'))
    if (!ack) return undefined
    return withRows(h, (rows) => rows.map((r) => r.id === ack.id ? { ...r, committedMs: ack.atMs + 3 + dice.between(0, 500) } : r))
  },
  'a hint after leaving'(h, dice) {
    const i = pick(dice, h.events.flatMap((e, at) => e.type === 'left' ? [at] : []))
    if (i === undefined) return undefined
    const left = h.events[i] as EventOf<'left'>
    return { ...h, events: h.events.toSpliced(i + 1, 0, { atMs: left.atMs, type: 'typing', observer: left.observer, topic: left.topic }) }
  },
  'a check-in that was confirmed is not on the server'(h, dice) {
    const said = pick(dice, all(h, 'said'))
    return said && { ...h, operations: h.operations!.filter((o) => o.id !== said.id) }
  },
  'a check-in that was written and not yet confirmed is not on the server'(h, dice) {
    const said = new Set(all(h, 'said').map((s) => s.id)), quiet = pick(dice, all(h, 'written').filter((w) => !said.has(w.id)))
    return quiet && { ...h, operations: h.operations!.filter((o) => o.id !== quiet.id) }
  },
  'a check-in is applied twice'(h, dice) {
    const o = pick(dice, h.operations!.filter((one) => one.state === 'applied'))
    return o && { ...h, operations: h.operations!.map((one) => one === o ? { ...o, effects: 2 } : one) }
  },
  'a check-in is on the server twice'(h, dice) {
    const o = pick(dice, h.operations!)
    return o && { ...h, operations: [...h.operations!, { ...o, seq: 99 }] }
  },
  'a check-in that no device wrote'(h, dice) {
    const o = pick(dice, h.operations!)
    return o && { ...h, operations: [...h.operations!, { ...o, id: dice.uuid(), seq: 1 + h.operations!.filter((x) => x.log === o.log).length }] }
  },
  'a check-in under another number'(h, dice) {
    const o = pick(dice, h.operations!)
    return o && { ...h, operations: h.operations!.map((one) => one === o ? { ...o, seq: o.seq! + 100 } : one) }
  },
  'a confirmation before the device’s disk has it'(h, dice) {
    const said = pick(dice, all(h, 'said'))
    if (!said) return undefined
    const written = all(h, 'written').find((w) => w.id === said.id)!
    const events = without(h, written).events
    return { ...h, events: events.toSpliced(events.indexOf(said) + 1, 0, written) }
  },
  'a receipt for what the server does not have'(h, dice) {
    const said = new Set(all(h, 'said').map((s) => s.id)), r = pick(dice, all(h, 'receipt').filter((one) => !said.has(one.id)))
    return r && { ...h, operations: h.operations!.filter((o) => o.id !== r.id) }
  },
  'a booking that was confirmed is gone'(h, dice) {
    const b = pick(dice, all(h, 'booked'))
    return b && { ...h, bookings: h.bookings!.filter((one) => one.id !== b.id) }
  },
  'two bookings overlap'(h, dice) {
    const b = pick(dice, h.bookings!)
    if (!b) return undefined
    const id = dice.uuid(), fromMs = b.fromMs + 60_000
    const asked: Event = { atMs: 0, type: 'booking', by: 'user:2', id, space: b.space, fromMs, untilMs: b.untilMs }
    return { ...h, events: [asked, ...h.events], bookings: [...h.bookings!, { ...b, id, fromMs }] }
  },
  'a booking that was refused is there'(h, dice) {
    const no = pick(dice, all(h, 'not_booked').filter((n) => n.isFinal)), asked = no && all(h, 'booking').find((b) => b.id === no.id)
    return asked && { ...h, bookings: [...h.bookings!, { id: asked.id, space: asked.space, fromMs: asked.fromMs, untilMs: asked.untilMs }] }
  },
  'a booking that nobody asked for'(h, dice) {
    const b = pick(dice, h.bookings!)
    return b && { ...h, bookings: [...h.bookings!, { ...b, id: dice.uuid(), fromMs: b.fromMs + 1e9, untilMs: b.untilMs + 1e9 }] }
  },
  'a booking at another time than asked for'(h, dice) {
    const b = pick(dice, h.bookings!)
    return b && { ...h, bookings: h.bookings!.map((one) => one === b ? { ...b, fromMs: b.fromMs + 1 } : one) }
  },
}
