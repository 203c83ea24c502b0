/** What of conversations goes over the socket: their topics, and the view of an inbox's list. */
import type { InboxView } from '#contract/conversations.ts'
import { isId } from '#contract/ids.ts'
import type { Db } from '#server/db/db.ts'
import type { Session } from '#server/kernel/session.ts'
import { isInside } from '#server/kernel/session.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { TopicKind, ViewKind } from '#server/realtime/plugs.ts'
import type { Access } from './access.ts'
import * as statements from './conversations.sql.ts'
import type { Changed } from './projection.ts'
import { countsOf } from './reading.ts'

export const conversationTopic = (access: Access): TopicKind => ({ kind: 'conversation', mayJoin: (session, ids) => access.may(session, ids) })

interface Options {
  db: Db
  push: (account: string, view: string, body: InboxView) => void
  isWatched: (account: string, view: string) => boolean
  log: { error(o: object, m: string): void }
  /** At most one push per inbox in this time: 200 agents on one inbox at 600 messages/s would otherwise be 120,000 deliveries/s. */
  everyMs?: number
}

export interface InboxList { view: ViewKind; changed(of: readonly Changed[]): void; stop(): void }

export function inboxList({ db, push, isWatched, log, everyMs = 250 }: Options): InboxList {
  const waiting = new Map<string, { account: string; inbox: string; ids: Set<string> }>()
  const timers = new Map<string, NodeJS.Timeout>()

  async function flush(key: string): Promise<void> {
    const of = waiting.get(key)
    waiting.delete(key); timers.delete(key)
    if (!of || !isWatched(of.account, `inbox:${of.inbox}`)) return
    try {
      const [rows, counts] = await db.read('inbox view', 5000, (tx) => Promise.all([tx.all(statements.rows(of.account, [...of.ids])), tx.all(statements.counts(of.account, of.inbox))]))
      push(of.account, `inbox:${of.inbox}`, { rows, counts: countsOf(counts) })
    } catch (error) {
      if (!(error instanceof Refusal)) log.error({ err: error }, 'An inbox view could not be made')
      changed([...of.ids].map((id) => ({ account: of.account, inbox: of.inbox, id })))
    }
  }

  function changed(of: readonly Changed[]): void {
    for (const { account, inbox, id } of of) {
      const key = `${account} ${inbox}`
      const entry = waiting.get(key)
      if (entry) entry.ids.add(id); else waiting.set(key, { account, inbox, ids: new Set([id]) })
      if (!timers.has(key)) timers.set(key, setTimeout(() => void flush(key), everyMs))
    }
  }

  return {
    changed,
    view: {
      kind: 'inbox',
      async open(session: Session, inbox: string | undefined): Promise<InboxView> {
        if (!isInside(session) || !inbox || !isId(inbox)) throw new Refusal('not_found')
        // Rows come over HTTP, page by page; the view begins with the counts.
        return { rows: [], counts: countsOf(await db.read('inbox counts', 5000, (tx) => tx.all(statements.counts(session.account, inbox)))) }
      },
    },
    stop() { for (const t of timers.values()) clearTimeout(t); timers.clear(); waiting.clear() },
  }
}
