/** What rules are made of, without schemas: screens use it too. */
import type { Family } from './placeholders.ts'

/** More actions on one subject within an hour than this, and the rule is paused: something goes round in a circle. */
export const actionsPerHour = 20
/** A rule may be set off by what a rule did, and that one by another; further it does not go. */
export const hopsMax = 3
export const rulesMax = 100

/** What each kind of trigger is about. */
export const triggerFamily = {
  message_received: 'conversation', keyword: 'conversation', conversation_opened: 'conversation', unanswered: 'conversation', unread: 'conversation',
  conversation_labelled: 'conversation', conversation_closed: 'conversation',
  visit_expected: 'visit', visit_checked_in: 'visit', visit_checked_out: 'visit',
  booking_made: 'booking', booking_released: 'booking',
} as const satisfies Record<string, Family>
export type TriggerKind = keyof typeof triggerFamily
export const triggerKinds = Object.keys(triggerFamily) as TriggerKind[]

export const conditionKinds = ['inbox', 'text', 'label', 'assignee', 'status', 'location', 'visitor_type', 'hours'] as const
export type ConditionKind = (typeof conditionKinds)[number]
/** Which conditions fit which family. */
export const conditionFamilies: Readonly<Record<ConditionKind, readonly Family[]>> = {
  inbox: ['conversation'], text: ['conversation'], label: ['conversation'], assignee: ['conversation'], status: ['conversation'],
  location: ['visit', 'booking'], visitor_type: ['visit'], hours: ['conversation', 'visit', 'booking'],
}

export const actionKinds = ['message', 'note', 'assign', 'label', 'close', 'notify', 'webhook'] as const
export type ActionKind = (typeof actionKinds)[number]
export const actionFamilies: Readonly<Record<ActionKind, readonly Family[]>> = {
  message: ['conversation', 'visit', 'booking'], note: ['conversation'], assign: ['conversation'], label: ['conversation'], close: ['conversation'],
  notify: ['conversation', 'visit', 'booking'], webhook: ['conversation', 'visit', 'booking'],
}
export const notified = ['assignee', 'team', 'host', 'admins', 'user'] as const
export const onces = ['conversation', 'message', 'visit', 'booking'] as const
