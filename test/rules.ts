/** Rules for tests: short to write, and switched on. */
import { listRuleRuns, saveRule, setRuleActive, type Rule, type RuleFields, type Run } from '#contract/rules.ts'
import { valueOf, type Call } from '#client/call.ts'
import { newId } from '#client/lodge.ts'

export const ruleFields = (more: Partial<RuleFields> = {}): RuleFields => ({
  name: 'A rule', trigger: { kind: 'message_received' }, timing: { from: 'event', minutes: 0 }, lateMaxMinutes: 30, conditions: [], actions: [{ do: 'message', text: 'Thank you.' }], mode: 'do', once: 'message', stopAfter: false, ...more,
})
export async function makeRule(admin: Call, more: Partial<RuleFields> = {}): Promise<Rule & { secret: string | null }> {
  const id = newId()
  const { secret } = valueOf(await admin(saveRule, { params: { rule: id }, body: ruleFields(more) }))
  return { ...valueOf(await admin(setRuleActive, { params: { rule: id }, body: { active: true } })), secret }
}
export const runsOf = async (call: Call, rule: string): Promise<Run[]> => valueOf(await call(listRuleRuns, { params: { rule }, query: { limit: 200 } })).runs
