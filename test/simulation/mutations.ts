/** Ways to spoil a clean history, each of them a broken promise. What tells the truth in the end is whether the checker sees it. */
import type { Chance } from '#drills/chance.ts'
import type { Event, History, Stored } from '#drills/checker/history.ts'

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>
/** Changes the history in place. False when it holds nothing that could be spoilt in this way. */
type Mutation = (history: Mutable, dice: Chance) => boolean
interface Mutable { events: Event[]; journal: { epoch: string; topics: Record<string, Stored[]>; effects: Record<string, number> }; ended: History['ended'] }

const pickOf = <T>(dice: Chance, of: readonly T[]): T | undefined => of.length === 0 ? undefined : dice.pick(of)
const all = <T extends Event['type']>(h: Mutable, ...types: T[]): EventOf<T>[] => h.events.filter((e): e is EventOf<T> => (types as string[]).includes(e.type))
const replace = (h: Mutable, old: Event, ...by: Event[]): void => { h.events.splice(h.events.indexOf(old), 1, ...by) }
/** A journal row whose sender has an acknowledgement. */
function ackedRow(h: Mutable, dice: Chance): { rows: Stored[]; at: number; ack: EventOf<'acked'> } | undefined {
  const acks = all(h, 'acked')
  const known = acks.flatMap((ack) => {
    const rows = h.journal.topics[ack.topic] ?? [], at = rows.findIndex((r) => r.id === ack.id)
    return at < 0 || ack.offset !== rows[at]!.offset ? [] : [{ rows, at, ack }]
  })
  return pickOf(dice, known)
}
const seeing = (h: Mutable, least: number) => all(h, 'fresh', 'resumed', 'entries').filter((e) => e.entries.length >= least)

export const mutations: Record<string, Mutation> = {
  'an acknowledged entry is lost'(h, dice) {
    const found = ackedRow(h, dice)
    if (!found || h.ended.length > 0) return false
    found.rows.splice(found.at)
    return true
  },
  'a hole'(h, dice) {
    const found = ackedRow(h, dice)
    if (!found || found.at === found.rows.length - 1) return false
    found.rows.splice(found.at, 1)
    return true
  },
  'an entry is stored twice'(h, dice) {
    const found = ackedRow(h, dice)
    if (!found) return false
    found.rows.push({ ...found.rows[found.at]!, offset: found.rows.length + 1 })
    return true
  },
  'two entries change places'(h, dice) {
    const found = ackedRow(h, dice)
    if (!found || found.at === 0 || h.ended.length > 0) return false
    const { rows, at } = found, [a, b] = [rows[at - 1]!, rows[at]!]
    rows.splice(at - 1, 2, { ...b, offset: a.offset }, { ...a, offset: b.offset })
    return true
  },
  'an entry that nobody asked for'(h, dice) {
    const rows = pickOf(dice, Object.values(h.journal.topics))
    if (!rows) return false
    rows.push({ ...rows.at(-1)!, offset: rows.length + 1, id: dice.uuid(), hasGuard: false })
    return true
  },
  'an entry says something else than was asked for'(h, dice) {
    const found = ackedRow(h, dice)
    if (!found) return false
    const row = found.rows[found.at]!
    found.rows[found.at] = { ...row, marks: { ...row.marks, '': 'changed' } }
    return true
  },
  'an acknowledgement before the commit'(h, dice) {
    const settled = new Set(all(h, 'acked').map((a) => a.id)), stored = new Set(Object.values(h.journal.topics).flat().map((s) => s.id))
    const o = pickOf(dice, all(h, 'offered').filter((e) => !settled.has(e.id) && !stored.has(e.id)))
    if (!o) return false
    h.events.push({ atMs: o.atMs, type: 'acked', by: o.by, topic: o.topic, id: o.id, offset: 1, via: 'node-0' })
    return true
  },
  'an acknowledgement with another offset'(h, dice) {
    const found = ackedRow(h, dice)
    if (!found || h.ended.length > 0) return false
    replace(h, found.ack, { ...found.ack, offset: found.ack.offset + 1 })
    return true
  },
  'no answer at all'(h, dice) {
    const found = ackedRow(h, dice)
    if (!found) return false
    const { id } = found.ack
    if (h.events.some((e) => (e.type === 'withdrawn' || e.type === 'refused') && e.id === id)) return false
    h.events = h.events.filter((e) => e.type !== 'acked' || e.id !== id)
    return true
  },
  'refused for good, and stored'(h, dice) {
    const found = ackedRow(h, dice)
    if (!found) return false
    const row = found.rows[found.at]!, { by, topic, id } = found.ack
    h.events.push({ atMs: Infinity, type: 'refused', by, topic, id, mark: row.marks['']!, code: 'forbidden', isFinal: true })
    return true
  },
  'a sender’s order turns'(h, dice) {
    const offers = all(h, 'offered').filter((o) => h.journal.topics[o.topic]?.some((s) => s.id === o.id))
    const first = pickOf(dice, offers)
    const second = first && offers.findLast((o) => o.by === first.by && o.topic === first.topic)
    if (!first || !second || first === second || h.ended.length > 0) return false
    const [i, j] = [h.events.indexOf(first), h.events.indexOf(second)]
    h.events[i] = { ...second, atMs: first.atMs }
    h.events[j] = { ...first, atMs: second.atMs }
    return true
  },
  'asked for after a later one was acknowledged'(h, dice) {
    const found = ackedRow(h, dice)
    const before = found && pickOf(dice, found.rows.slice(0, found.at))
    const o = before && h.events.find((e) => e.type === 'offered' && e.id === before.id)
    if (!found || !o || h.ended.length > 0 || h.events.indexOf(o) > h.events.indexOf(found.ack)) return false
    h.events.splice(h.events.indexOf(found.ack) + 1, 0, o)
    h.events.splice(h.events.indexOf(o), 1)
    return true
  },
  'a gap'(h, dice) {
    const e = pickOf(dice, seeing(h, 3))
    if (!e) return false
    replace(h, e, { ...e, entries: e.entries.toSpliced(1 + dice.below(e.entries.length - 2), 1) })
    return true
  },
  'a duplicate'(h, dice) {
    const e = pickOf(dice, seeing(h, 1))
    if (!e) return false
    const i = dice.below(e.entries.length)
    replace(h, e, { ...e, entries: e.entries.toSpliced(i, 0, e.entries[i]!) })
    return true
  },
  'a reorder'(h, dice) {
    const e = pickOf(dice, seeing(h, 2))
    if (!e) return false
    const i = dice.below(e.entries.length - 1)
    replace(h, e, { ...e, entries: e.entries.toSpliced(i, 2, e.entries[i + 1]!, e.entries[i]!) })
    return true
  },
  'an observer sees another text'(h, dice) {
    const e = pickOf(dice, seeing(h, 1))
    if (!e) return false
    const i = dice.below(e.entries.length)
    replace(h, e, { ...e, entries: e.entries.toSpliced(i, 1, { ...e.entries[i]!, mark: 'another' }) })
    return true
  },
  'an observer sees what was private'(h, dice) {
    const e = pickOf(dice, seeing(h, 1).filter((s) => s.view === 'contact' && s.entries.some((x) => x.mark.startsWith('hidden'))))
    if (!e) return false
    replace(h, e, { ...e, entries: e.entries.map((x) => x.mark.startsWith('hidden') ? { ...x, mark: `note.added ${e.by} {}` } : x) })
    return true
  },
  'a fork after a resume'(h, dice) {
    const e = pickOf(dice, all(h, 'resumed').filter((r) => r.entries.length > 0))
    if (!e) return false
    replace(h, e, { ...e, entries: e.entries.map((x) => ({ ...x, id: dice.uuid() })) })
    return true
  },
  'a resume that leaves something out'(h, dice) {
    const e = pickOf(dice, all(h, 'resumed').filter((r) => r.entries.length > 1))
    if (!e) return false
    replace(h, e, { ...e, entries: e.entries.slice(1) })
    return true
  },
  'a resume in another history'(h, dice) {
    const e = pickOf(dice, all(h, 'resumed').filter((r) => r.entries.length > 0))
    if (!e) return false
    replace(h, e, { ...e, epoch: 'another' })
    return true
  },
  'a head beyond the entries'(h, dice) {
    const e = pickOf(dice, all(h, 'fresh').filter((f) => f.entries.length > 0))
    if (!e) return false
    replace(h, e, { ...e, head: e.head + 1 })
    return true
  },
  'an observer is left behind'(h, dice) {
    const isOver = (e: EventOf<'entries'>): boolean => h.events.slice(h.events.indexOf(e) + 1)
      .some((x) => 'observer' in x && x.observer === e.observer && x.topic === e.topic && x.type !== 'joining')
    const e = pickOf(dice, all(h, 'entries').filter((x) => !isOver(x)))
    if (!e) return false
    replace(h, e)
    return true
  },
  'an acknowledged entry is missing from a fresh start'(h, dice) {
    const joins = all(h, 'joining').flatMap((j) => {
      const at = h.events.indexOf(j)
      const due = Math.max(0, ...h.events.slice(0, at).map((e) => e.type === 'acked' && e.by === j.by && e.topic === j.topic && e.via === j.via ? e.offset : 0))
      const answer = h.events.slice(at).find((e): e is EventOf<'fresh'> => e.type === 'fresh' && e.observer === j.observer && e.topic === j.topic)
      const isKept = !h.events.some((e) => e.type === 'started' && e.via === j.via && e.atMs > h.events[0]!.atMs)
      return due > 0 && answer && answer.entries.length > 1 && isKept && answer.head >= due ? [{ answer, due }] : []
    })
    const join = pickOf(dice, joins)
    if (!join || h.ended.length > 0) return false
    const entries = join.answer.entries.filter((s) => s.offset < join.due)
    replace(h, join.answer, { ...join.answer, head: entries.at(-1)?.offset ?? 0, entries })
    return true
  },
  'a guard’s effect is missing'(h, dice) {
    const id = pickOf(dice, Object.keys(h.journal.effects))
    if (id === undefined) return false
    delete h.journal.effects[id]
    return true
  },
  'a guard’s effect without its entry'(h, dice) {
    h.journal.effects[dice.uuid()] = 1
    return true
  },
  'a guard was promised another offset'(h, dice) {
    const id = pickOf(dice, Object.keys(h.journal.effects))
    if (id === undefined) return false
    h.journal.effects[id]! += 1
    return true
  },
}

/** A copy of the history, spoilt in this way; undefined when that cannot be done to it. */
export function spoil(history: History, mutate: Mutation, dice: Chance): History | undefined {
  const topics = Object.fromEntries(Object.entries(history.journal.topics).map(([topic, rows]) => [topic, [...rows]]))
  const copy: Mutable = { events: [...history.events], journal: { ...history.journal, topics, effects: { ...history.journal.effects } }, ended: history.ended }
  return mutate(copy, dice) ? copy : undefined
}
