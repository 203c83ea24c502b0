/** What a rule must be before it is kept: everything it names exists and fits together, so that it cannot fail for that later. */
import { unknownPlaceholders } from '#contract/placeholders.ts'
import { actionFamilies, conditionFamilies, triggerFamily } from '#contract/rule-kinds.ts'
import type { RuleFields } from '#contract/rules.ts'
import type { Tx } from '#server/db/db.ts'
import type { Reach } from '#server/http/reach.ts'
import { isZone } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import { isWait } from './match.ts'
import { selectMissing } from './rules.sql.ts'

/** @throws Refusal `invalid`, with a sentence that names the part */
export function checkRule(rule: RuleFields, reach: Reach): void {
  const refuse = (detail: string): never => { throw new Refusal('invalid', detail) }
  refuseBrokenText(rule)
  const { trigger, timing, conditions, actions, once, mode } = rule
  const family = triggerFamily[trigger.kind]
  if (once !== family && !(family === 'conversation' && once === 'message')) refuse(`body/once: this trigger is about a ${family}.`)
  if (mode === 'suggest' && family !== 'conversation') refuse('body/mode: only what is done in a conversation can be suggested.')
  if (timing.from === 'expected' && family !== 'visit') refuse('body/timing: only a visit is expected at a time.')
  if ((timing.from === 'starts' || timing.from === 'ends') && family !== 'booking') refuse('body/timing: only a booking starts and ends.')
  if (timing.from === 'event' && timing.minutes < 0) refuse('body/timing: nothing can be done before it happened.')
  if (isWait(trigger.kind) && timing.minutes < 1) refuse('body/timing: say for how many minutes, at least one.')
  conditions.forEach((c, i) => {
    if (!conditionFamilies[c.kind].includes(family)) refuse(`body/conditions/${i}: "${c.kind}" says nothing about a ${family}.`)
    if (c.kind === 'text' && !('words' in trigger) && trigger.kind !== 'message_received' && !isWait(trigger.kind)) refuse(`body/conditions/${i}: here is no message whose words could be looked at.`)
    if (c.kind === 'hours' && !isZone(c.zone)) refuse(`body/conditions/${i}: there is no time zone "${c.zone}". Use a name such as Europe/Berlin.`)
  })
  actions.forEach((a, i) => {
    const at = `body/actions/${i}`
    if (!actionFamilies[a.do].includes(family)) refuse(`${at}: "${a.do}" cannot be done to a ${family}.`)
    if ('text' in a) for (const name of unknownPlaceholders(a.text, family)) refuse(name === '{{' ? `${at}/text: a placeholder is not closed. Write {{contact.name}}.` : `${at}/text: there is no placeholder {{${name}}} here.`)
    if (a.do === 'assign' && a.user === null && a.team === null) refuse(`${at}: say to whom.`)
    if (a.do === 'notify' && a.whom === 'user' && a.user === undefined) refuse(`${at}: say whom.`)
    if (a.do === 'notify' && family !== 'conversation' && (a.whom === 'assignee' || a.whom === 'team')) refuse(`${at}: only a conversation has an assignee and a team.`)
    if (a.do === 'notify' && family === 'conversation' && a.whom === 'host') refuse(`${at}: a conversation has no host.`)
    const unfit = a.do === 'webhook' ? (URL.canParse(a.url) ? reach.refuses(a.url) : 'This is no address.') : undefined
    if (unfit !== undefined) refuse(`${at}/url: ${unfit}`)
  })
  if (mode === 'suggest' && actions.filter((a) => a.do === 'message').length > 1) refuse('body/actions: a suggestion has at most one message.')
}

/** @throws Refusal `not_found` */
export async function checkNames(tx: Tx, account: string, { conditions, actions }: RuleFields): Promise<void> {
  const of = { users: new Set<string>(), teams: new Set<string>(), inboxes: new Set<string>(), locations: new Set<string>(), visitorTypes: new Set<string>() }
  for (const c of conditions) {
    if (c.kind === 'inbox') for (const id of c.is) of.inboxes.add(id)
    if (c.kind === 'location') for (const id of c.is) of.locations.add(id)
    if (c.kind === 'visitor_type') for (const id of c.is) of.visitorTypes.add(id)
  }
  for (const a of actions) {
    if (a.do === 'assign' && a.user) of.users.add(a.user)
    if (a.do === 'assign' && a.team) of.teams.add(a.team)
    if (a.do === 'notify' && a.user) of.users.add(a.user)
  }
  const [missing] = await tx.all(selectMissing(account, { users: [...of.users], teams: [...of.teams], inboxes: [...of.inboxes], locations: [...of.locations], visitorTypes: [...of.visitorTypes] }))
  if (missing) throw new Refusal('not_found', `The rule names a ${missing.what} that is not there (any more).`)
}
