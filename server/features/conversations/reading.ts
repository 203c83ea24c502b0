/** What may be read of conversations: list, one, entries. */
import type { Conversation, Counts } from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import type { Db } from '#server/db/db.ts'
import * as journal from '#server/db/journal.sql.ts'
import { cursorOf, readCursor } from '#server/kernel/cursor.ts'
import { contactJson, insideJson, type Row } from '#server/kernel/entry-row.ts'
import { phoneFor } from '#server/kernel/phone.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { Access } from './access.ts'
import * as statements from './conversations.sql.ts'

export const countsOf = (rows: readonly { assignee: string | null; open: number }[]): Counts => ({
  open: rows.reduce((sum, r) => sum + r.open, 0),
  unassigned: rows.find((r) => r.assignee === null)?.open ?? 0,
  byAssignee: Object.fromEntries(rows.flatMap((r) => r.assignee === null ? [] : [[r.assignee, r.open]])),
})

function placeOf(cursor: string): { at: string; id: string } {
  const [at, id] = readCursor(cursor, (key) => !Number.isNaN(Date.parse(key)))
  return { at, id }
}

interface ListQuery { inbox?: string; status?: string; assignee?: string; contact?: string; search?: string; cursor?: string; limit?: number }
export async function list(db: Db, session: Session, query: ListQuery) {
  const { cursor, limit = 50, assignee, ...rest } = query
  const filter = {
    ...rest, limit: limit + 1, ...(cursor !== undefined && { before: placeOf(cursor) }),
    ...(assignee !== undefined && { assignee: assignee === 'me' ? session.actor.slice(5) : assignee }),
  }
  return db.read('list conversations', 5000, async (tx) => {
    const [rows, counts] = await Promise.all([tx.all(statements.list(session.account, session.actor, filter)), tx.all(statements.counts(session.account, query.inbox))])
    const page = rows.slice(0, limit)
    return {
      conversations: page.map(({ mine, ...row }) => row),
      marks: Object.fromEntries(page.map((r) => [r.id, r.mine])),
      counts: countsOf(counts),
      next: rows.length > limit ? cursorOf(page.at(-1)!.lastAt, page.at(-1)!.id) : null,
    }
  })
}

export async function get(db: Db, session: Session, id: string) {
  const row = await db.read('get conversation', 5000, (tx) => tx.maybe(statements.one(session.account, id)))
  if (!row || (!isInside(session) && session.actor !== `contact:${row.contact}`)) throw new Refusal('not_found')
  const { status, snoozedUntil, assignee, team, labels, inbox, contact, openedAt, page, channel, optedOut, head } = row
  const inside = isInside(session)
  const conversation: Conversation = inside
    ? { id, inbox, contact, status, snoozedUntil, assignee, team, labels, openedAt, page, channel, optedOut, head }
    : { id, inbox, contact, status: status === 'snoozed' ? 'open' : status, snoozedUntil: null, assignee: null, team: null, labels: [], openedAt, page, channel, optedOut: false, head }
  return {
    conversation, people: row.people,
    contact: { id: contact, name: row.contactName, email: row.contactEmail, phone: phoneFor(session, row.contactPhone), notes: inside ? row.contactNotes : '', attributes: inside ? row.contactAttributes : {}, firstSeenAt: row.contactSince, head: row.contactHead },
  }
}

/** As this reader sees them. */
export const entriesFor = (session: Session, rows: readonly Row[]): Entry[] => rows.map((r) => JSON.parse(isInside(session) ? insideJson(r) : contactJson(r)) as Entry)

export async function entries(db: Db, access: Access, epoch: () => string, session: Session, id: string, query: { after?: number; before?: number; limit?: number }) {
  const { account } = await access.conversation(session, id)
  const topic = `conversation:${id}`
  const { after, before, limit = 200 } = query
  return db.read('list entries', 5000, async (tx) => {
    const wanted = before !== undefined && after === undefined
      ? tx.all(journal.before(account, topic, before, limit))
      : tx.all(journal.after(account, topic, after ?? 0, limit))
    const [rows, head] = await Promise.all([wanted, tx.one(journal.heads([{ account, topic }]))])
    return { epoch: epoch(), head: head.head, entries: entriesFor(session, rows) }
  })
}
