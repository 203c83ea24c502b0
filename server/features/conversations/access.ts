import type { Db } from '#server/db/db.ts'
import type { Remembered } from '#server/db/remembered.ts'
import { ofTheHouse } from '#server/db/on-behalf.ts'
import { ByAccount } from '#server/kernel/by-account.ts'
import { gather } from '#server/kernel/gather.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import { isId } from '#contract/ids.ts'
import * as statements from './conversations.sql.ts'
import type { Facts } from './conversations.sql.ts'

/**
 * The one access check of a conversation. What it needs (account, inbox, contact) never changes, so it is read once and kept:
 * a message on a live conversation costs no query, and a resume of fifty costs one.
 */
export interface Access {
  /** The same check for a topic's conversation, when nothing has to be read for it: by its name, as a command brings it. @throws Refusal `not_found` */
  inTopic(session: Session, topic: string): Facts | undefined
  /** A promise only of one that has to be read first: a message on a live conversation waits for nothing. @throws Refusal `not_found`: also for what exists elsewhere, so that nothing is revealed. */
  conversation(session: Session, id: string): Facts | Promise<Facts>
  may(session: Session, ids: readonly string[]): Promise<boolean[]>
  /** Known, and of no channel. */
  isWeb(account: string, id: string): boolean
  /** Known as somebody else's, or in another inbox. */
  isTaken(facts: Facts): boolean
  /** Of a conversation that was opened here, or is kept in the spool and not in the database yet. */
  learn(facts: Facts): void
  forget(account: string, id: string): void
  /** A conversation that is being opened right now: commands behind it wait for it instead of being refused. */
  opening(account: string, id: string, opened: Promise<unknown>): void
}

const topicOf = (id: string): string => `conversation:${id}`

/** @param noted each that becomes known, for a later life that cannot ask the database @param recalls this is such a life */
export async function conversationAccess(db: Db, { noted, recalls, maxFacts = 200_000, isGatherOff }: { noted: Remembered<Facts>; recalls: boolean; maxFacts?: number; isGatherOff?: boolean }): Promise<Access> {
  const known = new ByAccount<Facts>()   // by topic
  const openings = new ByAccount<Promise<unknown>>()
  const asked = new ByAccount<Promise<Facts | undefined>>()
  const load = gather<{ account: string; id: string }, Facts | undefined>({
    maxItems: 1000, isOff: isGatherOff,
    async run(keys) {
      const found = await ofTheHouse(() => db.read('conversation access', 5000, (tx) => tx.all(statements.facts(keys))))
      const byKey = new Map(found.map((f) => [`${f.account} ${f.id}`, f]))
      return keys.map((k) => byKey.get(`${k.account} ${k.id}`))
    },
  })

  function keep(facts: Facts): void {
    if (known.size >= maxFacts) known.clear()
    known.set(facts.account, topicOf(facts.id), facts)
  }
  /** One answer for all who ask at the same time: what was kept of one sender is done again together, and asked for one by one it would go on in the order of the answers, or without those whose question failed. */
  function facts(account: string, id: string): Facts | Promise<Facts | undefined> {
    const kept = known.get(account, topicOf(id)) ?? asked.get(account, id)
    if (kept) return kept
    const answer = learnt(account, id).finally(() => asked.delete(account, id))
    asked.set(account, id, answer)
    return answer
  }
  async function learnt(account: string, id: string): Promise<Facts | undefined> {
    if (!isId(id)) return undefined
    await openings.get(account, id)
    const opened = known.get(account, topicOf(id))
    if (opened) return opened
    const found = await load({ account, id })
    if (found) {
      keep(found)
      noted.note(found)
    }
    return found
  }
  const sees = (session: Session, f: Facts | undefined): f is Facts => f !== undefined && (isInside(session) || session.actor === `contact:${f.contact}`)
  function ifSeen(session: Session, f: Facts | undefined): Facts {
    if (!sees(session, f)) throw new Refusal('not_found')
    return f
  }

  if (recalls) for (const facts of await noted.read()) keep(facts)

  return {
    inTopic(session, topic) {
      const f = known.get(session.account, topic)
      return f && ifSeen(session, f)
    },
    conversation(session, id) {
      const f = facts(session.account, id)
      return f instanceof Promise ? f.then((found) => ifSeen(session, found)) : ifSeen(session, f)
    },
    may: (session, ids) => Promise.all(ids.map(async (id) => sees(session, await facts(session.account, id)))),
    isWeb: (account, id) => known.get(account, topicOf(id))?.channel === null,
    isTaken({ account, id, inbox, contact }) {
      const f = known.get(account, topicOf(id))
      return f !== undefined && (f.contact !== contact || f.inbox !== inbox)
    },
    learn(facts) {
      keep(facts)
      noted.note(facts)
    },
    forget(account, id) { known.delete(account, topicOf(id)) },
    opening(account, id, opened) {
      const over = opened.then(() => {}, () => {}).finally(() => { if (openings.get(account, id) === over) openings.delete(account, id) })
      openings.set(account, id, over)
    },
  }
}
