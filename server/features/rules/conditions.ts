/** Whether conditions hold, by how the subject is now. Pure. What the event itself said (its words) is match.ts's. */
import type { Condition, Rule } from '#contract/rules.ts'
import type { Facts } from './facts.ts'
import { plain } from './words.ts'

/** What never changes of a subject: also of a rule that acts later these are judged at once. */
const lasting: ReadonlySet<Condition['kind']> = new Set(['inbox', 'text', 'location', 'visitor_type'])
export const isLasting = (c: Condition): boolean => lasting.has(c.kind)

export function holds(c: Condition, facts: Facts, nowMs: number): boolean {
  const { conversation, visit, booking } = facts
  switch (c.kind) {
    case 'text': return true
    case 'inbox': return conversation !== null && c.is.includes(conversation.inbox)
    case 'label': return conversation !== null && conversation.labels.some((l) => plain(l) === plain(c.label)) === c.has
    case 'assignee': return conversation !== null && (conversation.assignee !== null) === (c.is === 'somebody')
    case 'status': return conversation !== null && c.is.includes(conversation.status)
    case 'location': { const at = visit?.location ?? booking?.location; return at !== undefined && c.is.includes(at) }
    case 'visitor_type': return visit?.visitorType != null && c.is.includes(visit.visitorType)
    case 'hours': return isWithin(c, nowMs) === c.within
  }
}

const days: Readonly<Record<string, number>> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 }
/** Hours that go over midnight belong to the day on which they begin. The same hour twice: the whole day. */
export function isWithin({ days: on, from, to, zone }: Pick<Extract<Condition, { kind: 'hours' }>, 'days' | 'from' | 'to' | 'zone'>, nowMs: number): boolean {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(nowMs).map((p) => [p.type, p.value]))
  const day = days[parts['weekday'] ?? ''] ?? 1
  const time = `${parts['hour']}:${parts['minute']}`
  if (from === to) return on.includes(day)
  if (from < to) return on.includes(day) && from <= time && time < to
  return (on.includes(day) && time >= from) || (on.includes(day === 1 ? 7 : day - 1) && time < to)
}

/** Of a contact's message, by the journal: whether it began the wait, and whether somebody has answered since. */
export interface Wait { isFirst: boolean; isAnswered: boolean }
interface Moment { nowMs: number; messageOffset: number | null; wait: Wait | null }
export interface Overtaken { outcome: 'not_true' | 'answered' | 'opted_out' | 'erased'; detail: string }

/** Why a run does not act after all: the world has moved on since it was set off. Undefined: it acts. */
export function overtaken(rule: Pick<Rule, 'trigger' | 'conditions' | 'actions'>, facts: Facts, { nowMs, messageOffset, wait }: Moment): Overtaken | undefined {
  const { kind } = rule.trigger
  const { conversation: c, visit: v, booking: b } = facts
  if (v?.isErased || (!v && c?.isErased)) return { outcome: 'erased', detail: '' }
  if (c?.optedOut && rule.actions.some((a) => a.do === 'message')) return { outcome: 'opted_out', detail: '' }
  // Who wrote again within one wait was seen to with the first message.
  if (kind === 'unanswered' && (c?.status === 'closed' || wait?.isAnswered || wait?.isFirst === false)) return { outcome: 'answered', detail: '' }
  if (kind === 'unread' && ((c && messageOffset !== null && c.readTo >= messageOffset) || wait?.isAnswered || wait?.isFirst === false)) return { outcome: 'answered', detail: 'read' }
  if (kind === 'visit_expected' && v && v.status !== 'expected' && v.status !== 'no_show') return { outcome: 'not_true', detail: v.status }
  if (kind === 'visit_checked_in' && v && v.status !== 'checked_in') return { outcome: 'not_true', detail: v.status }
  if (kind === 'booking_made' && b?.status === 'cancelled') return { outcome: 'not_true', detail: b.status }
  const failing = rule.conditions.find((one) => !holds(one, facts, nowMs))
  return failing ? { outcome: 'not_true', detail: failing.kind } : undefined
}
