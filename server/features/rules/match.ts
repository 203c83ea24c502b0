/** Which rules an entry sets off, and for when. Pure: the follower and the dry run go through the same door. */
import type { TriggerKind } from '#contract/rule-kinds.ts'
import type { Rule, Timing } from '#contract/rules.ts'
import { triggerFamily } from '#contract/rule-kinds.ts'
import { idOf } from '#contract/ids.ts'
import { plain, says } from './words.ts'

/** An entry as far as rules care. `body` null: it was redacted. */
export interface Happened { readonly account: string; readonly topic: string; readonly offset: number; readonly id: string; readonly type: string; readonly actor: string; readonly at: string; readonly body: unknown }
/** What happened, in the words of rules. `at` is when it really happened: a kiosk that was cut off tells of it later. */
export interface Event { readonly kinds: readonly TriggerKind[]; readonly about: 'conversation' | 'visit' | 'booking'; readonly id: string; readonly entry: Happened; readonly at: string; readonly text?: string; readonly labels?: readonly string[]; readonly message?: string }

type Body = { text?: string; labels?: string[]; visit?: string; booking?: string; arrivedAt?: string; leftAt?: string } | null
const conversationOf = (e: Happened): string => idOf(e.topic) ?? ''

export function eventOf(e: Happened): Event | undefined {
  const body = e.body as Body
  const inConversation = { about: 'conversation', id: conversationOf(e), entry: e, at: e.at } as const
  const ofVisit = (kind: TriggerKind, at = e.at): Event | undefined => body?.visit ? { kinds: [kind], about: 'visit', id: body.visit, entry: e, at } : undefined
  const ofBooking = (kind: TriggerKind): Event | undefined => body?.booking ? { kinds: [kind], about: 'booking', id: body.booking, entry: e, at: e.at } : undefined
  switch (e.type) {
    case 'message.sent': return e.actor.startsWith('contact:') ? { ...inConversation, kinds: ['message_received', 'keyword', 'unanswered', 'unread'], text: body?.text ?? '', message: e.id } : undefined
    case 'conversation.opened': return { ...inConversation, kinds: ['conversation_opened'] }
    case 'conversation.closed': return { ...inConversation, kinds: ['conversation_closed'] }
    case 'conversation.labelled': return { ...inConversation, kinds: ['conversation_labelled'], labels: body?.labels ?? [] }
    case 'visit.expected': return ofVisit('visit_expected')
    case 'visit.checked_in': return ofVisit('visit_checked_in', body?.arrivedAt)
    case 'visit.checked_out': return ofVisit('visit_checked_out', body?.leftAt)
    case 'booking.made': return ofBooking('booking_made')
    case 'booking.released': return ofBooking('booking_released')
    default: return undefined
  }
}
/** What the dry run reads of the journal. */
export const entryTypesOf: Readonly<Record<TriggerKind, string>> = {
  message_received: 'message.sent', keyword: 'message.sent', unanswered: 'message.sent', unread: 'message.sent', conversation_opened: 'conversation.opened', conversation_closed: 'conversation.closed',
  conversation_labelled: 'conversation.labelled', visit_expected: 'visit.expected', visit_checked_in: 'visit.checked_in', visit_checked_out: 'visit.checked_out', booking_made: 'booking.made', booking_released: 'booking.released',
}

type Matchable = Pick<Rule, 'id' | 'trigger' | 'conditions'>
/** Whether the event sets off the rule, by what the event itself says: trigger and words. A rule is never set off by itself. */
export function isSetOff(rule: Matchable, event: Event): boolean {
  const { trigger } = rule
  if (!event.kinds.includes(trigger.kind) || event.entry.actor === `rule:${rule.id}`) return false
  if (trigger.kind === 'keyword' && !trigger.words.some((word) => says(event.text ?? '', word, trigger.match))) return false
  if (trigger.kind === 'conversation_labelled' && !event.labels?.some((label) => plain(label) === plain(trigger.label))) return false
  return rule.conditions.every((c) => c.kind !== 'text' || c.contains.some((word) => says(event.text ?? '', word, 'contains')))
}

/** What a rule acts on at most once. */
export const subjectOf = (rule: Pick<Rule, 'once'>, event: Event): string => rule.once === 'message' ? event.entry.id : event.id

/** Where times are counted from. */
export interface Anchors { event: string; expected: string | null; starts: string | null; ends: string | null }
/** @returns when a run is due and when it is too late; undefined when there is no such time (a walk-in is not expected) */
export function dueOf({ timing, lateMaxMinutes }: { timing: Timing; lateMaxMinutes: number }, anchors: Anchors): { dueAt: string; expiresAt: string } | undefined {
  const anchor = anchors[timing.from]
  if (anchor === null) return undefined
  const dueMs = Date.parse(anchor) + timing.minutes * 60_000
  return { dueAt: new Date(dueMs).toISOString(), expiresAt: new Date(dueMs + lateMaxMinutes * 60_000).toISOString() }
}
/** Acts at once: conditions are judged with the event already, so that it counts for `stopAfter` and leaves no trace when they do not hold. */
export const isAtOnce = ({ timing }: Pick<Rule, 'timing'>): boolean => timing.from === 'event' && timing.minutes <= 0
export const isWait = (kind: TriggerKind): boolean => kind === 'unanswered' || kind === 'unread'
export const familyOf = (rule: Pick<Rule, 'trigger'>) => triggerFamily[rule.trigger.kind]
