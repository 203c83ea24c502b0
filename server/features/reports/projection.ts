/** Follows the journal and keeps the facts that reports are made of (RP1). */
import type { Tx } from '#server/db/db.ts'
import type { Fed, Subscriber } from '#server/db/feed.ts'
import { ByAccount } from '#server/kernel/by-account.ts'
import { Additions, begin, step, type Facts, type Step } from './fold.ts'
import * as statements from './reports.sql.ts'

export const subscriberName = 'reports'

/** @param changed told after each commit of which accounts something was read */
export function reportFacts(changed: (accounts: ReadonlySet<string>) => void): Subscriber {
  return {
    name: subscriberName,
    mayLagMs: 2_000,   // reports say up to when they are complete (P11), and give way first of all (P10)
    async handle(tx, entries) {
      const accounts = new Set(entries.map((e) => e.account))
      const conversations = entries.filter((e) => e.topic.startsWith('conversation:'))
      if (conversations.length > 0) await take(tx, conversations)
      return () => changed(accounts)
    },
  }
}

async function take(tx: Tx, entries: readonly Fed[]): Promise<void> {
  await tx.run(statements.alone())
  const byTopic = new ByAccount<{ account: string; id: string; key: string; live: Fed[] }>()
  for (const e of entries) {
    let of = byTopic.get(e.account, e.topic)
    if (!of) {
      const { account } = e, id = e.topic.slice(13)
      byTopic.set(account, e.topic, of = { account, id, key: `${account} ${id}`, live: [] })
    }
    of.live.push(e)
  }
  const keys = [...byTopic.values()]
  const facts = new Map((await tx.all(statements.factsOf(keys))).map((f) => [`${f.account} ${f.id}`, f]))
  await beginNew(tx, keys.filter(({ key }) => !facts.has(key)), facts)

  // Another node's entries may lie between two of ours and come later, or never to this subscriber's memory: they are in the journal.
  const gaps: { account: string; id: string; after: number; before: number }[] = []
  for (const { account, id, key, live } of keys) {
    let folded = facts.get(key)?.folded
    if (folded === undefined) continue
    for (const { offset } of live) {
      if (offset > folded + 1) gaps.push({ account, id, after: folded, before: offset })
      folded = Math.max(folded, offset)
    }
  }
  const missing = gaps.length > 0 ? Map.groupBy(await tx.all(statements.stepsBetween(gaps)), (s) => `${s.account} ${s.id}`) : new Map<string, Step[]>()

  const additions = new Additions()
  const moved: Facts[] = []
  for (const { key, live } of keys) {
    const of = facts.get(key)
    if (!of) continue   // was never opened: nothing that can be said of it
    const before = of.folded
    const lacked = missing.get(key)
    for (const one of lacked ? [...live, ...lacked].sort((a, b) => a.offset - b.offset) : live) {
      if (one.offset === of.folded + 1) step(of, one, additions)
      else if (one.offset > of.folded) throw new Error(`Entry ${of.folded + 1} of conversation ${of.id} is missing in the journal`)
    }
    if (of.folded > before) moved.push(of)
  }
  if (moved.length > 0) await tx.run(statements.saveFacts(moved))
  if (additions.closures.length > 0) await tx.run(statements.addClosures(additions.closures))
  const quarters = additions.quarters()
  if (quarters.length > 0) await tx.run(statements.addQuarters(quarters))
}

async function beginNew(tx: Tx, keys: readonly { account: string; id: string }[], facts: Map<string, Facts>): Promise<void> {
  if (keys.length === 0) return
  for (const { at, ...of } of await tx.all(statements.openings(keys))) facts.set(`${of.account} ${of.id}`, begin(of, at))
}
