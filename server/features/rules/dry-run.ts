/** What a rule would have done in the last seven days: the past goes through the same matcher, and nothing is done. */
import type { DryRun, RuleFields } from '#contract/rules.ts'
import { triggerFamily } from '#contract/rule-kinds.ts'
import type { Db } from '#server/db/db.ts'
import { selectOfConversations, selectOfLocations } from './dry-run.sql.ts'
import { entryTypesOf, isWait } from './match.ts'
import { planOf } from './plan.ts'
import { readAllFacts } from './reading.ts'
import { candidates, would } from './replay.ts'

export interface DryRunOptions { db: Db; check: (rule: RuleFields) => void; now: () => number }
export type DryRuns = (account: string, rule: RuleFields) => Promise<DryRun>

const days = 7
const entriesMax = 20_000
const shownMax = 200
/** A question, not work: it gives way. */
const deadlineMs = 5_000

export const dryRuns = ({ db, check, now }: DryRunOptions): DryRuns => async (account, rule) => {
  check(rule)
  const { kind } = rule.trigger
  const about = triggerFamily[kind]
  const from = new Date(now() - days * 86_400_000).toISOString()
  const types = [entryTypesOf[kind], ...(isWait(kind) ? ['conversation.closed'] : [])]
  return db.read('report: dry run of a rule', deadlineMs, async (tx) => {
    const rows = await tx.all(about === 'conversation' ? selectOfConversations(account, from, types, entriesMax) : selectOfLocations(account, about === 'visit' ? 'visits' : 'bookings', from, types, entriesMax))
    const found = candidates({ ...rule, id: '' }, rows.reverse().map((r) => ({ ...r, account })), now())
    // More than are shown, since conditions leave some out.
    const newest = found.slice(-5 * shownMax)
    const facts = await readAllFacts(tx, account, about, [...new Set(newest.map((c) => c.event.id))])
    const done = would(rule, newest, facts, now())
    return {
      from, looked: rows.length, cut: rows.length >= entriesMax || newest.length < found.length || done.length > shownMax,
      would: done.slice(-shownMax).reverse().map(({ event, subject, dueAt, facts: of }) => ({
        at: dueAt, subject: { kind: rule.once, id: subject }, who: of.conversation?.contactName ?? of.visit?.name ?? of.booking?.userName ?? '',
        conversation: about === 'conversation' ? event.id : null, visit: about === 'visit' ? event.id : null, booking: about === 'booking' ? event.id : null,
        actions: planOf(rule.actions, of, { run: '', rule: { id: '', name: rule.name }, trigger: kind, happenedAt: event.at, visit: null, booking: null })
          .map((s) => ({ do: s.action, text: s.body && 'text' in s.body ? s.body.text : null })),
      })),
    }
  })
}
