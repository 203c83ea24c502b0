/**
 * Counts the whole journal anew and compares with what is kept (P11, RP3). Works beside a running Lodge: it looks at one snapshot, and
 * counts each conversation up to where the projection has come, which is at least where its cursors are.
 */
import type { Db, Tx } from '#server/db/db.ts'
import { Additions, begin, nobody, step, type Closure, type Facts, type Quarter } from './fold.ts'
import { subscriberName } from './projection.ts'
import * as statements from './recount.sql.ts'
import * as kept from './reports.sql.ts'

/** What is kept (`was`) and what the journal says (`counted`); one of them may be missing. */
export interface Difference { readonly account: string; readonly of: string; readonly was: unknown; readonly counted: unknown }
export interface Recounted {
  entries: number; conversations: number
  /** Entries that reports have not read yet: no difference, they are to come. */
  unread: number
  differences: number
  /** The first of them. */
  examples: Difference[]
}
interface Options {
  db: Db
  /** Puts what was counted in the place of what is different. Reports take in nothing new meanwhile. */
  repair?: boolean
  progress?: (entries: number, of: number) => void
  pageEntries?: number
}

const deadlineMs = 20 * 3_600_000
const examplesMax = 20

export function recount({ db, repair = false, progress = () => {}, pageEntries = 10_000 }: Options): Promise<Recounted> {
  return db.tx('recount', deadlineMs, async (tx) => {
    // Whoever repairs holds the projection off; whoever only looks sees everything as of one moment.
    await tx.run(repair ? kept.alone() : statements.unchangingSnapshot())
    const { entries: size } = await tx.one(statements.size())
    const found: Recounted = { entries: 0, conversations: 0, unread: 0, differences: 0, examples: [] }
    const differ = (difference: Difference): void => {
      found.differences++
      if (found.examples.length < examplesMax) found.examples.push(difference)
    }
    const sums = new Additions()
    let open: statements.Counted[] = []   // of the conversation that the page ended in
    for (let after = { account: nobody, topic: '', offset: 0 }; ;) {
      const rows = await tx.all(statements.page(subscriberName, after, pageEntries))
      const byTopic = [...Map.groupBy([...open, ...rows], (r) => `${r.account} ${r.topic}`).values()]
      open = rows.length === pageEntries ? byTopic.pop()! : []
      await compare(tx, byTopic, sums, found, differ, repair)
      found.entries += rows.length
      progress(found.entries, size)
      if (rows.length < pageEntries) break
      after = rows.at(-1)!
    }
    const strays = await tx.all(statements.strays())
    for (const { account, id } of strays) differ({ account, of: `conversation ${id}`, was: 'kept', counted: undefined })
    if (repair && strays.length > 0) {
      await tx.run(statements.dropConversations(strays))
      await tx.run(statements.dropClosures(strays))
    }
    await compareSums(tx, sums.quarters(), differ, repair)
    return found
  })
}

/** Whole conversations, each from its first entry on. */
async function compare(tx: Tx, conversations: readonly (readonly statements.Counted[])[], sums: Additions, found: Recounted, differ: (d: Difference) => void, repair: boolean): Promise<void> {
  const keys = conversations.map((rows) => ({ account: rows[0]!.account, id: rows[0]!.topic.slice(13) }))
  if (keys.length === 0) return
  const facts = new Map((await tx.all(kept.factsOf(keys))).map((f) => [`${f.account} ${f.id}`, f]))
  const closures = Map.groupBy(await tx.all(statements.closuresOf(keys)), (c) => `${c.account} ${c.id}`)
  const wrong: Facts[] = [], wrongClosures: Closure[] = []
  conversations.forEach((rows, i) => {
    const { account, id } = keys[i]!, [first] = rows, was = facts.get(`${account} ${id}`)
    if (!first || first.offset !== 1 || first.inbox === null) return   // was never opened; as the projection has it
    found.conversations++
    const upTo = Math.max(was?.folded ?? 0, rows.findLast((r) => r.isRead)?.offset ?? 0)
    found.unread += rows.length - Math.min(upTo, rows.length)
    if (upTo === 0) return
    const counted = begin({ account, id, inbox: first.inbox, channel: first.channel! }, first.at)
    const before = sums.closures.length
    for (const row of rows) if (row.offset <= upTo) step(counted, row, sums)
    const closed = sums.closures.splice(before)
    const had = closures.get(`${account} ${id}`) ?? []
    if (isSame(was, counted) && had.length === closed.length && had.every((c, at) => isSame(c, closed[at]))) return
    differ({ account, of: `conversation ${id}`, was: was && { ...was, closings: had }, counted: { ...counted, closings: closed } })
    wrong.push(counted)
    wrongClosures.push(...closed)
  })
  if (!repair || wrong.length === 0) return
  await tx.run(kept.saveFacts(wrong))
  await tx.run(statements.dropClosures(wrong))
  if (wrongClosures.length > 0) await tx.run(kept.addClosures(wrongClosures))
}

async function compareSums(tx: Tx, counted: readonly Quarter[], differ: (d: Difference) => void, repair: boolean): Promise<void> {
  const keyOf = (q: Quarter): string => `${q.account} ${q.quarter} ${q.inbox} ${q.channel} ${q.agent}`
  const left = new Map(counted.map((q) => [keyOf(q), q]))
  const wrong: Quarter[] = []
  const pageRows = 10_000
  for (let after: Parameters<typeof statements.quarters>[0] = { account: nobody, quarter: '-infinity', inbox: nobody, channel: '', agent: nobody }; ;) {
    const rows = await tx.all(statements.quarters(after, pageRows))
    for (const was of rows) {
      const now = left.get(keyOf(was))
      left.delete(keyOf(was))
      if (isSame(was, now)) continue
      differ({ account: was.account, of: `quarter hour ${was.quarter}`, was, counted: now })
      if (repair) await tx.run(statements.dropQuarter(was))
      if (now) wrong.push(now)
    }
    if (rows.length < pageRows) break
    after = rows.at(-1)!
  }
  for (const now of left.values()) {
    differ({ account: now.account, of: `quarter hour ${now.quarter}`, was: undefined, counted: now })
    wrong.push(now)
  }
  for (let at = 0; repair && at < wrong.length; at += pageRows) await tx.run(kept.addQuarters(wrong.slice(at, at + pageRows)))
}

const isSame = (a: object | undefined, b: object | undefined): boolean => {
  if (!a || !b) return a === b
  const [x, y] = [a, b] as Record<string, unknown>[]
  return Object.keys(x!).every((key) => x![key] === y![key])
}
