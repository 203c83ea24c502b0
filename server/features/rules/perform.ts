/** One step of a run: a command under the step's id, or deliveries in one transaction with the word that it was done. */
import type { CommandType } from '#contract/commands.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { Actor } from '#contract/ids.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import type { CommandHandlers } from '#server/realtime/plugs.ts'
import type { StepBody } from './plan.ts'
import { selectTold } from './rules.sql.ts'
import { lockContact, lockRunning, lockVisitor, selectAbout, setStep, type StoredStep, type TakenRun } from './runs.sql.ts'

/** How a rule reaches people and machines outside of conversations. Each within the given transaction, idempotent by id. */
export interface Ways {
  mail: (tx: Tx, account: string, mail: { id: string; to: string; subject: string; text: string; /** Of what it is about. */ path: string | null }) => Promise<void>
  /** A colleague: by mail, and in every browser that wants it. */
  notify: (tx: Tx, account: string, to: readonly { id: string; user: string; email: string }[], notice: { rule: string; text: string; path: string }) => Promise<void>
  post: (tx: Tx, account: string, webhook: { id: string; rule: string; name: string; url: string; payload: object }) => Promise<void>
}
export interface PerformOptions { db: Db; /** Made with `unlessErased`. */ commands: CommandHandlers; ways: Ways; now: () => number }

/** What passes by itself: the step is tried again. Everything else is an answer. */
const passing: ReadonlySet<ErrorCode> = new Set(['unavailable', 'overloaded', 'internal', 'draining', 'rate_limited', 'storage_full'])
export const isPassing = (error: unknown): boolean => !(error instanceof Refusal) || passing.has(error.code)
/** It is so already: what the step was for is the case. */
const already: ReadonlySet<ErrorCode> = new Set(['already_closed', 'already_open'])
const deadlineMs = 5_000

/** As what a rule does anything in a conversation. */
export const sessionOfRule = ({ account, actsAs }: Pick<TakenRun, 'account' | 'actsAs'>): Session => ({ account, actor: actsAs as Actor, role: 'agent', subject: actsAs, expiresAtMs: Number.MAX_SAFE_INTEGER })

const isErased = async (tx: Tx, account: string, { visit, conversation }: { visit: string | null; conversation: string | null }): Promise<boolean> =>
  (visit !== null && !await tx.maybe(lockVisitor(account, visit))) || (conversation !== null && !await tx.maybe(lockContact(account, conversation)))

/** In the transaction of what follows from it: nobody has ended the run, and whom it is about was not erased since it was planned. */
export async function isStillDue(tx: Tx, { account, id }: Pick<TakenRun, 'account' | 'id'>): Promise<boolean> {
  const run = await tx.maybe(lockRunning(account, id))
  return run !== undefined && !await isErased(tx, account, run)
}
/** The same for what a step accepts, in the commit of its entry: before it, somebody could be erased in between. */
export const unlessErased = (accept: Accept<Tx>): Accept<Tx> => (draft) => accept({ ...draft, guard: async (tx, place) => {
  const about = await tx.maybe(selectAbout(draft.account, draft.id))
  if (!about || await isErased(tx, draft.account, about)) throw new Refusal('gone', 'The person was erased.')
  return draft.guard?.(tx, place)
} })

export function performing({ db, commands, ways, now }: PerformOptions) {
  const at = (): string => new Date(now()).toISOString()

  async function command(run: TakenRun, step: StoredStep, type: CommandType, conversation: string, body: object): Promise<boolean> {
    const session = sessionOfRule(run)
    let outcome: readonly ['done' | 'skipped' | 'failed', string | null, string | null] = ['done', null, null]
    try {
      await commands[type](session, { id: step.id, type, topic: `conversation:${conversation}`, body })
    } catch (error) {
      if (isPassing(error)) throw error
      const { code, message } = error as Refusal
      outcome = already.has(code) ? ['skipped', code, null] : ['failed', code, message]
    }
    return db.tx('rule step', deadlineMs, async (tx) => {
      if (outcome[0] === 'failed' && !await isStillDue(tx, run)) return false
      await tx.run(setStep(run.account, step.id, outcome[0], at(), outcome[1], outcome[2]))
      return true
    })
  }
  type Effect = (tx: Tx) => Promise<'nobody' | void>
  /** The effect and the word of it are one commit: there is no moment at which one is there without the other. */
  const commit = (run: TakenRun, step: StoredStep, effect: Effect): Promise<boolean> => db.tx('rule step', deadlineMs, async (tx) => {
    if (!await isStillDue(tx, run)) return false
    const none = await effect(tx)
    await tx.run(setStep(run.account, step.id, none ? 'failed' : 'done', at(), none ?? null, null))
    return true
  })

  /** @returns false when the run is to go no further. @throws when it may work later */
  return async function perform(run: TakenRun, ruleName: string, step: StoredStep & { body: StepBody }): Promise<boolean> {
    const { account } = run
    const { body } = step
    switch (body.do) {
      case 'message':
        if ('conversation' in body) return command(run, step, 'message.send', body.conversation, { text: body.text })
        return commit(run, step, (tx) => ways.mail(tx, account, { id: step.id, ...body.mail, text: body.text, path: run.visit && `/visits/${run.visit}` }))
      case 'note': return command(run, step, 'note.add', body.conversation, { text: body.text })
      case 'assign': return command(run, step, 'conversation.assign', body.conversation, { assignee: body.user, ...(body.team !== null && { team: body.team }) })
      case 'label': return command(run, step, 'conversation.label', body.conversation, { labels: body.labels })
      case 'close': return command(run, step, 'conversation.close', body.conversation, {})
      case 'webhook': return commit(run, step, (tx) => ways.post(tx, account, { id: step.id, rule: run.rule, name: ruleName, url: body.url, payload: body.payload }))
      case 'notify': return commit(run, step, async (tx) => {
        const told = await tx.all(selectTold(account, { user: body.user, team: body.team }))
        if (told.length === 0) return 'nobody'
        await ways.notify(tx, account, told.map((u) => ({ id: derivedId('rule notice', step.id, u.id), user: u.id, email: u.email })), { rule: ruleName, text: body.text, path: body.path })
        return undefined
      })
    }
  }
}
