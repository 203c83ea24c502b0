/**
 * Joined topics: who observes them, what was asked, what came.
 *
 *   ask ──► `resumed`: the entries continue the position      `fresh`: these are the newest, forget the rest
 *       └─► `refused`: tell it, or ask again later
 *   asked again: after a gap, a `rejoin`, a head in a beat that we do not reach (a lost hint), and at every reconnect
 *
 * Each observer has its own position, and whatever it is given is checked against it: that is where "exactly once, in order"
 * is enforced, whatever the network and the server do.
 */
import type { Entry } from '#contract/entries.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { ClientFrame, Join, Joined, KeptEntry, Marks, ServerFrame, ServerFrameOf } from '#contract/frames.ts'
import { tailEntries } from '#contract/limits.ts'
import { retryDelayMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { advance, continues, type Position } from './positions.ts'
import { tell } from './tell.ts'

export interface Fresh { readonly epoch: string; readonly head: number; readonly entries: readonly Entry[]; readonly marks: Marks }
/** Everything between two calls of `fresh` comes exactly once and in order. Several entries at once come in one call. */
export interface Observer {
  /** Forget what you have: these are the newest entries, the last one at `head`. Earlier ones come over HTTP. */
  fresh(state: Fresh): void
  entries(entries: readonly Entry[]): void
  marks?(marks: Marks): void
  typing?(actor: string): void
  /** What a server keeps of this topic while its database is away, all of it: provisional, in no order with the entries. Each is replaced by its entry, or goes. */
  kept?(entries: readonly KeptEntry[]): void
  /** For good: not found or not allowed. What can pass by itself is tried again without a word. */
  refused?(code: string): void
}

interface Options {
  clock: Clock
  random: () => number
  send: (frame: ClientFrame) => 'sent' | 'down' | 'too_large'
  /** A journal's history was named; another one than before means that it may lack what was stored. */
  epoch: (epoch: string) => void
  /** The journal has less of this topic than we saw of it, in the same history. */
  shorter: (topic: string) => void
  /** Own commands of this topic are on their way: one of them may be what creates it. */
  isExpected: (topic: string) => boolean
}
interface Reader { readonly observer: Observer; at: Position | undefined }
/** What one message of the server brought, told at its end. `entries` came after `fresh`. */
interface News { fresh?: Fresh & { isAsked: boolean }; entries: Entry[]; marks?: Marks; typing: string[]; hasKept?: true; refused?: ErrorCode }
interface Topic {
  readonly name: string
  readonly readers: Set<Reader>
  /** Up to here `tail` has all; it serves observers that come later. */
  at: Position | undefined
  tail: Entry[]
  marks: Marks | undefined
  kept: readonly KeptEntry[]
  news: News | undefined
  asked: 'resume' | 'fresh' | undefined
  askedMs: number
  /** Answers in a row that did not help. */
  tries: number
  cancelRetry: () => void
}

/** All other refusals of a join pass by themselves. Not taken from the catalogue: its sentences would double what a page has to load. */
const final: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['not_found', 'forbidden', 'gone', 'invalid'])
const helloJoinsMax = 500
/** What is announced in a beat is on its way to us, or was lost. */
const arrivalMs = 1_000
const answerMs = 20_000

export function topics(o: Options) {
  const all = new Map<string, Topic>()
  /** Those that have news. */
  let told: Topic[] = []

  function newsOf(t: Topic): News {
    if (t.news) return t.news
    told.push(t)
    return t.news = { entries: [], typing: [] }
  }

  /** The lowest position of the readers; none when one of them has nothing that can be continued. */
  function joinOf(t: Topic): Join {
    t.cancelRetry()
    let from: Position | undefined
    for (const { at } of t.readers) {
      if (!at || t.tries > 2 || from && from.epoch !== at.epoch) { from = undefined; break }
      if (!from || at.offset < from.offset) from = at
    }
    t.asked = from ? 'resume' : 'fresh'
    t.askedMs = o.clock.now()
    return { topic: t.name, ...from }
  }
  function ask(t: Topic): void {
    if (!t.asked && o.send({ type: 'join', ...joinOf(t) }) === 'down') t.asked = undefined
  }
  function askIn(t: Topic, ms: number, isNeeded: () => boolean): void {
    t.cancelRetry()
    t.cancelRetry = o.clock.after(ms, () => { if (isNeeded()) ask(t) })
  }

  function join(name: string, observer: Observer, from?: Position): () => void {
    const reader: Reader = { observer, at: from }
    const known = all.get(name)
    const t: Topic = known ?? {
      name, readers: new Set(), at: undefined, tail: [], marks: undefined, kept: [], news: undefined,
      asked: undefined, askedMs: 0, tries: 0, cancelRetry: () => {},
    }
    all.set(name, t)
    t.readers.add(reader)
    if (!known) ask(t)
    else queueMicrotask(() => { if (t.readers.has(reader)) welcomeLate(t, reader) })
    return () => {
      if (!t.readers.delete(reader) || t.readers.size > 0) return
      t.cancelRetry()
      all.delete(name)
      o.send({ type: 'leave', topic: name })
    }
  }

  /** An observer of a topic that is joined already: from what we have if that is as much as the server would give, else by asking. */
  function welcomeLate(t: Topic, reader: Reader): void {
    const { at, marks, kept } = t
    if (kept.length > 0) tell(() => reader.observer.kept?.(kept))
    if (!at || !marks) return
    const fresh = { epoch: at.epoch, head: at.offset, entries: t.tail.slice(-tailEntries), marks }
    if (reader.at && continues(reader.at, { ...fresh, entries: t.tail })) {
      give(t, reader, [...t.tail])   // a copy: the tail goes on growing
      tell(() => reader.observer.marks?.(marks))
    } else if (fresh.entries.length >= Math.min(tailEntries, at.offset)) {
      reader.at = at
      tell(() => reader.observer.fresh(fresh))
    } else ask(t)
  }

  function give(t: Topic, reader: Reader, entries: readonly Entry[]): void {
    if (!reader.at) return
    const { taken, isGap } = advance(reader.at.offset, entries)
    if (taken.length > 0) {
      reader.at = { epoch: reader.at.epoch, offset: taken.at(-1)!.offset }
      tell(() => reader.observer.entries(taken))
    }
    if (isGap) ask(t)
  }

  function deliver(): void {
    const now = told
    told = []
    for (const t of now) {
      const { fresh, entries, marks, typing, hasKept, refused } = t.news!
      t.news = undefined
      for (const reader of t.readers) {
        const { observer } = reader
        if (refused !== undefined) tell(() => observer.refused?.(refused))
        if (fresh && !(fresh.isAsked && reader.at && continues(reader.at, fresh))) {
          reader.at = { epoch: fresh.epoch, offset: fresh.head }
          tell(() => observer.fresh({ epoch: fresh.epoch, head: fresh.head, entries: fresh.entries, marks: fresh.marks }))
        } else if (fresh) give(t, reader, fresh.entries)
        if (hasKept) tell(() => observer.kept?.(t.kept))
        if (!reader.at) continue
        give(t, reader, entries)
        if (marks) tell(() => observer.marks?.(marks))
        for (const actor of typing) tell(() => observer.typing?.(actor))
      }
    }
  }

  function keep(t: Topic, kept: readonly KeptEntry[]): void {
    if (kept.length === 0 && t.kept.length === 0) return
    t.kept = kept
    newsOf(t).hasKept = true
  }
  /** What has come as an entry, or will not come, is kept no more. */
  function unkeep(t: Topic, ids: ReadonlySet<string>): void {
    if (t.kept.some(({ id }) => ids.has(id))) keep(t, t.kept.filter(({ id }) => !ids.has(id)))
  }

  function take(t: Topic, entries: readonly Entry[]): boolean {
    if (t.kept.length > 0) unkeep(t, new Set(entries.map(({ id }) => id)))
    if (!t.at) return false
    const { taken, isGap } = advance(t.at.offset, entries)
    if (taken.length > 0) t.at = { epoch: t.at.epoch, offset: taken.at(-1)!.offset }
    t.tail.push(...taken)
    // In strides, or each entry would move fifty.
    if (t.tail.length > 2 * tailEntries) t.tail.splice(0, t.tail.length - tailEntries)
    newsOf(t).entries.push(...entries)
    return isGap
  }

  function answered(t: Topic, answer: Joined): void {
    const isAsked = t.asked === 'fresh'
    t.asked = undefined
    if (answer.how === 'refused') {
      const { code } = answer
      if (!final.has(code)) askIn(t, retryDelayMs(t.tries++, undefined, o.random), () => true)
      else if (!o.isExpected(t.name)) newsOf(t).refused = code
      return
    }
    const { epoch, head, entries, marks } = answer
    o.epoch(epoch)
    t.marks = marks
    keep(t, [])   // what this server keeps follows
    if (answer.how === 'fresh') {
      // Only of a position that was asked about: another server may give its newest entries before it has heard of ours.
      if (!isAsked && [...t.readers].some(({ at }) => at?.epoch === epoch && at.offset > head)) o.shorter(t.name)
      t.tries = 0
      t.at = { epoch, offset: head }
      t.tail = [...entries]
      t.news = { ...newsOf(t), fresh: { epoch, head, entries, marks, isAsked }, entries: [] }
      return
    }
    newsOf(t).marks = marks
    if (t.at?.epoch !== epoch) {
      t.at = { epoch, offset: (entries[0]?.offset ?? head + 1) - 1 }
      t.tail = []
    }
    take(t, entries)
    const readers = [...t.readers]
    const isIncomplete = t.at.offset < head || readers.some(({ at }) => at && advance(at.offset, entries).isGap)
    t.tries = isIncomplete ? t.tries + 1 : 0
    if (isIncomplete || readers.some(({ at }) => !at)) ask(t)
  }

  function heard({ heads }: ServerFrameOf<'beat'>): void {
    for (const t of all.values()) {
      if (t.asked && o.clock.now() - t.askedMs > answerMs) { t.asked = undefined; ask(t) }
      const head = heads[t.name]
      const at = t.at?.offset
      if (head === undefined || at === undefined || head === at) continue
      // Ahead of the head: the database went back in time, or it will turn out a misunderstanding; the server knows.
      askIn(t, arrivalMs, () => at > head || t.at!.offset < head)
    }
  }

  function handle(frame: ServerFrame): void {
    if (frame.type === 'welcome') {
      const late = [...all.values()].filter((t) => !t.asked)
      o.epoch(frame.epoch)
      for (const answer of frame.joined) handle({ type: 'joined', ...answer })
      for (const t of late) ask(t)
    } else if (frame.type === 'beat') {
      heard(frame)
    } else if (frame.type === 'kept') {
      const t = all.get(frame.of)
      if (!t) return
      const ids = new Set([...frame.gone ?? [], ...frame.entries.map(({ id }) => id), ...t.tail.map(({ id }) => id)])
      keep(t, [...frame.whole ? [] : t.kept.filter(({ id }) => !ids.has(id)), ...frame.entries])
    } else if ('topic' in frame && frame.type !== 'ack') {
      const t = all.get(frame.topic)
      if (!t) { if (frame.type === 'joined' && frame.how !== 'refused') o.send({ type: 'leave', topic: frame.topic }) }
      else if (frame.type === 'joined') answered(t, frame)
      else if (frame.type === 'entries') { if (take(t, frame.entries)) ask(t) }
      else if (frame.type === 'rejoin') {
        deliver()   // what came before it in this message says where the readers stand, and in which history
        t.asked = undefined
        ask(t)
      }
      else if (frame.type === 'typing') newsOf(t).typing.push(frame.actor)
      else t.marks = newsOf(t).marks = { contact: frame.contact, agent: frame.agent, mine: frame.mine }
    }
  }

  return {
    join,
    /** Of a message: `handle` each frame, then `deliver` once. */
    handle, deliver,
    marks: (topic: string): Marks | undefined => all.get(topic)?.marks,
    /** For a new connection; what does not fit is asked after `welcome`. */
    hello: (): Join[] => [...all.values()].slice(0, helloJoinsMax).map(joinOf),
    lost(): void {
      for (const t of all.values()) { t.asked = undefined; t.cancelRetry() }
    },
    /** Something was stored in the topic: if it was refused because it did not exist, it does now. */
    exists(topic: string): void {
      const t = all.get(topic)
      if (t && !t.at) ask(t)
    },
    close(): void {
      for (const t of all.values()) t.cancelRetry()
      all.clear()
    },
  }
}
