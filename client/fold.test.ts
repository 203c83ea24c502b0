import { describe, expect, it } from 'vitest'
import type { Conversation } from '#contract/conversations.ts'
import { entryTypes, type Entry, type EntryBody, type EntryType } from '#contract/entries.ts'
import { fold } from './fold.ts'

const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
const topic = `conversation:${id(1)}`
const contact = `contact:${id(2)}`, user = `user:${id(3)}`
type Said = { [T in EntryType]: [T, string, EntryBody<T> | null] }[EntryType]
const entries = (...said: Said[]): Entry[] => said.map(([type, actor, body], i) => ({ topic, offset: i + 1, id: id(100 + i), type, actor, at: '2026-03-01T10:00:00.000Z', body }) as Entry)
const folded = (...said: Said[]): Conversation | undefined => entries(['conversation.opened', contact, { inbox: id(4), contact: id(2), page: 'https://hotel.example/' }], ...said).reduce<Conversation | undefined>(fold, undefined)

describe('[CV1] folding', () => {
  it('starts with what the opening says', () => {
    expect(folded()).toEqual({ id: id(1), inbox: id(4), contact: id(2), status: 'open', snoozedUntil: null, assignee: null, team: null, labels: [], openedAt: '2026-03-01T10:00:00.000Z', page: 'https://hotel.example/', channel: null, optedOut: false, head: 1 })
  })

  const until = '2026-03-02T08:00:00.000Z'
  it.each<[string, Said[], Partial<Conversation>]>([
    ['an assignment sets both', [['conversation.assigned', user, { assignee: id(3), team: id(5) }]], { assignee: id(3), team: id(5) }],
    ['an assignment clears both', [['conversation.assigned', user, { assignee: id(3), team: id(5) }], ['conversation.assigned', user, { assignee: null, team: null }]], { assignee: null, team: null }],
    ['labels replace labels', [['conversation.labelled', user, { labels: ['vip', 'late'] }], ['conversation.labelled', user, { labels: ['vip'] }]], { labels: ['vip'] }],
    ['closing ends a snooze', [['conversation.snoozed', user, { until }], ['conversation.closed', user, {}]], { status: 'closed', snoozedUntil: null }],
    ['snoozing says until when', [['conversation.snoozed', user, { until }]], { status: 'snoozed', snoozedUntil: until }],
    ['a snooze that is over reopens', [['conversation.snoozed', user, { until }], ['conversation.reopened', 'system', { because: 'snooze_over' }]], { status: 'open', snoozedUntil: null }],
    ['[CV2] a contact’s message wakes', [['conversation.snoozed', user, { until }], ['message.sent', contact, { text: 'Hello?' }]], { status: 'open', snoozedUntil: null }],
    ['[CV2] a contact’s message reopens, even redacted', [['conversation.closed', user, {}], ['message.sent', contact, null]], { status: 'open' }],
    ['[CV2] a user’s message reopens', [['conversation.closed', user, {}], ['message.sent', user, { text: 'One more thing' }]], { status: 'open' }],
    ['[CV2] a user’s message lets sleep', [['conversation.snoozed', user, { until }], ['message.sent', user, { text: 'Noted' }]], { status: 'snoozed', snoozedUntil: until }],
    ['a note changes nothing', [['conversation.closed', user, {}], ['note.added', user, { text: 'x' }]], { status: 'closed' }],
    ['a message of the system changes nothing', [['conversation.closed', user, {}], ['message.sent', 'system', { text: 'We are closed' }]], { status: 'closed' }],
    ['erasure takes the page', [['conversation.erased', user, {}]], { page: null }],
  ])('%s', (_, said, expected) => {
    expect(folded(...said)).toMatchObject({ ...expected, head: said.length + 1 })
  })

  it('is total: every type, redacted or of a newer server, moves the head and breaks nothing', () => {
    const start = folded()
    for (const type of [...entryTypes, 'hidden', 'conversation.merged']) {
      expect(fold(start, { topic, offset: 2, id: id(9), type, actor: user, at: '2026-03-01T10:00:00.000Z', body: null } as Entry), type).toMatchObject({ id: id(1), head: 2 })
    }
  })

  it('drops what it had and does not begin in the middle', () => {
    const conversation = folded(['conversation.closed', user, {}])
    expect(fold(conversation, entries(['message.sent', contact, { text: 'old' }])[0]!)).toBe(conversation)
    expect(fold(undefined, entries(['message.sent', contact, { text: 'x' }])[0]!)).toBeUndefined()
  })
})
