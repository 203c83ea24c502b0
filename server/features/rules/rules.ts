/** What people do with rules: write, order, switch, put away. */
import type { Rule, RuleFields } from '#contract/rules.ts'
import { rulesMax } from '#contract/rule-kinds.ts'
import type { Db } from '#server/db/db.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import type { Reach } from '#server/http/reach.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { checkNames, checkRule } from './check.ts'
import * as statements from './rules.sql.ts'
import { endOfRule } from './runs.sql.ts'
import { newSalt, postHook, secretOf, type Hook } from './webhook.ts'

export { ruleFollower } from './follower.ts'
export { selectAdmins as ruleAdmins } from './rules.sql.ts'
export { isStopWord } from './stop-words.ts'
export { startRuleWorker, type RuleWorker } from './worker.ts'
export { runs, runsView, type Runs } from './runs.ts'
export { unlessErased, type Ways } from './perform.ts'

export interface RuleOptions {
  db: Db
  changed: Changed
  reach: Reach
  /** What webhooks' secrets follow from; not in the database, and never exchanged. */
  master: string
  /** Runs ended with a rule. */
  runsChanged: (account: string) => void
  now: () => number
}

export function rules({ db, changed, reach, master, runsChanged, now }: RuleOptions) {
  const at = (): string => new Date(now()).toISOString()
  const get = async (account: string, id: string): Promise<Rule> => {
    const found = await db.read('get rule', 3_000, (tx) => tx.maybe(statements.selectRule(account, id)))
    if (!found) throw new Refusal('not_found')
    return found
  }

  return {
    list: (account: string): Promise<Rule[]> => db.read('list rules', 5_000, (tx) => tx.all(statements.selectRules(account))),
    get,
    check: (rule: RuleFields): void => checkRule(rule, reach),

    /** A new one is the last and switched off. @throws Refusal `invalid`, `not_found`: what it names, or it was put away */
    async save({ account, actor }: Session, id: string, to: RuleFields): Promise<{ rule: Rule; secret: string | null }> {
      checkRule(to, reach)
      const secret = await db.tx('save rule', 5_000, async (tx) => {
        await checkNames(tx, account, to)
        const { count } = await tx.one(statements.countRules(account, id))
        if (count >= rulesMax) throw new Refusal('invalid', `There are ${rulesMax} rules already. Put one away first.`)
        const before = await tx.maybe(statements.selectSalt(account, id))
        const salt = to.actions.some((a) => a.do === 'webhook') && !before?.salt ? newSalt() : null
        if (!await tx.maybe(statements.upsertRule(account, id, to, salt))) throw new Refusal('not_found')
        return salt && secretOf(master, account, id, salt)
      })
      await changed(account, actor, 'rules', id)
      return { rule: await get(account, id), secret }
    },

    /** @throws Refusal `not_found` */
    async setActive({ account, actor }: Session, id: string, active: boolean): Promise<Rule> {
      await db.tx('switch rule', 5_000, async (tx) => {
        if (await tx.run(statements.setActive(account, id, active, at())) === 0) throw new Refusal('not_found')
        if (!active) await tx.all(endOfRule(account, id, at(), actor))
      })
      runsChanged(account)
      await changed(account, actor, 'rules', id)
      return get(account, id)
    },

    /** @throws Refusal `not_found` */
    async remove({ account, actor }: Session, id: string): Promise<void> {
      await db.tx('put rule away', 5_000, async (tx) => {
        if (await tx.run(statements.archiveRule(account, id, at())) === 0) throw new Refusal('not_found')
        await tx.all(endOfRule(account, id, at(), actor))
      })
      runsChanged(account)
      await changed(account, actor, 'rules', id)
    },

    /** @throws Refusal `invalid` unless every rule is named once: somebody made or removed one meanwhile */
    async order({ account, actor }: Session, ids: readonly string[]): Promise<void> {
      await db.tx('order rules', 5_000, async (tx) => {
        const have = (await tx.all(statements.selectRules(account))).map((r) => r.id)
        if (new Set(ids).size !== ids.length || have.length !== ids.length || have.some((id) => !ids.includes(id))) throw new Refusal('invalid', 'body/rules must name every rule once. Load them again.')
        await tx.run(statements.setOrder(account, ids))
      })
      await changed(account, actor, 'rules', ids[0] ?? account)
    },

    /** @throws Refusal `not_found` */
    async renewSecret({ account, actor }: Session, id: string): Promise<string> {
      const salt = newSalt()
      if (await db.tx('renew secret', 3_000, (tx) => tx.run(statements.setSalt(account, id, salt))) === 0) throw new Refusal('not_found')
      await changed(account, actor, 'rules', id)
      return secretOf(master, account, id, salt)
    },

    /** For the delivery of a webhook. Never throws but when the database is away. */
    async post(hook: Omit<Hook, 'salt'>): Promise<{ state: 'sent' } | { state: 'later' | 'never'; why: string }> {
      const found = await db.read('webhook secret', 3_000, (tx) => tx.maybe(statements.selectSalt(hook.account, hook.rule)))
      if (!found?.salt) return { state: 'never', why: 'The rule has no secret to sign with.' }
      return postHook({ ...hook, salt: found.salt }, master, reach, now())
    },
  }
}
export type Rules = ReturnType<typeof rules>
