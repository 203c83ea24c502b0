/**
 * Follows the journal: what sets off a rule becomes a run, in the transaction that moves the cursor, so that nothing is forgotten
 * and nothing is set off twice; and what ends a wait (an answer, a stop word, an erasure) ends runs the same way.
 */
import type { Tx } from '#server/db/db.ts'
import type { Fed, Subscriber } from '#server/db/feed.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import type { CommandHandlers } from '#server/realtime/plugs.ts'
import { isLasting, holds, overtaken } from './conditions.ts'
import type { Facts } from './facts.ts'
import { selectWait } from './facts.sql.ts'
import { dueOf, eventOf, isAtOnce, isSetOff, isWait, subjectOf, type Anchors, type Event } from './match.ts'
import { isPassing, sessionOfRule } from './perform.ts'
import { readFacts } from './reading.ts'
import { selectActive, type ActiveRule } from './rules.sql.ts'
import * as statements from './runs.sql.ts'

export interface FollowerOptions {
  now: () => number
  commands: Pick<CommandHandlers, 'message.delete'>
  /** A whole message that ends being written to. It sets off no rule. */
  isStopWord: (text: string) => boolean
  /** The same in all languages in which channels know it, some of which are everyday words elsewhere. */
  isStopOnChannel: (text: string) => boolean
  /** Runs of this conversation changed; told after the commit. */
  changed: (account: string) => void
  /** Something may be due now. */
  poke: () => void
}

/** These end runs of rules that are switched off by now, too. */
const erasing: ReadonlySet<string> = new Set(['conversation.erased', 'visit.erased', 'person.erased'])

export function ruleFollower({ now, commands, isStopWord, isStopOnChannel, changed, poke }: FollowerOptions): Subscriber {
  const at = (): string => new Date(now()).toISOString()

  /** What ends runs, whatever rules there are. */
  async function endings(tx: Tx, e: Fed): Promise<boolean> {
    const { account } = e
    const conversation = e.topic.startsWith('conversation:') ? e.topic.slice(13) : undefined
    const body = e.body as { text?: string; visit?: string; visits?: string[] } | null
    if (conversation !== undefined) {
      if (e.type === 'message.sent' && e.actor.startsWith('user:')) return (await tx.all(statements.endAnswered(account, conversation, at(), e.actor))).length > 0
      if (isStop(e)) return (await tx.all(statements.endOfContact(account, conversation, 'opted_out', at()))).length > 0
      if (e.type === 'conversation.erased') return (await tx.all(statements.endOfContact(account, conversation, 'erased', at()))).length > 0
    }
    const visits = e.type === 'visit.erased' && body?.visit ? [body.visit] : e.type === 'person.erased' ? body?.visits ?? [] : []
    if (visits.length === 0) return false
    await tx.all(statements.endOfVisits(account, visits, 'erased', at()))
    for (const message of await tx.all(statements.selectUnsent(account, visits))) await takeBack(account, message)
    return false
  }
  /** The conversation is somebody's who was not erased; what names the visitor goes, and does not leave. */
  async function takeBack(account: string, { id, conversation, actsAs }: { id: string; conversation: string; actsAs: string }): Promise<void> {
    await commands['message.delete'](sessionOfRule({ account, actsAs }), { id: derivedId('rule taken back', id), type: 'message.delete', topic: `conversation:${conversation}`, body: { message: id } })
      .catch((error: unknown) => { if (isPassing(error)) throw error })
  }
  const isStop = (e: Fed): boolean => e.type === 'conversation.opted_out'
    || (e.type === 'message.sent' && e.actor.startsWith('contact:') && isStopWord((e.body as { text?: string } | null)?.text ?? ''))

  /** An appointment that moved takes along what waits for it. */
  async function moved(tx: Tx, e: Fed, rules: readonly ActiveRule[]): Promise<boolean> {
    const body = e.body as { visit?: string; fields?: string[]; booking?: string } | null
    const visit = e.type === 'visit.changed' && body?.fields?.includes('expectedAt') ? body.visit ?? null : null
    const booking = e.type === 'booking.moved' ? body?.booking ?? null : null
    const subject = visit ?? booking
    if (subject === null) return false
    const facts = await readFacts(tx, { account: e.account, conversation: null, visit, booking })
    if (!facts) return false
    for (const run of await tx.all(statements.selectWaiting(e.account, subject))) {
      const rule = rules.find((r) => r.id === run.rule)
      const due = rule && rule.timing.from !== 'event' && dueOf(rule, anchorsOf({ at: run.happenedAt }, facts))
      if (due) await tx.run(statements.setDue(e.account, run.id, due.dueAt, due.expiresAt))
    }
    return true
  }

  /** Rules in their order; one that matches and says so keeps those below it from the same event. */
  async function setOff(tx: Tx, event: Event, rules: readonly ActiveRule[]): Promise<number> {
    const { account, id: entry, actor, at: entryAt, offset } = event.entry
    const candidates = rules.filter((r) => entryAt >= r.activeSince && isSetOff(r, event))
    if (candidates.length === 0) return 0
    const about = { account, conversation: null, visit: null, booking: null, [event.about]: event.id }
    const facts = await readFacts(tx, about)
    if (!facts || (facts.conversation?.optedOut && isStopOnChannel(event.text ?? ''))) return 0
    const hops = actor.startsWith('rule:') ? ((await tx.maybe(statements.selectHops(account, entry)))?.hops ?? 0) + 1 : 0
    const wait = event.about === 'conversation' && candidates.some((r) => isWait(r.trigger.kind)) ? await tx.one(selectWait(account, event.id, offset)) : null
    let made = 0
    for (const rule of candidates) {
      const due = dueOf(rule, anchorsOf(event, facts))
      if (!due || (isWait(rule.trigger.kind) && !wait?.isFirst) || !fits(rule, facts)) continue
      const subject = subjectOf(rule, event)
      made += await tx.run(statements.insertRun(account, {
        id: derivedId('rule run', rule.id, subject), rule: rule.id, subjectKind: rule.once, subject, scope: event.id, conversation: about.conversation, visit: about.visit, booking: about.booking,
        messageOffset: event.message === undefined ? null : offset, entry, happenedAt: event.at, hops, ...due,
      }))
      if (rule.stopAfter) break
    }
    return made
  }
  const fits = (rule: ActiveRule, facts: Facts): boolean => isAtOnce(rule)
    ? overtaken(rule, facts, { nowMs: now(), messageOffset: null, wait: null }) === undefined
    : rule.conditions.every((c) => !isLasting(c) || holds(c, facts, now()))

  return {
    name: 'rules',
    async handle(tx, entries) {
      const rules = Map.groupBy(await tx.all(selectActive([...new Set(entries.map((e) => e.account))])), (r) => r.account)
      const touched = new Set<string>()
      let isDue = false
      for (const e of entries) {
        if (!rules.has(e.account) && !erasing.has(e.type)) continue
        if (await endings(tx, e)) touched.add(e.account)
        if (isStop(e) || !rules.has(e.account)) continue
        if (await moved(tx, e, rules.get(e.account)!)) isDue = true
        const event = eventOf(e)
        if (event && await setOff(tx, event, rules.get(e.account)!) > 0) { touched.add(e.account); isDue = true }
      }
      return () => {
        for (const account of touched) changed(account)
        if (isDue) poke()
      }
    },
  }
}

export const anchorsOf = (event: { at: string }, { visit, booking }: Facts): Anchors =>
  ({ event: event.at, expected: visit?.expectedAt ?? null, starts: booking?.startsAt ?? null, ends: booking?.endsAt ?? null })
