/** Clean histories made up from a seed: what a faultless house with cut lines, an outage, kiosks and bookings would have left behind. */
import type { BookingEvent, DeviceEvent, Event, History, Recorded, Seen, Stored, StoredBooking, StoredOperation } from '#drills/checker/history.ts'
import { chance, type Chance } from '#drills/chance.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
interface Watch { readonly observer: string; readonly by: string; readonly view: string; at: number; isCut: boolean }

export function invent(seed: number): History {
  const dice = chance(seed)
  const events: Mutable<Event>[] = []
  let atMs = 1_000
  const record = (event: Recorded): void => { events.push({ ...event, atMs: atMs += dice.between(0.1, 5) } as Event) }
  const topics: Record<string, Stored[]> = {}
  const effects: Record<string, number> = {}
  for (let t = 0; t < 3; t++) talk(dice, `conversation:${t}`, { record, topics, effects, nowMs: () => atMs })
  const operations = Array.from({ length: 2 }, (_, d) => device(dice, `kiosk-${d}`, record)).flat()
  const bookings = Array.from({ length: 2 }, (_, s) => space(dice, `space-${s}`, record)).flat()
  return { events, journal: { epoch: 'first', topics, effects }, ended: [], operations, bookings, quarantined: [] }
}

interface Stage { record: (event: Recorded) => void; topics: Record<string, Stored[]>; effects: Record<string, number>; nowMs: () => number }

function talk(dice: Chance, topic: string, { record, topics, effects, nowMs }: Stage): void {
  const rows: Stored[] = topics[topic] = []
  const via = 'node-0', epoch = 'first'
  const watches: Watch[] = [
    { observer: `${topic} visitor`, by: 'contact:1', view: 'contact', at: 0, isCut: false },
    { observer: `${topic} agent`, by: 'user:1', view: 'inside', at: 0, isCut: false },
  ]
  const about = ({ observer, by, view }: Watch) => ({ observer, by, view, topic, via })
  const seen = (w: Watch): Seen[] => rows.slice(w.at).map((r) => ({ offset: r.offset, id: r.id, mark: r.marks[w.view]! }))
  const catchUp = (w: Watch): Seen[] => {
    const entries = seen(w)
    w.at = rows.length
    return entries
  }
  const join = (w: Watch): void => {
    record({ type: 'joining', observer: w.observer, by: w.by, topic, via })
    if (dice.is(0.3)) w.at = 0
    if (w.at === 0) record({ type: 'fresh', ...about(w), epoch, entries: catchUp(w), head: rows.length })
    else record({ type: 'resumed', ...about(w), epoch, from: w.at, entries: catchUp(w) })
    w.isCut = false
  }
  watches.forEach(join)
  for (let step = 0; step < 14; step++) {
    const w = dice.pick(watches)
    if (dice.is(0.15)) {
      if (w.isCut) { join(w); continue }
      record({ type: 'left', observer: w.observer, topic })
      w.isCut = true
      continue
    }
    if (dice.is(0.1) && !w.isCut) record({ type: 'typing', observer: w.observer, topic })
    const { by } = dice.pick(watches)
    const isNote = by.startsWith('user:') && dice.is(0.2), hasGuard = dice.is(0.2)
    const id = dice.uuid(), mark = `${isNote ? 'note.added' : 'message.sent'} ${by} ${step}`
    record({ type: 'offered', by, topic, id, mark, dueMs: nowMs() - 1 })
    if (dice.is(0.1)) { record({ type: 'refused', by, topic, id, mark, code: 'forbidden', isFinal: true }); continue }
    if (dice.is(0.25)) record({ type: 'kept', by, topic, id, via })
    const offset = rows.length + 1
    rows.push({ offset, id, by, marks: { '': mark, inside: mark, contact: isNote ? 'hidden' : mark }, hasGuard, committedMs: Math.floor(nowMs()) })
    if (hasGuard) effects[id] = offset
    const hear = (): void => { for (const one of watches) if (!one.isCut && dice.is(0.8)) record({ type: 'entries', ...about(one), entries: catchUp(one) }) }
    const isHeardFirst = dice.is(0.5)
    if (isHeardFirst) hear()
    record({ type: 'acked', by, topic, id, offset, via })
    if (!isHeardFirst) hear()
  }
  for (const w of watches) {
    if (w.isCut) join(w)
    else if (w.at < rows.length) record({ type: 'entries', ...about(w), entries: catchUp(w) })
  }
}

function device(dice: Chance, name: string, record: (event: DeviceEvent) => void): StoredOperation[] {
  const log = dice.uuid()
  const count = 1 + dice.below(12)
  return Array.from({ length: count }, (_, i) => {
    const of = { device: name, log, seq: i + 1, id: dice.uuid() }
    record({ type: 'written', ...of, dueMs: 0 })
    if (dice.is(0.9)) record({ type: 'said', ...of })   // else it was killed in between
    const state = dice.is(0.1) ? 'quarantined' : 'applied'
    if (dice.is(0.8)) record({ type: 'receipt', ...of, state })
    return { log, seq: of.seq, id: of.id, state, effects: state === 'applied' ? 1 : 0 }
  })
}

function space(dice: Chance, name: string, record: (event: BookingEvent) => void): StoredBooking[] {
  const stored: StoredBooking[] = []
  for (let i = 0; i < 10; i++) {
    const fromMs = i * 3_600_000, b = { id: dice.uuid(), space: name, fromMs, untilMs: fromMs + 3_600_000 }
    record({ type: 'booking', by: 'user:1', ...b, dueMs: 0 })
    const outcome = dice.pick(['booked', 'booked', 'refused', 'unknown, booked', 'unknown, not booked'])
    if (outcome === 'booked') record({ type: 'booked', by: 'user:1', id: b.id })
    else record({ type: 'not_booked', by: 'user:1', id: b.id, code: outcome === 'refused' ? 'space_taken' : 'unreachable', isFinal: outcome === 'refused' })
    if (outcome.endsWith('booked') && !outcome.endsWith('not booked')) stored.push(b)
  }
  return stored
}
