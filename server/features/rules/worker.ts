/**
 * Does what is due. A run is taken with a lease, judged by how things are at that moment, and what it will do is written down
 * with the decision; then its steps are done under ids that follow from the run. Whenever the process ends, another takes up the
 * run where the ids say it stands: nothing is done twice, and what has become too late is not done at all.
 */
import { actionsPerHour, hopsMax } from '#contract/rule-kinds.ts'
import type { RunOutcome } from '#contract/rules.ts'
import type { Tx } from '#server/db/db.ts'
import { every, type Chore, type ChoreOptions } from '#server/jobs/every.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { overtaken } from './conditions.ts'
import { anchorsOf } from './follower.ts'
import { dueOf, familyOf, isWait } from './match.ts'
import { selectWait } from './facts.sql.ts'
import { isPassing, isStillDue, performing, type PerformOptions } from './perform.ts'
import { planOf, type StepBody } from './plan.ts'
import { readFacts } from './reading.ts'
import { pauseRule, selectActing, type ActiveRule } from './rules.sql.ts'
import * as statements from './runs.sql.ts'
import type { StoredStep, TakenRun } from './runs.sql.ts'

export interface WorkerOptions extends ChoreOptions, PerformOptions {
  /** A rule was paused by itself: the administrators are told, in the commit. */
  tellPaused: (tx: Tx, account: string, of: { rule: string; name: string; reason: 'budget' | 'chain'; run: string }) => Promise<void>
  changed: (account: string) => void
  onEnded?: (outcome: RunOutcome) => void
  pollMs?: number
  leaseMs?: number
}
export interface RuleWorker extends Chore {
  /** How long the oldest run that is due has been waiting. */
  oldestDueMs(): number
}

const atOnce = 4
const deadlineMs = 10_000
const hourMs = 3_600_000
/** A run that brings the process down is not taken for ever. */
const crashesMax = 10

export function startRuleWorker({ db, now, tellPaused, changed, onEnded, pollMs = 1_000, leaseMs = 20_000, commands, ways, ...chores }: WorkerOptions): RuleWorker {
  const { random, log } = chores
  const perform = performing({ db, commands, ways, now })
  const iso = (ms = now()): string => new Date(ms).toISOString()
  const running = new Set<Promise<void>>()
  let stopping = false
  let oldestDueMs = 0

  /** @returns the steps to do, or nothing when the run has ended, waits on, or is a suggestion now */
  const begin = ({ account, id }: TakenRun): Promise<{ run: TakenRun; rule: ActiveRule; steps: StoredStep[] } | undefined> => db.tx('begin rule run', deadlineMs, async (tx) => {
    const run = await tx.one(statements.lockRun(account, id))
    if (run.state !== 'waiting' && run.state !== 'running') return undefined
    const rule = await tx.one(selectActing(account, run.rule))
    const end = async (outcome: RunOutcome, detail: string | null = null): Promise<undefined> => {
      await tx.all(statements.endRun(account, id, outcome, iso(), { detail }))
      onEnded?.(outcome)
    }
    if (run.crashes > crashesMax) return end('failed', 'crashes')
    if (run.state === 'running') return { run: run as TakenRun, rule, steps: await resumed(tx, run as TakenRun) }
    if (iso() > run.expiresAt) return end('expired')
    if (!rule.active) return end('switched_off')
    const facts = await readFacts(tx, run)
    if (!facts) return end('erased')
    const due = dueOf(rule, anchorsOf({ at: run.happenedAt }, facts))
    if (!due) return end('not_true', rule.timing.from)
    if (due.dueAt > iso() && due.dueAt !== run.dueAt) {   // the appointment moved, and nobody told us
      await tx.run(statements.setDue(account, id, due.dueAt, due.expiresAt))
      return undefined
    }
    const wait = isWait(rule.trigger.kind) && run.conversation !== null && run.messageOffset !== null ? await tx.one(selectWait(account, run.conversation, run.messageOffset)) : null
    const why = overtaken(rule, facts, { nowMs: now(), messageOffset: run.messageOffset, wait })
    if (why) return end(why.outcome, why.detail || null)
    const steps = planOf(rule.actions, facts, { run: id, rule: { id: rule.id, name: rule.name }, trigger: rule.trigger.kind, happenedAt: run.happenedAt, visit: run.visit, booking: run.booking })
    const reason = run.hops > hopsMax ? 'chain' : (await tx.one(statements.countDone(account, run.scope, iso(now() - hourMs)))).count + steps.length > actionsPerHour ? 'budget' : undefined
    if (reason) {
      if (await tx.maybe(pauseRule(account, rule.id, reason, id, iso()))) {
        const left = await tx.all(statements.endSuggestionsOf(account, rule.id, iso()))
        left.forEach(() => onEnded?.('switched_off'))
        await tellPaused(tx, account, { rule: rule.id, name: rule.name, reason, run: id })
      }
      return end('budget', reason)
    }
    await tx.run(statements.insertSteps(account, id, run.scope, steps, iso()))
    const isSuggested = rule.mode === 'suggest' && familyOf(rule) === 'conversation'
    await tx.run(statements.beginRun(account, id, isSuggested ? 'suggested' : 'running', facts.conversation?.id ?? null, iso()))
    return isSuggested ? undefined : { run: { ...run, state: 'running' }, rule, steps: await tx.all(statements.selectSteps(account, id)) }
  })

  /** What was done before somebody ended counts; what was not, and is too late by now, is left. */
  async function resumed(tx: Tx, run: TakenRun): Promise<StoredStep[]> {
    const steps = await tx.all(statements.selectSteps(run.account, run.id))
    const open = steps.filter((s) => s.state === 'waiting')
    if (open.length === 0 || iso() <= run.expiresAt) return steps
    const stored = new Set((await tx.all(statements.selectStored(run.account, open.map((s) => s.id)))).map((s) => s.id))
    for (const s of open) await tx.run(stored.has(s.id) ? statements.setStep(run.account, s.id, 'done', iso(), null, null) : statements.setStep(run.account, s.id, 'skipped', iso(), 'late', null))
    return tx.all(statements.selectSteps(run.account, run.id))
  }

  async function act(taken: TakenRun): Promise<void> {
    const begun = await begin(taken)
    changed(taken.account)
    if (!begun) return
    const { run, rule, steps } = begun
    const { account, id } = run
    for (const step of steps) {
      if (step.state !== 'waiting') continue
      if (stopping || iso() > run.expiresAt) return db.tx('leave rule run', deadlineMs, (tx) => tx.run(statements.retryRun(account, id, iso(), 'stopping'))).then(() => {})
      const isOurs = await db.tx('hold rule run', deadlineMs, async (tx) => await tx.run(statements.holdRun(account, id, iso(now() + leaseMs))) > 0 && isStillDue(tx, run))
      if (!isOurs) return leave(run)
      if (step.body === null) throw new Error('A step that waits has no body')
      if (!await perform(run, rule.name, step as StoredStep & { body: StepBody })) return leave(run)
    }
    const outcome = await db.tx('end rule run', deadlineMs, async (tx) => {
      const all = await tx.all(statements.selectSteps(account, id))
      const failed = all.find((s) => s.state === 'failed')
      const outcome = all.some((s) => s.code === 'opted_out') ? 'opted_out' : failed ? 'failed' : all.some((s) => s.code === 'late') ? 'expired' : 'done'
      await tx.all(statements.endRun(account, id, outcome, iso(), { detail: failed?.code ?? null }))
      return outcome
    })
    onEnded?.(outcome)
    changed(account)
  }

  /** A person stopped it, or else whom it is about was erased while it was under way. */
  async function leave({ account, id }: TakenRun): Promise<void> {
    if (await db.tx('end rule run', deadlineMs, (tx) => tx.maybe(statements.endRun(account, id, 'erased', iso())))) onEnded?.('erased')
    changed(account)
  }

  /** What may pass is tried again, ever more seldom, until it is too late. */
  async function attempt(run: TakenRun): Promise<void> {
    try {
      await act(run)
    } catch (error) {
      if (!isPassing(error)) throw error
      if (!(error instanceof Refusal)) log.warn({ err: error, run: run.id }, 'a rule run failed and will be tried again')
      const pauseMs = Math.min(60_000, 500 * 2 ** Math.min(run.attempts, 8)) * (0.5 + random())
      const why = error instanceof Refusal ? error.code : 'internal'
      await db.tx('retry rule run', deadlineMs, (tx) => tx.run(statements.retryRun(run.account, run.id, iso(now() + pauseMs), why)))
    }
  }

  const chore = every('rules', pollMs, async () => {
    for (;;) {
      const free = atOnce - running.size
      if (free === 0 || stopping) return
      const taken = await db.tx('take rule runs', deadlineMs, (tx) => tx.all(statements.takeDue(free, iso(), leaseMs)))
      for (const run of taken) {
        const done = attempt(run)
          .catch((error: unknown) => { log.warn({ err: error, run: run.id }, 'a rule run was left; it is due again when its lease is over') })
          .finally(() => { running.delete(done); chore.poke() })
        running.add(done)
      }
      if (taken.length === 0) return
    }
  }, { ...chores, now })
  const sweep = every('rule suggestions that came too late', 15_000, async () => {
    for (const { account, id } of await db.read('late suggestions', deadlineMs, (tx) => tx.all(statements.selectExpiredSuggestions(iso())))) {
      if (!await db.tx('end suggestion', deadlineMs, (tx) => tx.maybe(statements.endLateSuggestion(account, id, iso())))) continue
      onEnded?.('expired')
      changed(account)
    }
    const { dueAt } = await db.read('oldest due run', deadlineMs, (tx) => tx.one(statements.selectOldestDue(iso())))
    oldestDueMs = dueAt === null ? 0 : Math.max(0, now() - Date.parse(dueAt))
  }, { ...chores, now })

  return {
    poke: () => { chore.poke() },
    oldestDueMs: () => oldestDueMs,
    async stop() {
      stopping = true
      await sweep.stop()
      await chore.stop()
      await Promise.all(running)
    },
  }
}
