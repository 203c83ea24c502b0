/**
 * Rules: when something happens (trigger), if it is so (conditions), Lodge does something (actions), by itself or as a
 * suggestion. A run is one rule at work on one subject; it comes too late at `expiresAt` and then does nothing.
 */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { clockPattern, Id, Instant } from './ids.ts'
import { actionKinds, notified, onces, rulesMax, triggerKinds, type TriggerKind } from './rule-kinds.ts'

const closed = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
const Words = Type.Array(Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }), { minItems: 1, maxItems: 20 })
const Label = Type.String({ minLength: 1, maxLength: 50, pattern: '\\S' })
const Ids = Type.Array(Id, { minItems: 1, maxItems: 50 })
const Clock = Type.String({ pattern: clockPattern })
const RuleText = Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' })

type PlainKind = Exclude<TriggerKind, 'keyword' | 'conversation_labelled'>
const plainKinds = triggerKinds.filter((kind): kind is PlainKind => kind !== 'keyword' && kind !== 'conversation_labelled')
/** `contains`: the words stand anywhere in the message, as words. `is`: they are the whole message. Case and accents do not count. */
export const Trigger = Type.Union([
  Type.Object({ kind: Type.Enum(plainKinds) }, closed),
  Type.Object({ kind: Type.Literal('keyword'), words: Words, match: Type.Enum(['contains', 'is']) }, closed),
  Type.Object({ kind: Type.Literal('conversation_labelled'), label: Label }, closed),
])
export type Trigger = Static<typeof Trigger>

/** Minutes after (or, below zero, before) what happened, or the time that the visit is expected, or at which the booking starts or ends. Of `unanswered` and `unread`: how long. */
export const Timing = Type.Object({ from: Type.Enum(['event', 'expected', 'starts', 'ends']), minutes: Type.Integer({ minimum: -20_160, maximum: 20_160 }) }, closed)
export type Timing = Static<typeof Timing>

export const Condition = Type.Union([
  Type.Object({ kind: Type.Literal('inbox'), is: Ids }, closed),
  Type.Object({ kind: Type.Literal('text'), contains: Words }, closed),
  Type.Object({ kind: Type.Literal('label'), label: Label, has: Type.Boolean() }, closed),
  Type.Object({ kind: Type.Literal('assignee'), is: Type.Enum(['none', 'somebody']) }, closed),
  Type.Object({ kind: Type.Literal('status'), is: Type.Array(Type.Enum(['open', 'snoozed', 'closed']), { minItems: 1, maxItems: 3 }) }, closed),
  Type.Object({ kind: Type.Literal('location'), is: Ids }, closed),
  Type.Object({ kind: Type.Literal('visitor_type'), is: Ids }, closed),
  /** `days`: 1 = Monday. `to` before `from` goes over midnight. `within: false`: outside these hours. */
  Type.Object({ kind: Type.Literal('hours'), days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }), from: Clock, to: Clock, zone: Type.String({ minLength: 1, maxLength: 60 }), within: Type.Boolean() }, closed),
])
export type Condition = Static<typeof Condition>

/**
 * `message`: to the contact, on its channel. Of a visit: in the visitor's conversation over a channel of that phone number, else by e-mail. Of a booking: by e-mail to whose it is. `label` adds.
 * `notify`: by e-mail and in their browsers. `webhook`: posts to an address that the whole world can reach, signed.
 */
export const Action = Type.Union([
  Type.Object({ do: Type.Literal('message'), text: RuleText }, closed),
  Type.Object({ do: Type.Literal('note'), text: RuleText }, closed),
  Type.Object({ do: Type.Literal('assign'), user: Nullable(Id), team: Nullable(Id) }, closed),
  Type.Object({ do: Type.Literal('label'), labels: Type.Array(Label, { minItems: 1, maxItems: 10 }) }, closed),
  Type.Object({ do: Type.Literal('close') }, closed),
  Type.Object({ do: Type.Literal('notify'), whom: Type.Enum([...notified]), user: Type.Optional(Id), text: RuleText }, closed),
  Type.Object({ do: Type.Literal('webhook'), url: Type.String({ minLength: 8, maxLength: 2000 }) }, closed),
])
export type Action = Static<typeof Action>

const fields = {
  name: Name, trigger: Trigger, timing: Timing,
  /** How late it may still act, counted from when it was due. */
  lateMaxMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
  conditions: Type.Array(Condition, { maxItems: 10 }), actions: Type.Array(Action, { minItems: 1, maxItems: 10 }),
  mode: Type.Enum(['do', 'suggest']),
  /** At most once per this. Of `unanswered` and `unread`, `message` means once per wait. */
  once: Type.Enum([...onces]),
  /** When it matches, the rules below it do not run for the same event. */
  stopAfter: Type.Boolean(),
}
export const RuleFields = Type.Object(fields, closed)
export type RuleFields = Static<typeof RuleFields>

/** `budget`: more actions on one subject within an hour than allowed. `chain`: rules set each other off. */
export const Paused = Type.Object({ at: Instant, reason: Type.Enum(['budget', 'chain']), run: Id })
export const Rule = Type.Object({
  id: Id, ...fields, active: Type.Boolean(), position: Type.Integer(), paused: Nullable(Paused),
  hasSecret: Type.Boolean({ description: 'There is a secret that its webhooks are signed with.' }),
  lastRunAt: Nullable(Instant), ranThisWeek: Type.Integer(), waiting: Type.Integer(),
})
export type Rule = Static<typeof Rule>

export const runStates = ['waiting', 'running', 'suggested', 'ended'] as const
/**
 * `expired`: it would have come too late. `not_true`: a condition no longer held. `answered`: somebody was quicker. `stopped`: by a person. `opted_out`: the
 * contact said a stop word. `budget`: it went round in a circle. `erased`: the person was. `switched_off`: the rule was.
 */
export const runOutcomes = ['done', 'expired', 'not_true', 'answered', 'stopped', 'opted_out', 'budget', 'failed', 'dismissed', 'switched_off', 'erased'] as const
export type RunOutcome = (typeof runOutcomes)[number]
/** `code`: of the error catalogue, or `nobody` (there was nobody to tell), `no_way` (no conversation and no address), `late` (too late for this step). `text` (of a label: the labels) only while it is a suggestion. */
export const RunStep = Type.Object({
  do: Type.Enum([...actionKinds]), state: Type.Enum(['waiting', 'done', 'skipped', 'failed']), at: Nullable(Instant), code: Nullable(Type.String()), detail: Nullable(Type.String()), text: Nullable(Type.String()),
})
export const Run = Type.Object({
  id: Id, rule: Id, ruleName: Type.String(), subject: Type.Object({ kind: Type.Enum([...onces]), id: Id }), conversation: Nullable(Id), visit: Nullable(Id), booking: Nullable(Id),
  /** Whom it is about; empty when the person was erased. */
  who: Type.String(),
  state: Type.Enum([...runStates]), outcome: Nullable(Type.Enum([...runOutcomes])), detail: Nullable(Type.String()), endedBy: Nullable(Type.String()),
  happenedAt: Instant, dueAt: Instant, expiresAt: Instant, endedAt: Nullable(Instant), steps: Type.Array(RunStep),
})
export type Run = Static<typeof Run>

/** Body of the view `runs:<conversation>`: what waits, runs or is suggested there. */
export const RunsView = Type.Object({ runs: Type.Array(Run) })
export type RunsView = Static<typeof RunsView>

const atRule = { params: Type.Object({ rule: Id }) } as const
const atRun = { params: Type.Object({ run: Id }) } as const
export const listRules = endpoint({ method: 'GET', path: '/rules', access: 'agent', statements: 2, summary: 'Rules, in the order in which they run.', returns: Type.Object({ rules: Type.Array(Rule) }) })
export const saveRule = endpoint({
  method: 'PUT', path: '/rules/:rule', access: 'admin', statements: 10, ...atRule, summary: 'Create or change a rule. A new one is the last in order and switched off. `secret` is there once, when its first webhook made it.',
  body: RuleFields, returns: Type.Object({ rule: Rule, secret: Nullable(Type.String()) }), errors: ['invalid', 'not_found', 'unavailable', 'overloaded'],
})
export const setRuleActive = endpoint({
  method: 'PUT', path: '/rules/:rule/activity', access: 'admin', statements: 8, ...atRule, summary: 'Switch a rule on or off. Switched on it sees what happens from now on, switched off what waits does not happen. Ends a pause.',
  body: Type.Object({ active: Type.Boolean() }, closed), returns: Rule, errors: ['not_found', 'unavailable', 'overloaded'],
})
export const deleteRule = endpoint({ method: 'DELETE', path: '/rules/:rule', access: 'admin', statements: 8, ...atRule, summary: 'Put a rule away. What it did stays to be read.', returns: Type.Object({}), errors: ['not_found', 'unavailable', 'overloaded'] })
export const orderRules = endpoint({
  method: 'PUT', path: '/rule-order', access: 'admin', statements: 6, summary: 'The order in which rules run. Names every rule once.',
  body: Type.Object({ rules: Type.Array(Id, { maxItems: rulesMax }) }, closed), returns: Type.Object({}), errors: ['invalid', 'unavailable', 'overloaded'],
})
export const renewRuleSecret = endpoint({ method: 'POST', path: '/rules/:rule/secrets', access: 'admin', statements: 6, ...atRule, summary: 'A new secret for the rule’s webhooks; the old one signs no more.', returns: Type.Object({ secret: Type.String() }), errors: ['not_found', 'unavailable', 'overloaded'] })

const RunPage = Type.Object({ runs: Type.Array(Run), next: Nullable(Type.String()) })
export const listRuleRuns = endpoint({
  method: 'GET', path: '/rules/:rule/runs', access: 'agent', statements: 2, ...atRule, summary: 'What a rule did, waits for and left, newest first.',
  query: Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 300 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }, closed), returns: RunPage, errors: ['not_found', 'invalid'],
})
export const listRuns = endpoint({
  method: 'GET', path: '/rule-runs', access: 'agent', statements: 2, summary: 'The runs on one conversation, visit or booking, newest first.',
  query: Type.Object({ conversation: Type.Optional(Id), visit: Type.Optional(Id), booking: Type.Optional(Id) }, closed), returns: Type.Object({ runs: Type.Array(Run) }), errors: ['invalid'],
})
const runErrors = ['not_found', 'wrong_status', 'unavailable', 'overloaded'] as const
export const stopRun = endpoint({ method: 'POST', path: '/rule-runs/:run/stop', access: 'agent', statements: 4, ...atRun, summary: 'Stop a run. What it has done already stays done. Twice is once.', returns: Run, errors: runErrors })
export const acceptRun = endpoint({
  method: 'POST', path: '/rule-runs/:run/acceptance', access: 'agent', statements: 8, ...atRun, summary: 'Do what a rule suggests, as oneself. `text` replaces the message. Twice is once.',
  body: Type.Object({ text: Type.Optional(RuleText) }, closed), returns: Run, errors: [...runErrors, 'invalid'],
})
export const dismissRun = endpoint({ method: 'POST', path: '/rule-runs/:run/dismissal', access: 'agent', statements: 4, ...atRun, summary: 'Leave a suggestion. Twice is once.', returns: Run, errors: runErrors })

/** What a rule would have done. `state`: conditions about how a conversation is were judged by how it is now. */
export const DryRun = Type.Object({
  from: Instant, would: Type.Array(Type.Object({ at: Instant, subject: Run.properties.subject, conversation: Nullable(Id), visit: Nullable(Id), booking: Nullable(Id), who: Type.String(), actions: Type.Array(Type.Object({ do: Type.Enum([...actionKinds]), text: Nullable(Type.String()) })) })),
  cut: Type.Boolean({ description: 'There was more than was looked at: the newest is shown.' }), looked: Type.Integer({ description: 'Entries that were looked at.' }),
})
export type DryRun = Static<typeof DryRun>
export const dryRunRule = endpoint({ method: 'POST', path: '/rule-dry-runs', access: 'admin', statements: 12, summary: 'What this rule would have done in the last seven days. Nothing is done.', body: RuleFields, returns: DryRun, errors: ['invalid', 'unavailable', 'overloaded'] })
