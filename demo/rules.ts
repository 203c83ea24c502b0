/** The demo's rules. They are switched on when the past is written, so they act on what comes. */
import { v7 as newId } from 'uuid'
import type { RuleFields } from '#contract/rules.ts'
import type { App } from '#server/app/app.ts'
import type { Session } from '#server/kernel/session.ts'

const usual = { timing: { from: 'event', minutes: 0 }, lateMaxMinutes: 30, conditions: [], mode: 'do', once: 'conversation', stopAfter: false } as const
const rules: readonly RuleFields[] = [
  { ...usual, conditions: [], name: 'Housekeeping', trigger: { kind: 'keyword', words: ['pillows', 'towels', 'iron', 'adapters'], match: 'contains' }, actions: [
    { do: 'message', text: 'Thank you, {{contact.firstName|dear guest}}. Housekeeping knows already, and somebody will answer in a moment.' }, { do: 'label', labels: ['housekeeping'] },
  ] },
  { ...usual, conditions: [], name: 'Pool and bar hours', mode: 'suggest', trigger: { kind: 'keyword', words: ['pool', 'bar'], match: 'contains' }, actions: [
    { do: 'message', text: 'The pool is open from 7 to 22 and heated to 28 degrees, {{contact.firstName|dear guest}}; the bar closes at one.' }, { do: 'label', labels: ['hours'] },
  ] },
  { ...usual, conditions: [], name: 'Nobody waits', trigger: { kind: 'unanswered' }, timing: { from: 'event', minutes: 10 }, once: 'message', actions: [{ do: 'notify', whom: 'admins', text: '{{contact.name}} has been waiting for an answer for ten minutes.' }] },
  { ...usual, conditions: [], name: 'Welcome', trigger: { kind: 'visit_checked_in' }, timing: { from: 'event', minutes: 1 }, once: 'visit', actions: [
    { do: 'message', text: 'Welcome to Hotel Lantern, {{visit.firstName|dear guest}}. {{visit.host|Your host}} knows that you are here. The network is called Lantern.' },
  ] },
]

export async function fillRules({ verbs }: App, admin: Session): Promise<void> {
  for (const fields of rules) {
    const id = newId()
    await verbs.rules.save(admin, id, fields)
    await verbs.rules.setActive(admin, id, true)
  }
}
