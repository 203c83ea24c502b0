import { expect, it } from 'vitest'
import type { Entry } from '#contract/entries.ts'
import type { ClientFrame, Joined } from '#contract/frames.ts'
import { topics } from './topics.ts'

const topic = 'conversation:t'
const marks = { contact: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 }, mine: 0 }
const entries = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ topic, offset: from + i, id: `${from + i}`, type: 'message.sent', actor: 'system', at: '', body: { text: '' } }))
const joined = (of: Partial<Exclude<Joined, { how: 'refused' }>>): { type: 'joined' } & Joined =>
  ({ type: 'joined', topic, how: 'fresh', epoch: 'old', head: 0, entries: [], marks, ...of })

it('[RS5] asks again from where one message has brought its readers, not from before it', () => {
  const sent: ClientFrame[] = []
  const t = topics({ clock: { now: () => 0, after: () => () => {} }, random: () => 0, send: (frame) => { sent.push(frame); return 'sent' }, epoch: () => {}, shorter: () => {}, isExpected: () => false })
  const seen: string[] = []
  t.join(topic, { fresh: ({ epoch, head }) => { seen.push(`fresh ${epoch} ${head}`) }, entries: (list) => { seen.push(...list.map((e) => `${e.offset}`)) } }, { epoch: 'new', offset: 5 })
  // A node that lived in the old history when it read, and heard of the new one before it had answered.
  t.handle(joined({ epoch: 'old', head: 17, entries: entries(13, 17) }))
  t.handle({ type: 'rejoin', topic })
  t.deliver()
  expect(seen).toEqual(['fresh old 17'])
  expect(sent.at(-1)).toEqual({ type: 'join', topic, epoch: 'old', offset: 17 })
})

it('[RS5] says that a topic got shorter in the same history, and takes what there is', () => {
  const shorter: string[] = [], seen: string[] = []
  const t = topics({ clock: { now: () => 0, after: () => () => {} }, random: () => 0, send: () => 'sent', epoch: () => {}, shorter: (name) => { shorter.push(name) }, isExpected: () => false })
  t.join(topic, { fresh: ({ head }) => { seen.push(`fresh ${head}`) }, entries: (list) => { seen.push(...list.map((e) => `${e.offset}`)) } }, { epoch: 'new', offset: 5 })
  t.handle(joined({ epoch: 'new', head: 3, entries: entries(1, 3) }))
  t.handle({ type: 'entries', topic, entries: entries(4, 4) })
  t.deliver()
  expect([shorter, seen]).toEqual([[topic], ['fresh 3', '4']])
  t.handle({ type: 'rejoin', topic })
  t.handle(joined({ epoch: 'newer', head: 1, entries: entries(1, 1) }))
  t.deliver()
  expect([shorter, seen]).toEqual([[topic], ['fresh 3', '4', 'fresh 1']])
})
