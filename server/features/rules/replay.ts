/** What a rule would have done, given the entries of a past. Pure; the dry run reads the past and calls this. */
import type { RuleFields } from '#contract/rules.ts'
import { holds } from './conditions.ts'
import type { Facts } from './facts.ts'
import { anchorsOf } from './follower.ts'
import { dueOf, eventOf, isSetOff, isWait, subjectOf, type Event, type Happened } from './match.ts'

export interface Candidate { event: Event; subject: string }
export interface Would extends Candidate { dueAt: string; facts: Facts }

/** @param entries of all topics, each topic's in its order @returns what sets it off, in order, once per subject */
export function candidates(rule: RuleFields & { id: string }, entries: readonly Happened[], nowMs: number): Candidate[] {
  const seen = new Set<string>()
  const waits = isWait(rule.trigger.kind) ? longWaits(entries, rule.timing.minutes, nowMs) : undefined
  return entries.flatMap((entry) => {
    const event = eventOf(entry)
    if (!event || !isSetOff(rule, event) || (waits && !waits.has(entry.id))) return []
    const subject = subjectOf(rule, event)
    if (seen.has(subject)) return []
    seen.add(subject)
    return [{ event, subject }]
  })
}

/** Messages that began a wait of at least so many minutes. When a message was read, the journal does not say: it counts as read with the answer. */
function longWaits(entries: readonly Happened[], minutes: number, nowMs: number): Set<string> {
  const long = new Set<string>()
  const open = new Map<string, { id: string; ms: number }>()
  const ends = (topic: string, ms: number): void => {
    const wait = open.get(topic)
    if (wait && ms - wait.ms >= minutes * 60_000) long.add(wait.id)
    open.delete(topic)
  }
  for (const e of entries) {
    if (e.type === 'conversation.closed' || (e.type === 'message.sent' && e.actor.startsWith('user:'))) ends(e.topic, Date.parse(e.at))
    else if (e.type === 'message.sent' && e.actor.startsWith('contact:') && !open.has(e.topic)) open.set(e.topic, { id: e.id, ms: Date.parse(e.at) })
  }
  for (const topic of open.keys()) ends(topic, nowMs)
  return long
}

/** Conditions about how a subject is are judged by how it is now; hours by when it would have been. */
export const would = (rule: RuleFields, found: readonly Candidate[], facts: ReadonlyMap<string, Facts>, nowMs: number): Would[] => found.flatMap((c) => {
  const of = facts.get(c.event.id)
  const due = of && dueOf(rule, anchorsOf(c.event, of))
  if (!of || !due || Date.parse(due.dueAt) > nowMs || due.expiresAt < c.event.entry.at) return []
  return rule.conditions.every((one) => holds(one, of, Date.parse(due.dueAt))) ? [{ ...c, dueAt: due.dueAt, facts: of }] : []
})
