import { describe, expect, it } from 'vitest'
import type { Entry, EntryBody, EntryType } from '#contract/entries.ts'
import { newId } from '#client/id.ts'
import { ada, hotel, kit, mara } from '#test/world.ts'
import { colleagueMail, colleaguePush, invitationMail, passwordMail, unansweredMail } from './mails.ts'
import { transcriptMail } from './transcript.ts'

describe('an invitation', () => {
  it('says who invites to what, until when, and holds the link in both forms', () => {
    const mail = invitationMail({
      id: kit.id, to: kit.email, name: 'Kit', inviter: 'Ada <b>', account: 'Hotel & Lantern', url: 'https://desk.example.com/links/secret?a=1&b=2', until: new Date('2026-12-01T07:05:00Z'),
    })
    expect(mail).toMatchObject({ id: kit.id, kind: 'invitation', to: kit.email, subject: 'Ada <b> invites you to Hotel & Lantern' })
    expect(mail.text).toBe(`Hello Kit,

Ada <b> invites you to answer guests and visitors of Hotel & Lantern with Lodge. Open this link and choose a password:

https://desk.example.com/links/secret?a=1&b=2

The link works once, until 1 December 2026 at 07:05 UTC. If you did not expect this, you need not do anything.
`)
    expect(mail.html).toContain('Ada &lt;b&gt; invites you')
    expect(mail.html).toContain('href="https://desk.example.com/links/secret?a=1&amp;b=2"')
    expect(mail.html).not.toContain('<b> invites')
  })
})

it('[ID10] says of a link for another password that it is one', () => {
  const mail = passwordMail({ id: kit.id, to: kit.email, name: 'Kit', inviter: 'Ada', account: 'Hotel Lantern', url: 'https://desk.example.com/welcome/secret', until: new Date('2026-12-01T07:05:00Z') })
  expect(mail).toMatchObject({ id: kit.id, kind: 'invitation', to: kit.email, subject: 'Choose a new password for Hotel Lantern' })
  expect(mail.text).toContain('https://desk.example.com/welcome/secret\n\nThe link works once, until 1 December 2026 at 07:05 UTC. Until it is used the old password holds.')
})

describe('a notice', () => {
  it('says who has been waiting for how long, and what was asked', () => {
    const mail = unansweredMail({ id: newId(), to: kit.email, contact: 'Mara', inbox: 'Website', since: new Date('2026-11-24T14:02:00Z'), text: 'Is anybody\nthere?', path: '/inbox/1', url: 'https://desk.example.com/inbox/1' })
    expect(mail.subject).toBe('Mara has been waiting since 24 November 2026 at 14:02 UTC')
    expect(mail.text).toContain('  Is anybody\n  there?\n\nhttps://desk.example.com/inbox/1\n')
  })
  it('[CV9] says who mentioned one or gave one a conversation, and where it leads', () => {
    const given = { id: newId(), to: kit.email, by: 'Ada', contact: 'Mara', path: '/inbox/1', url: 'https://desk.example.com/inbox/1' }
    const mail = colleagueMail({ ...given, what: 'mentioned', text: 'Can you take this, @Kit?' })
    expect(mail).toMatchObject({ kind: 'notice', path: '/inbox/1', subject: 'Ada mentioned you: Mara' })
    expect(mail.text).toContain('in the conversation with Mara.\n\n  Can you take this, @Kit?\n\nhttps://desk.example.com/inbox/1\n')
    expect(colleagueMail({ ...given, by: null, what: 'assigned', text: '' })).toMatchObject({ subject: 'A rule gave you a conversation: Mara' })
    expect(colleaguePush({ id: given.id, by: 'Ada', contact: 'Mara', path: '/inbox/1', what: 'assigned', text: '' })).toEqual({ id: given.id, kind: 'notice', path: '/inbox/1', subject: 'Ada gave you a conversation: Mara', text: 'Ada assigned the conversation with Mara to you.' })
  })
})

describe('a transcript', () => {
  const topic = `conversation:${newId()}`
  const guest = `contact:${mara.id}`
  let minutes = 0
  const entry = <T extends EntryType>(type: T, actor: string, body: EntryBody<T> | null, id = newId()): Entry =>
    ({ topic, offset: ++minutes, id, type, actor, at: new Date(Date.UTC(2026, 10, 23, 23, 55 + minutes)).toISOString(), body }) as Entry
  const [hello, typo, secret, note, gone] = [newId(), newId(), newId(), newId(), newId()]
  const entries: Entry[] = [
    entry('conversation.opened', guest, { inbox: newId(), contact: mara.id }),
    entry('message.sent', guest, { text: 'Could we check out\nat one? <script>', attachments: [{ blob: newId(), name: 'plan.pdf', mediaType: 'application/pdf', sizeBytes: 1_234_567 }] }, hello),
    entry('conversation.assigned', `user:${ada.id}`, { assignee: kit.id, team: null }),
    entry('note.added', `user:${ada.id}`, { text: 'She is a regular.' }, note),
    entry('message.sent', `user:${kit.id}`, { text: 'Of curse.' }, typo),
    entry('message.sent', guest, { text: 'My card is 4111 1111.' }, secret),
    entry('message.edited', `user:${kit.id}`, { message: typo, text: 'Of course.' }),
    entry('message.edited', guest, { message: hello, text: 'Could we leave at one?' }),
    entry('note.edited', `user:${ada.id}`, { message: note, text: 'She is a dear regular.' }),
    entry('message.deleted', guest, { message: secret }),
    entry('message.sent', guest, null, gone),
    entry('conversation.closed', `user:${kit.id}`, {}),
    entry('conversation.reopened', 'system', { because: 'snooze_over' }),
  ]
  const given = { id: newId(), conversation: newId(), to: mara.email!, account: hotel.name, contact: mara, entries, names: { [ada.id]: 'Ada', [kit.id]: 'Kit' } }

  it('for a contact says what was written, as it was edited, without notes and what was taken back', () => {
    const mail = transcriptMail({ ...given, inside: false })
    expect(mail.subject).toBe('Your conversation with Hotel Lantern')
    expect(mail.text).toBe(`Here is what was written in your conversation with Hotel Lantern. All times are in UTC.

— 23 November 2026 —

Mara Lindqvist · 23:57 · edited
  Could we leave at one?
  File: plan.pdf (1.2 MB)

— 24 November 2026 —

Kit · 00:00 · edited
  Of course.

Mara Lindqvist · 00:01
  This was deleted.

Mara Lindqvist · 00:06
  This was deleted.

Kit closed the conversation.

The conversation came back from being snoozed.
`)
    for (const form of [mail.text, mail.html]) for (const inner of ['regular', '4111', 'curse', 'check out', 'assigned']) expect(form).not.toContain(inner)
  })

  it('for colleagues has notes and assignments too, and says so', () => {
    const mail = transcriptMail({ ...given, inside: true })
    expect(mail.subject).toBe('Conversation with Mara Lindqvist')
    expect(mail.text).toContain('notes included: do not forward it to guests')
    expect(mail.text).toContain('Ada assigned this to Kit.\n\nAda (note) · 23:59 · edited\n  She is a dear regular.')
    expect(mail.text).not.toContain('4111')
  })

  it('escapes what people wrote', () => {
    const mail = transcriptMail({ ...given, entries: entries.slice(0, 2), inside: false })
    expect(mail.html).toContain('Could we check out<br>at one? &lt;script&gt;')
  })

  it('of an erased person says nothing any more', () => {
    const mail = transcriptMail({ ...given, entries: [...entries, entry('conversation.erased', `user:${ada.id}`, {})], inside: true })
    expect(mail.text).not.toMatch(/course|regular|leave at one|plan\.pdf/)
  })

  it('is cut where no mail programme would follow', () => {
    const many = Array.from({ length: 2_003 }, (_, i) => entry('message.sent', guest, { text: `line ${i}` }))
    const mail = transcriptMail({ ...given, entries: many, inside: false })
    expect(mail.text).toContain('3 earlier messages are left out.')
    expect(mail.text).not.toContain('line 2\n')
    expect(mail.text).toContain('line 2002\n')
    expect(transcriptMail({ ...given, entries: [], inside: false }).text).toContain('Nothing was written.')
  })
})
