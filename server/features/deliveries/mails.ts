import { en, type Words } from './en.ts'
import type { Mail, Push } from './deliveries.ts'
import { laidOut } from './layout.ts'

/** `id` is the delivery's: the same invitation or notice again is the same mail. */
interface For { id: string; to: string }

export function invitationMail({ id, to, name, inviter, account, url, until }: For & { name: string; inviter: string; account: string; url: string; until: Date }, words: Words = en): Mail {
  const say = words.invitation
  return {
    id, to, kind: 'invitation', subject: say.subject({ inviter, account }),
    ...laidOut([
      { kind: 'text', text: say.greeting(name) },
      { kind: 'text', text: say.body({ inviter, account }) },
      { kind: 'link', label: say.button, url },
      { kind: 'quiet', text: `${say.until(dayAndTime(until, words))} ${say.otherwise}` },
    ], words),
  }
}

/** Of the same kind: an export takes the link out of either. */
export function passwordMail({ id, to, name, inviter, account, url, until }: Parameters<typeof invitationMail>[0], words: Words = en): Mail {
  const { greeting, button, until: lasts } = words.invitation
  const say = words.password
  return {
    id, to, kind: 'invitation', subject: say.subject(account),
    ...laidOut([
      { kind: 'text', text: greeting(name) },
      { kind: 'text', text: say.body({ inviter, account }) },
      { kind: 'link', label: button, url },
      { kind: 'quiet', text: `${lasts(dayAndTime(until, words))} ${say.otherwise}` },
    ], words),
  }
}

/** To a colleague: somebody waits for an answer. */
export function unansweredMail({ id, to, contact, inbox, since, text, path, url }: For & { contact: string; inbox: string; since: Date; text: string; path: string; url: string }, words: Words = en): Mail {
  const say = words.notice.unanswered
  const when = dayAndTime(since, words)
  return {
    id, to, kind: 'notice', path, subject: say.subject({ contact, since: when }),
    ...laidOut([
      { kind: 'text', text: say.body({ contact, inbox, since: when }) },
      { kind: 'quote', text },
      { kind: 'link', label: say.button, url },
    ], words),
  }
}

interface Colleague { what: 'mentioned' | 'assigned'; by: string | null; contact: string; text: string; path: string }
/** To a colleague who is not there: mentioned in a note, or given a conversation. */
export function colleagueMail({ id, to, what, by, contact, text, path, url }: For & Colleague & { url: string }, words: Words = en): Mail {
  const say = words.notice[what]
  const whose = { by: by ?? words.notice.someone, contact }
  return {
    id, to, kind: 'notice', path, subject: say.subject(whose),
    ...laidOut([{ kind: 'text', text: say.body(whose) }, ...(text ? [{ kind: 'quote' as const, text }] : []), { kind: 'link', label: words.notice.unanswered.button, url }], words),
  }
}
/** The same for a browser. */
export function colleaguePush({ id, what, by, contact, text, path }: { id: string } & Colleague, words: Words = en): Omit<Push, 'subscription' | 'to'> {
  const say = words.notice[what]
  const whose = { by: by ?? words.notice.someone, contact }
  return { id, kind: 'notice', subject: say.subject(whose), text: text || say.body(whose), path }
}

/** `24 November 2026 at 14:02 UTC`: a mail is read in any zone, so it says its own. */
const dayAndTime = (at: Date, words: Words): string => at.toLocaleString(words.language === 'en' ? 'en-GB' : words.language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).concat(' UTC')
