/** Rules: what Lodge does by itself when something happens. */
import type { FastifyInstance } from 'fastify'
import { isStopOnChannel } from '#server/features/channels/channels.ts'
import { conversationCommands } from '#server/features/conversations/conversations.ts'
import type { DeliveryOptions } from '#server/features/deliveries/deliveries.ts'
import { ruleMail, ruleNotice, rulePausedMail } from '#server/features/deliveries/rule-mails.ts'
import { dryRuns } from '#server/features/rules/dry-run.ts'
import { ruleRoutes } from '#server/features/rules/rules.routes.ts'
import {
  isStopWord, ruleAdmins, ruleFollower, rules as openRules, runs as openRuns, runsView, startRuleWorker, unlessErased, type Ways,
} from '#server/features/rules/rules.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import type { Core } from './core.ts'
import type { Conversing } from './conversing.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'
import type { People } from './people.ts'
import type { Telling } from './telling.ts'

interface Needs {
  way: GivingWay; core: Core; telling: Telling; people: People; conversing: Conversing
  /** Counts the runs that have ended, by outcome. */
  ended: (outcome: string) => void
}

export function openAutomating(g: Given, { way: { work }, core, telling: { deliveries, pushes }, people: { changed }, conversing, ended }: Needs) {
  const { keys, now, reach, baseUrl, chores } = g
  const { accept, inside, views } = core
  const { commands, commandOptions } = conversing
  const db = work('history')
  const runsChanged = (account: string): void => { views.soon(account, 'runs') }
  let worker: ReturnType<typeof startRuleWorker> | undefined
  const poke = (): void => { worker?.poke() }
  const rules = openRules({ db, changed, reach, master: keys.pushSecret, runsChanged, now })
  const runs = openRuns({ db, changed: runsChanged, poke, now })
  views.serve('runs', async (account, conversation) => ({ runs: await runs.unended(account, conversation ?? '') }))

  const ways: Ways = {
    mail: (tx, account, mail) => deliveries.deliver(tx, account, ruleMail(mail)),
    async notify(tx, account, to, notice) {
      for (const { id, email } of to) await deliveries.deliver(tx, account, ruleNotice({ ...notice, id, to: email, url: `${baseUrl()}${notice.path}` }))
      const browsers = await pushes.browsersOf(tx, account, to.map((u) => u.user))
      await deliveries.push(tx, account, browsers.map((b) => ({
        id: derivedId('rule push', to.find((u) => u.user === b.user)!.id, b.id), kind: 'notice',
        subscription: b.id, to: b.to, subject: notice.rule, text: notice.text, path: notice.path,
      })))
    },
    post: (tx, account, { name, ...hook }) => deliveries.post(tx, account, { ...hook, subject: name }),
  }

  return {
    rules, view: runsView(runs),
    /** Signs and sends what a rule posts to an address. */
    post: ((d) => rules.post({ id: d.id, account: d.account, rule: d.subscription ?? '', url: d.to, body: d.text, attempt: d.attempts })) satisfies DeliveryOptions['post'],
    oldestDueMs: (): number => worker?.oldestDueMs() ?? 0,
    begin() {
      worker = startRuleWorker({
        db: work('automation'), commands: conversationCommands({ accept: unlessErased(accept), ...commandOptions }), ...chores,
        ways, changed: runsChanged, onEnded: ended,
        async tellPaused(tx, account, { rule, name, reason, run }) {
          for (const admin of await tx.all(ruleAdmins(account))) {
            const id = derivedId('rule paused', run, admin.id)
            await deliveries.deliver(tx, account, rulePausedMail({ id, to: admin.email, rule: name, reason, url: `${baseUrl()}/settings/rules?rule=${rule}` }))
          }
        },
      })
      inside.subscribe(ruleFollower({ now, commands, isStopWord, isStopOnChannel, changed: runsChanged, poke }))
      return []
    },
    mount(http: FastifyInstance): void { ruleRoutes(http, { rules, runs, dryRun: dryRuns({ db: work('report'), check: rules.check, now }) }) },
    async stop(): Promise<void> { await worker?.stop() },
  }
}
export type Automating = ReturnType<typeof openAutomating>
