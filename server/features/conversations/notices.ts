/**
 * What colleagues are told: who was mentioned in a note, and who was given a conversation by somebody else. In the console of one who is
 * there; else in their browsers, and by mail to whoever has none. Once, with the cursor over the journal.
 */
import type { EntryBody } from '#contract/entries.ts'
import { idOf } from '#contract/ids.ts'
import type { ColleagueNotice } from '#contract/people.ts'
import type { Fed, Subscriber } from '#server/db/feed.ts'
import type { Tx } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { ViewKind } from '#server/realtime/plugs.ts'
import * as statements from './conversations.sql.ts'

export interface Browser { id: string; user: string; to: string }
/** `email`: whose it is. The notice's id is that of a delivery. */
export interface Told extends ColleagueNotice { user: string; email: string }
interface Ways {
  now: () => number
  isThere: (account: string, user: string) => boolean
  /** To the open consoles of that person. */
  show: (account: string, user: string, notice: ColleagueNotice) => void
  browsersOf: (tx: Tx, account: string, users: readonly string[]) => Promise<Browser[]>
  push: (tx: Tx, account: string, to: Browser, notice: Told) => Promise<void>
  mail: (tx: Tx, account: string, notice: Told) => Promise<void>
}

/** After a long outage nobody needs to be told of yesterday. */
const freshMs = 12 * 3_600_000
const shownCharacters = 300

/** Whom an entry is news to, and the words that go with it. */
function concerned(entry: Fed): { what: ColleagueNotice['what']; users: readonly string[]; text: string } | undefined {
  if (entry.type === 'note.added') {
    const { mentions = [], text } = entry.body as EntryBody<'note.added'>
    return { what: 'mentioned', users: mentions, text }
  }
  if (entry.type !== 'conversation.assigned') return undefined
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
      const by = idOf(actor)
      const { what, users, text } = concerned(entry) ?? { what: 'mentioned' as const, users: [], text: '' }
      const others = users.filter((user) => user !== by)
      if (others.length === 0) continue
      for (const person of await tx.all(statements.colleagues(account, others, conversation, actor.startsWith('user:') ? by! : null))) {
        const notice = { id: derivedId('colleague notice', entry.id, person.id), what, conversation, by: person.by, contact: person.contact, text: text.slice(0, shownCharacters) }
        told.push({ account, user: person.id, notice })
        if (isThere(account, person.id)) continue
        const browsers = await browsersOf(tx, account, [person.id])
        for (const browser of browsers) await push(tx, account, browser, { ...notice, user: person.id, email: person.email, id: derivedId('colleague push', entry.id, browser.id) })
        if (browsers.length === 0) await mail(tx, account, { ...notice, user: person.id, email: person.email })
      }
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
