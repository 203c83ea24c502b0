/**
 * Judges what was said in a history. It knows nothing of how Lodge works, only what was promised (the rest is in devices.ts,
 * bookings.ts and honesty.ts):
 *
 * I1  acknowledged ⇒ in the final journal exactly once, where the acknowledgement said (unless a restore came in between);
 *     kept ⇒ likewise, or in a quarantine that people see
 * I2  no id twice, in the journal or for an observer
 * I3  offsets are 1, 2, 3 … n
 * I4  what anybody saw at an offset is what the journal of that epoch holds there (so there is one order for all)
 * I5  nothing is stored that nobody asked for; what was finally refused is absent
 * I6  a sender's commands of a topic stand in the order of sending
 * I7  acknowledged before the other was asked for ⇒ stands before it
 * I8  who was acknowledged by a node and starts afresh on it sees what was acknowledged
 * I9  an observer's offsets rise by one, also across resumes; anything else is an explicit fresh
 * I10 in the end all who still observe have everything, and every command is settled
 * I15 a guard's effect is there exactly when its entry is, with the offset that it was promised
 *
 * Offsets are explicit, so each is a sort at worst. A pair whose first was lost by a restore has no order to keep.
 */
import type { Event, History, Journal, Seen, Stored } from './history.ts'
import type { Violation } from './violation.ts'

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>

export function checkTalk({ events, journal, ended, quarantined = [] }: History): Violation[] {
  const violations: Violation[] = []
  const found = (rule: string, what: string, { topic, id, by, observer }: Omit<Violation, 'rule' | 'what'> = {}): void => {
    violations.push({ rule, what, ...(topic !== undefined && { topic }), ...(id !== undefined && { id }), ...(by !== undefined && { by }), ...(observer !== undefined && { observer }) })
  }
  const of = <T extends Event['type']>(type: T): EventOf<T>[] => events.filter((e): e is EventOf<T> => e.type === type)
  const offered = of('offered')
  const acked = of('acked')
  const histories: readonly Journal[] = [...ended, journal]
  function standsAt(epoch: string, topic: string, offset: number): Stored | undefined {
    let i = histories.findLastIndex((j) => j.epoch === epoch)
    while (histories[i]?.isContinued && !histories[i]!.topics[topic]?.[offset - 1]) i++
    return histories[i]?.topics[topic]?.[offset - 1]
  }
  const wasLost = (topic: string, id: string): boolean => ended.some((j) => j.topics[topic]?.some((s) => s.id === id))

  const places = new Map<string, Stored & { topic: string }>()
  for (const [topic, stored] of Object.entries(journal.topics)) {
    stored.forEach((s, i) => {
      if (s.offset !== i + 1) found('I3', `offset ${s.offset} stands at place ${i + 1}`, { topic, id: s.id })
      if (places.has(s.id)) found('I2', 'the journal has this id twice', { topic, id: s.id })
      places.set(s.id, { ...s, topic })
    })
  }

  // --- commands
  const asked = new Map<string, EventOf<'offered'>>()
  for (const o of offered) if (!asked.has(o.id)) asked.set(o.id, o)
  for (const [id, s] of places) {
    const o = asked.get(id)
    if (!o || o.topic !== s.topic || o.by !== s.by || o.mark !== s.marks['']) found('I5', o ? 'the journal holds something else than was asked for' : 'nobody asked for this', { topic: s.topic, id })
  }
  const refused = new Set(of('refused').filter((r) => r.isFinal).map((r) => r.id))
  for (const a of acked) {
    const s = places.get(a.id)
    if (!s && wasLost(a.topic, a.id) && refused.has(a.id)) continue   // lost by a restore, offered again, and out of place by then
    if (!s || s.topic !== a.topic) found('I1', `acknowledged at ${a.offset}, but absent`, a)
    else if (s.offset !== a.offset && !wasLost(a.topic, a.id)) found('I1', `acknowledged at ${a.offset}, but stands at ${s.offset}`, a)
  }
  const aside = new Set(quarantined)
  for (const k of of('kept')) if (!places.has(k.id) && !aside.has(k.id)) found('I1', 'kept, but neither stored nor in quarantine', k)
  const replacedMs = Math.max(0, ...ended.map((j) => j.untilMs ?? 0))
  for (const r of of('refused')) {
    const s = places.get(r.id)
    if (r.isFinal && r.atMs >= replacedMs && s && s.by === r.by && s.marks[''] === r.mark) found('I5', `refused for good (${r.code}), but stored at ${s.offset}`, r)
  }
  const settled = new Set([...acked.map((a) => a.id), ...refused, ...aside, ...of('withdrawn').map((w) => w.id)])
  for (const o of asked.values()) if (!settled.has(o.id)) found('I10', 'asked for, and neither acknowledged nor refused', o)

  const lanes = Map.groupBy(asked.values(), (o) => `${o.by} ${o.topic}`)
  for (const lane of lanes.values()) {
    let last: { offset: number; id: string } | undefined
    for (const o of lane) {
      const s = places.get(o.id)
      if (!s || refused.has(o.id)) continue   // a refusal is not remembered: a late repeat may be accepted, out of order
      if (last && s.offset < last.offset && !wasLost(o.topic, last.id)) found('I6', `sent after ${last.id}, but stands before it (${s.offset} < ${last.offset})`, o)
      if (!last || s.offset > last.offset) last = { offset: s.offset, id: o.id }
    }
  }
  const highest = new Map<string, { offset: number; id: string }>()   // acknowledged so far
  const seenAsked = new Set<string>()
  for (const e of events) {
    if (e.type === 'acked' && ended.length === 0) {
      const known = highest.get(e.topic)
      if (!known || known.offset < e.offset) highest.set(e.topic, { offset: e.offset, id: e.id })
    } else if (e.type === 'offered' && !seenAsked.has(e.id)) {
      seenAsked.add(e.id)
      const before = highest.get(e.topic), s = places.get(e.id)
      if (before && s && s.offset <= before.offset) found('I7', `asked for after ${before.id} was acknowledged at ${before.offset}, but stands at ${s.offset}`, e)
    }
  }

  // --- observers
  interface Reader { epoch: string; at: number; ids: Set<string>; isOver: boolean; view: string; topic: string }
  const readers = new Map<string, Reader>()
  const owed = new Map<string, number>()   // by (sender, topic, node): the highest acknowledged offset
  const due = new Map<string, number>()   // the same by (observer, topic), when it asked
  const see = (r: Reader, observer: string, entries: readonly Seen[]): void => {
    for (const e of entries) {
      if (e.offset !== r.at + 1) found('I9', `${observer} was at ${r.at} and was given ${e.offset}`, { topic: r.topic, id: e.id })
      r.at = e.offset
      if (r.ids.has(e.id)) found('I2', `${observer} saw this id twice`, { topic: r.topic, id: e.id })
      r.ids.add(e.id)
      const s = standsAt(r.epoch, r.topic, e.offset)
      if (!s || s.id !== e.id || s.marks[r.view] !== e.mark) found('I4', `${observer} saw at ${e.offset} what the journal does not hold there`, { topic: r.topic, id: e.id })
    }
  }
  for (const e of events) {
    if (e.type === 'acked') {
      const key = `${e.by} ${e.topic} ${e.via}`
      owed.set(key, Math.max(owed.get(key) ?? 0, e.offset))
    } else if (e.type === 'joining') {
      due.set(`${e.observer} ${e.topic}`, owed.get(`${e.by} ${e.topic} ${e.via}`) ?? 0)
    } else if (e.type === 'started') {
      for (const key of owed.keys()) if (key.endsWith(` ${e.via}`)) owed.delete(key)
    } else if (e.type === 'left') {
      const r = readers.get(`${e.observer} ${e.topic}`)
      if (r) r.isOver = true
    } else if (e.type === 'fresh' || e.type === 'resumed' || e.type === 'entries') {
      const key = `${e.observer} ${e.topic}`
      let r = readers.get(key)
      if (e.type === 'fresh') {
        const least = due.get(key) ?? 0
        if (e.head < least && ended.length === 0) found('I8', `${e.observer} was acknowledged ${least} by ${e.via}, asked for the topic, and was given only ${e.head}`, e)
        r = { epoch: e.epoch, at: (e.entries[0]?.offset ?? e.head + 1) - 1, ids: new Set(), isOver: false, view: e.view, topic: e.topic }
      } else if (e.type === 'resumed') {
        if (!r || r.isOver) r = { epoch: e.epoch, at: e.from, ids: new Set(), isOver: false, view: e.view, topic: e.topic }
        if (e.epoch !== r.epoch) found('I9', `${e.observer} resumed in another history`, e)
        if (e.from !== r.at) found('I9', `${e.observer} was at ${r.at} and resumed from ${e.from}`, e)
        r.isOver = false
      }
      if (!r) { found('I9', `${e.observer} was given entries before anything else`, e); continue }
      readers.set(key, r)
      see(r, e.observer, e.entries)
      if (e.type === 'fresh' && r.at !== e.head) found('I9', `${e.observer} was told head ${e.head} and given entries up to ${r.at}`, e)
    }
  }
  for (const [key, r] of readers) {
    if (r.isOver) continue
    const head = journal.topics[r.topic]?.length ?? 0
    if (r.epoch !== journal.epoch || r.at !== head) found('I10', `${key} ended at ${r.at} of ${head}${r.epoch === journal.epoch ? '' : ' of an earlier history'}`, { topic: r.topic })
  }

  // --- guards
  for (const [id, offset] of Object.entries(journal.effects)) {
    const s = places.get(id)
    if (!s?.hasGuard) found('I15', 'a guard left its effect without its entry', { id })
    else if (s.offset !== offset) found('I15', `the guard was promised ${offset}, the entry stands at ${s.offset}`, { topic: s.topic, id })
  }
  for (const s of places.values()) if (s.hasGuard && !(s.id in journal.effects)) found('I15', 'the entry is there without its guard’s effect', { topic: s.topic, id: s.id })
  return violations
}
