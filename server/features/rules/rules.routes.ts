import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/rules.ts'
import { route } from '#server/http/route.ts'
import type { DryRuns } from './dry-run.ts'
import type { Rules, Runs } from './rules.ts'

export function ruleRoutes(app: FastifyInstance, { rules, runs, dryRun }: { rules: Rules; runs: Runs; dryRun: DryRuns }): void {
  route(app, contract.listRules)(async ({ session }) => ({ rules: await rules.list(session.account) }))
  route(app, contract.saveRule)(({ session, params, body }) => rules.save(session, params.rule, body))
  route(app, contract.setRuleActive)(({ session, params, body }) => rules.setActive(session, params.rule, body.active))
  route(app, contract.deleteRule)(async ({ session, params }) => {
    await rules.remove(session, params.rule)
    return {}
  })
  route(app, contract.orderRules)(async ({ session, body }) => {
    await rules.order(session, body.rules)
    return {}
  })
  route(app, contract.renewRuleSecret)(async ({ session, params }) => ({ secret: await rules.renewSecret(session, params.rule) }))
  route(app, contract.listRuleRuns)(({ session, params, query }) => runs.ofRule(session.account, params.rule, query))
  route(app, contract.listRuns)(async ({ session, query }) => ({ runs: await runs.of(session.account, query) }))
  route(app, contract.stopRun)(({ session, params }) => runs.stop(session, params.run))
  route(app, contract.acceptRun)(({ session, params, body }) => runs.accept(session, params.run, body.text))
  route(app, contract.dismissRun)(({ session, params }) => runs.dismiss(session, params.run))
  route(app, contract.dryRunRule)(({ session, body }) => dryRun(session.account, body))
}
