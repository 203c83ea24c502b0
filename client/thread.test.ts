import { describe, expect, it } from 'vitest'
import type { Entry, EntryBody, EntryType } from '#contract/entries.ts'
import type { PendingCommand } from './outbox.ts'
import { isMessage, thread, type Message } from './thread.ts'

const topic = 'conversation:c', ada = 'user:ada', kit = 'user:kit', mara = 'contact:mara'
const at = '2026-03-01T10:00:00.000Z'
type Said = { [T in EntryType | 'hidden']: [string, T, string, T extends EntryType ? EntryBody<T> | null : null] }[EntryType | 'hidden']
const entries = (...said: Said[]): Entry[] => said.map(([id, type, actor, body], i) => ({ topic, offset: i + 1, id, type, actor, at, body }) as Entry)
const command = (of: Pick<PendingCommand, 'id' | 'type' | 'state'> & { body: object; code?: string }): PendingCommand => ({ topic, madeAt: at, ...of }) as PendingCommand
const marks = { contact: { delivered: 3, read: 2 }, agent: { delivered: 1, read: 1 }, mine: 0 }
const messages = (of: Parameters<typeof thread>[0]): Message[] => thread(of).filter(isMessage)

describe('a thread', () => {
  it('[MK2] gives own messages the tick that is true', () => {
    const said = entries(['a', 'message.sent', ada, { text: '1' }], ['b', 'message.sent', kit, { text: '2' }], ['c', 'message.sent', ada, { text: '3' }], ['d', 'message.sent', ada, { text: '4' }], ['e', 'message.sent', mara, { text: '5' }])
    const pending = [command({ id: 'f', type: 'message.send', state: 'kept', body: { text: '6' } }), command({ id: 'g', type: 'message.send', state: 'pending', body: { text: '7' } }), command({ id: 'h', type: 'message.send', state: 'failed', code: 'too_long', body: { text: '8' } })]
    expect(messages({ entries: said, pending, marks, me: ada }).map((m) => m.tick)).toEqual(['read', 'read', 'delivered', 'stored', undefined, 'kept', 'pending', 'failed'])
    expect(messages({ entries: said, pending: [], marks, me: mara }).map((m) => m.tick)).toEqual([undefined, undefined, undefined, undefined, 'stored'])
    expect(messages({ entries: said, pending: [], me: ada })[0]?.tick).toBe('stored')
  })

  it('[SP7] shows what a server keeps behind what is stored, each once, and as kept on whosever side', () => {
    const kept = [{ id: 'a', type: 'message.sent' as const, actor: mara, at, body: { text: '1' } }, { id: 'b', type: 'message.sent' as const, actor: mara, at, body: { text: '2' } }, { id: 'c', type: 'note.added' as const, actor: kit, at, body: { text: '3' } }]
    const said = entries(['a', 'message.sent', mara, { text: '1' }])
    expect(messages({ entries: said, pending: [], kept, marks, me: ada }).map((m) => [m.id, m.kind, m.tick, m.offset])).toEqual([['a', 'message', undefined, 1], ['b', 'message', 'kept', undefined], ['c', 'note', 'kept', undefined]])
    const pending = [command({ id: 'b', type: 'message.send', state: 'pending', body: { text: '2' } })]
    expect(messages({ entries: said, pending, kept: kept.slice(0, 2), me: mara }).map((m) => [m.id, m.tick])).toEqual([['a', 'stored'], ['b', 'pending']])
  })

  it('keeps id and place while a message becomes stored, and shows it once', () => {
    const pending = [command({ id: 'a', type: 'message.send', state: 'pending', body: { text: 'hi' } })]
    const before = messages({ entries: [], pending, me: mara }), after = messages({ entries: entries(['a', 'message.sent', mara, { text: 'hi' }]), pending, me: mara })
    expect(before).toMatchObject([{ id: 'a', actor: mara, text: 'hi', tick: 'pending' }])
    expect(after).toMatchObject([{ id: 'a', actor: mara, text: 'hi', tick: 'stored', offset: 1 }])
  })

  it('applies edits and deletions, leaves a trace, and survives what is redacted', () => {
    const file = { blob: 'x', name: 'a.png', mediaType: 'image/png', sizeBytes: 1 }
    const shown = messages({
      entries: entries(
        ['a', 'message.sent', ada, { text: 'tpyo' }], ['b', 'message.sent', ada, { text: 'secret', attachments: [file] }], ['c', 'note.added', kit, { text: 'n', mentions: ['ada'] }],
        ['d', 'message.edited', ada, { message: 'a', text: 'typo' }], ['e', 'message.deleted', ada, { message: 'b' }], ['f', 'message.edited', ada, { message: 'b', text: 'too late' }],
        ['g', 'note.edited', kit, { message: 'c', text: 'note' }], ['h', 'message.sent', mara, null], ['i', 'message.edited', mara, null], ['j', 'message.edited', ada, { message: 'before the tail', text: 'x' }]),
      pending: [], me: ada,
    })
    expect(shown).toMatchObject([
      { id: 'a', text: 'typo', edited: true }, { id: 'b', text: '', attachments: [], deleted: { by: ada, at } },
      { id: 'c', kind: 'note', text: 'note', edited: true, mentions: ['ada'] }, { id: 'h', text: '', deleted: {} },
    ])
    expect(shown[2]).not.toHaveProperty('tick')
  })

  it('shows an own edit and deletion before they are stored, as such', () => {
    const said = entries(['a', 'message.sent', ada, { text: 'old' }], ['b', 'message.sent', ada, { text: 'b' }], ['c', 'message.sent', ada, { text: 'c' }])
    expect(messages({ entries: said, me: ada, pending: [
      command({ id: 'x', type: 'message.edit', state: 'pending', body: { message: 'a', text: 'new' } }),
      command({ id: 'y', type: 'message.delete', state: 'kept', body: { message: 'b' } }),
      command({ id: 'z', type: 'message.edit', state: 'failed', code: 'not_yours', body: { message: 'c', text: 'never' } }),
    ] })).toMatchObject([
      { text: 'new', edited: true, change: { id: 'x', what: 'edit', state: 'pending' } }, { text: 'b', change: { what: 'deletion', state: 'kept' } },
      { text: 'c', edited: false, change: { state: 'failed', code: 'not_yours' } },
    ])
  })

  it('tells turns as data, own ones before they are stored, and hides what is hidden', () => {
    const said = entries(
      ['a', 'conversation.opened', mara, { inbox: 'i', contact: 'mara', page: '/rooms' }], ['b', 'hidden', 'system', null], ['c', 'conversation.assigned', kit, { assignee: 'ada', team: null, note: 'Swedish' }],
      ['d', 'conversation.snoozed', ada, { until: at }], ['e', 'conversation.reopened', 'system', { because: 'snooze_over' }], ['f', 'conversation.labelled', ada, { labels: ['vip'] }], ['g', 'contact.changed', ada, { name: 'Mara' }])
    expect(thread({ entries: said, me: ada, pending: [command({ id: 'h', type: 'conversation.close', state: 'pending', body: {} })] })).toEqual([
      { id: 'a', offset: 1, actor: mara, at, kind: 'opened', page: '/rooms' },
      { id: 'c', offset: 3, actor: kit, at, kind: 'assigned', assignee: 'ada', team: null, note: 'Swedish' },
      { id: 'd', offset: 4, actor: ada, at, kind: 'snoozed', until: at },
      { id: 'e', offset: 5, actor: 'system', at, kind: 'reopened', because: 'snooze_over' },
      { id: 'f', offset: 6, actor: ada, at, kind: 'labelled', labels: ['vip'] },
      { id: 'h', actor: ada, at, kind: 'closed', state: 'pending' },
    ])
  })

  it('[RD2] holds nothing of an erased person', () => {
    const shown = thread({ entries: entries(['a', 'conversation.opened', mara, { inbox: 'i', contact: 'mara', page: '/secret' }], ['b', 'message.sent', mara, { text: 'secret' }], ['c', 'conversation.assigned', kit, { assignee: null, team: null, note: 'secret' }], ['d', 'conversation.erased', ada, {}]), pending: [], me: ada })
    expect(JSON.stringify(shown)).not.toContain('secret')
    expect(shown[1]).toMatchObject({ id: 'b', deleted: { by: ada } })
  })
})
