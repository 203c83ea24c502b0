/**
 * What colleagues are told: who was mentioned in a note, and who was given a conversation by somebody else. In the console of one who is
 * there; else in their browsers, and by mail to whoever has none. Once, with the cursor over the journal.
 */
import type { EntryBody } from '#contract/entries.ts'
import { idOf } from '#contract/ids.ts'
import type { ColleagueNotice } from '#contract/people.ts'
import type { Fed, Subscriber } from '#server/db/feed.ts'
import type { Tx } from '#server/db/db.ts'
import type { Browser } from '#server/features/pushes/pushes.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { ViewKind } from '#server/realtime/plugs.ts'
import * as statements from './conversations.sql.ts'

/** What is the same for everybody who is told of it. */
type News = Omit<ColleagueNotice, 'id'>
interface Ways {
  now: () => number
  isThere: (account: string, user: string) => boolean
  /** To the open consoles of that person. */
  show: (account: string, user: string, notice: ColleagueNotice) => void
  browsersOf: (tx: Tx, account: string, users: readonly string[]) => Promise<Browser[]>
  push: (tx: Tx, account: string, to: readonly (Browser & { delivery: string })[], news: News) => Promise<void>
  mail: (tx: Tx, account: string, to: string, notice: ColleagueNotice) => Promise<void>
}

/** After a long outage nobody needs to be told of yesterday. */
const freshMs = 12 * 3_600_000
const shownCharacters = 300

/** Whom an entry is news to, and the words that go with it. */
function concerned(entry: Fed): { what: News['what']; users: readonly string[]; text: string } {
  if (entry.type === 'note.added') {
    const { mentions = [], text } = entry.body as EntryBody<'note.added'>
    return { what: 'mentioned', users: mentions, text }
  }
  const { assignee, note = '' } = entry.body as EntryBody<'conversation.assigned'>
  return { what: 'assigned', users: assignee === null ? [] : [assignee], text: note }
}

export const colleagueNotices = ({ now, isThere, show, browsersOf, push, mail }: Ways): Subscriber => ({
  name: 'colleague notices',
  only: ['note.added', 'conversation.assigned'],
  async handle(tx, entries) {
    const told: { account: string; user: string; notice: ColleagueNotice }[] = []
    for (const entry of entries) {
      if (entry.body === null || now() - Date.parse(entry.at) > freshMs) continue   // deleted since, or old
      const { account, actor } = entry, conversation = entry.topic.slice('conversation:'.length)
      const { what, users, text } = concerned(entry)
      const others = users.filter((user) => actor !== `user:${user}`)
      if (others.length === 0) continue
      const people = await tx.all(statements.colleagues(account, others, conversation, actor.startsWith('user:') ? idOf(actor)! : null))
      if (people.length === 0) continue
      const { by, contact } = people[0]!
      const news: News = { what, conversation, by, contact, text: text.slice(0, shownCharacters) }
      const noticeOf = (user: string): ColleagueNotice => ({ id: derivedId('colleague notice', entry.id, user), ...news })
      for (const { id } of people) told.push({ account, user: id, notice: noticeOf(id) })

      const absent = people.filter(({ id }) => !isThere(account, id))
      if (absent.length === 0) continue
      const browsers = await browsersOf(tx, account, absent.map(({ id }) => id))
      await push(tx, account, browsers.map((b) => ({ ...b, delivery: derivedId('colleague push', entry.id, b.id) })), news)
      for (const { id, email } of absent) if (!browsers.some((b) => b.user === id)) await mail(tx, account, email, noticeOf(id))
    }
    return () => { for (const { account, user, notice } of told) show(account, user, notice) }
  },
})

/** Nothing is kept for it: who was not there has it from elsewhere. */
export const noticesView: ViewKind = {
  kind: 'notices',
  async open(session, user) {
    if (session.actor !== `user:${user}`) throw new Refusal('not_found')
    return { notice: null }
  },
}
