/** What people do with runs: look, stop, accept a suggestion or leave it. */
import { isId } from '#contract/ids.ts'
import type { Run, RunsView } from '#contract/rules.ts'
import type { Db } from '#server/db/db.ts'
import { readCursor, cursorOf } from '#server/kernel/cursor.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import type { ViewKind } from '#server/realtime/plugs.ts'
import { selectRule } from './rules.sql.ts'
import * as statements from './runs.sql.ts'

export interface RunOptions { db: Db; changed: (account: string) => void; poke: () => void; now: () => number }

/** Who accepts a suggestion waits for it now; should the server go away first, it is not done tomorrow. */
const acceptedMs = 10 * 60_000
const isInstant = (key: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(key)

export function runs({ db, changed, poke, now }: RunOptions) {
  const iso = (ms = now()): string => new Date(ms).toISOString()

  /** Locked, judged and changed in one transaction. @throws Refusal `not_found`, `wrong_status` */
  async function decide(account: string, id: string, may: readonly string[], done: (run: Run) => boolean, apply: (tx: Parameters<Parameters<Db['tx']>[2]>[0]) => Promise<unknown>): Promise<Run> {
    const run = await db.tx('decide rule run', 5_000, async (tx) => {
      if (!await tx.maybe(statements.lockRun(account, id))) throw new Refusal('not_found')
      const run = await tx.one(statements.selectRun(account, id))
      if (done(run)) return run
      if (!may.includes(run.state)) throw new Refusal('wrong_status', 'This has ended already.')
      await apply(tx)
      return tx.one(statements.selectRun(account, id))
    })
    changed(account)
    return run
  }

  return {
    /** @throws Refusal `not_found`: no such rule */
    async ofRule(account: string, rule: string, { cursor, limit = 50 }: { cursor?: string; limit?: number }): Promise<{ runs: Run[]; next: string | null }> {
      const before = cursor === undefined ? undefined : readCursor(cursor, isInstant)
      const found = await db.read('runs of rule', 5_000, async (tx) => {
        if (!await tx.maybe(selectRule(account, rule))) throw new Refusal('not_found')
        return tx.all(statements.selectRuns(account, { rule, before, limit: limit + 1 }))
      })
      const page = found.slice(0, limit)
      return { runs: page, next: found.length > limit ? cursorOf(page.at(-1)!.happenedAt, page.at(-1)!.id) : null }
    },
    /** @throws Refusal `invalid` unless one thing is named */
    async of(account: string, of: { conversation?: string; visit?: string; booking?: string }): Promise<Run[]> {
      if (Object.values(of).filter((id) => id !== undefined).length !== 1) throw new Refusal('invalid', 'The query names one conversation, one visit or one booking.')
      return db.read('runs of subject', 5_000, (tx) => tx.all(statements.selectRuns(account, { ...of, limit: 100 })))
    },
    unended: (account: string, conversation: string): Promise<Run[]> => db.read('runs of conversation', 5_000, (tx) => tx.all(statements.selectRuns(account, { conversation, unended: true, limit: 20 }))),

    stop: ({ account, actor }: Session, id: string): Promise<Run> =>
      decide(account, id, ['waiting', 'running', 'suggested'], (run) => run.outcome === 'stopped', (tx) => tx.all(statements.endRun(account, id, 'stopped', iso(), { by: actor }))),
    dismiss: ({ account, actor }: Session, id: string): Promise<Run> =>
      decide(account, id, ['suggested'], (run) => run.outcome === 'dismissed', (tx) => tx.all(statements.endRun(account, id, 'dismissed', iso(), { by: actor }))),
    async accept({ account, actor }: Session, id: string, text: string | undefined): Promise<Run> {
      if (text !== undefined) refuseBrokenText({ text })
      const run = await decide(account, id, ['suggested'], ({ state, outcome }) => state === 'running' || outcome === 'done', async (tx) => {
        if (text !== undefined) await tx.run(statements.setStepText(account, id, text))
        await tx.run(statements.accept(account, id, actor, iso(now() + acceptedMs)))
      })
      poke()
      return run
    },
  }
}
export type Runs = ReturnType<typeof runs>

/** The view `runs:<conversation>`. What another account's conversation holds is nothing. */
export const runsView = ({ unended }: Pick<Runs, 'unended'>): ViewKind => ({
  kind: 'runs',
  async open(session, conversation): Promise<RunsView> {
    if (!isInside(session) || !conversation || !isId(conversation)) throw new Refusal('not_found')
    return { runs: await unended(session.account, conversation) }
  },
})
