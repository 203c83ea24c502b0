import { describe, expect, it } from 'vitest'
import { filled, unknownPlaceholders } from '#contract/placeholders.ts'
import type { RuleFields } from '#contract/rules.ts'
import { leastMs } from '#test/least.ts'
import { isWithin } from './conditions.ts'
import { dueOf, eventOf, isSetOff, type Happened } from './match.ts'
import { candidates } from './replay.ts'
import { isStopWord } from './stop-words.ts'
import { says } from './words.ts'

const rule = (more: Partial<RuleFields> = {}): RuleFields & { id: string } => ({
  id: 'r', name: 'A rule', trigger: { kind: 'message_received' }, timing: { from: 'event', minutes: 0 }, lateMaxMinutes: 30, conditions: [], actions: [{ do: 'close' }], mode: 'do', once: 'message', stopAfter: false, ...more,
})
let offset = 0
const entry = (type: string, actor: string, body: object | null, minute = 0, topic = 'conversation:c'): Happened =>
  ({ account: 'a', topic, offset: ++offset, id: `e${offset}`, type, actor, at: new Date(Date.UTC(2026, 10, 26, 9, minute)).toISOString(), body })
const guest = (text: string, minute = 0, topic?: string): Happened => entry('message.sent', 'contact:m', { text }, minute, topic)

describe('words', () => {
  it.each([
    ['Where is the POOL?', 'pool', true], ['the poolside bar', 'pool', false], ['Café?', 'cafe', true], ['Cafe', 'CAFÉ', true], ['late  check-out please', 'late check-out', true],
    ['几点退房？我想晚点退房', '退房', true], ['プールはどこ', 'プール', true], ['سؤال عن المسبح', 'المسبح', true], ['nothing', ' ', false], ['I pay 5€ now', '5€', true], ['C++ course', 'C++', true], ['é', 'e', true],
  ])('[RU3] %s contains %s: %s', (text, word, yes) => { expect(says(text, word, 'contains')).toBe(yes) })
  it('[RU3] compares a whole message but for punctuation', () => {
    expect(says(' Hello!! ', 'hello', 'is')).toBe(true)
    expect(says('Hello there', 'hello', 'is')).toBe(false)
  })
  it('[RU3] are looked for in any text at once', () => {
    const marks = `a${'⁗'.repeat(15_998)}a`
    for (const [text, word] of [[marks, 'pool'], [marks, 'a'], ['⁗'.repeat(16_000), 'pool'], ['pool'.repeat(4_000), 'pool'], [`1${' '.repeat(15_998)}x`, 'pool']] as const) {
      for (const match of ['is', 'contains'] as const) expect(leastMs(() => says(text, word, match)), `${match} ${word}`).toBeLessThan(50)
    }
    expect(says(`⁗ pool ${'⁗'.repeat(15_000)}`, 'pool', 'is')).toBe(true)
  })
  it('[RU9] knows a stop word only when it is the whole message', () => {
    for (const text of ['STOP', ' stop. ', 'Unsubscribe!']) expect(isStopWord(text)).toBe(true)
    for (const text of ['please stop by', 'Does the bus stop here?', '']) expect(isStopWord(text)).toBe(false)
  })
})

describe('an entry', () => {
  it('[RU1] of a contact sets a rule off, of the house it does not, and of the rule itself never', () => {
    expect(isSetOff(rule(), eventOf(guest('hi'))!)).toBe(true)
    expect(eventOf(entry('message.sent', 'user:k', { text: 'hi' }))).toBeUndefined()
    expect(eventOf(entry('message.sent', 'rule:r', { text: 'hi' }))).toBeUndefined()
    const labelled = rule({ trigger: { kind: 'conversation_labelled', label: 'VIP' } })
    expect(isSetOff(labelled, eventOf(entry('conversation.labelled', 'rule:other', { labels: ['vip'] }))!)).toBe(true)
    expect(isSetOff(labelled, eventOf(entry('conversation.labelled', 'rule:r', { labels: ['vip'] }))!)).toBe(false)
  })
  it('[RU4] is counted from when it truly happened', () => {
    const late = eventOf(entry('visit.checked_in', 'kiosk:k', { visit: 'v', arrivedAt: '2026-11-26T07:00:00.000Z', flags: [] }, 0, 'visits:l'))!
    expect(dueOf(rule({ timing: { from: 'event', minutes: 10 } }), { event: late.at, expected: null, starts: null, ends: null })).toEqual({ dueAt: '2026-11-26T07:10:00.000Z', expiresAt: '2026-11-26T07:40:00.000Z' })
    expect(dueOf(rule({ timing: { from: 'expected', minutes: -60 } }), { event: late.at, expected: null, starts: null, ends: null })).toBeUndefined()
  })
  it('of a kind that is redacted or unknown does nothing', () => {
    expect(isSetOff(rule({ trigger: { kind: 'keyword', words: ['pool'], match: 'contains' } }), eventOf(entry('message.sent', 'contact:m', null))!)).toBe(false)
    expect(eventOf(entry('visit.checked_in', 'kiosk:k', null))).toBeUndefined()
    expect(eventOf(entry('something.new', 'system', {}))).toBeUndefined()
  })
})

describe('hours', () => {
  const at = (text: string): number => Date.parse(text)
  it('are those of the zone, and go over midnight', () => {
    const night = { days: [5], from: '22:00', to: '06:00', zone: 'Europe/Berlin' }   // Friday night
    expect(isWithin(night, at('2026-11-27T20:59:00Z'))).toBe(false)
    expect(isWithin(night, at('2026-11-27T21:00:00Z'))).toBe(true)
    expect(isWithin(night, at('2026-11-28T04:59:00Z'))).toBe(true)
    expect(isWithin(night, at('2026-11-28T05:00:00Z'))).toBe(false)
    expect(isWithin(night, at('2026-11-26T22:00:00Z'))).toBe(false)
  })
  it('hold at every minute or do not: within and outside are each other’s opposite', () => {
    const hours = { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', zone: 'Asia/Kathmandu' }
    let inside = 0
    for (let ms = at('2026-03-23T00:00:00Z'); ms < at('2026-03-30T00:00:00Z'); ms += 60_000) if (isWithin(hours, ms)) inside++
    expect(inside).toBe(5 * 10 * 60)
  })
})

describe('placeholders', () => {
  it('[RU8] are looked for in any text at once', () => {
    for (const text of [`{{${' '.repeat(3_998)}`, '{{ a'.repeat(1_000)]) {
      expect(filled(text, {})).toBe(text)
      expect(unknownPlaceholders(text, 'visit')).toEqual(['{{'])
      expect(leastMs(() => filled(text, {}))).toBeLessThan(50)
    }
    expect(filled('{{ contact.name\n}}', { 'contact.name': 'Mara' })).toBe('Mara')
  })
  it('[RU8] are filled once, with a fallback, and unknown ones are named', () => {
    expect(filled('Hi {{contact.name|there}}, {{ inbox.name }}.', { 'contact.name': '{{inbox.name}}', 'inbox.name': 'Web' })).toBe('Hi {{inbox.name}}, Web.')
    expect(filled('Hi {{contact.name|there}}!', { 'contact.name': '  ' })).toBe('Hi there!')
    expect(filled('Hi {{contact.name}}!', {})).toBe('Hi !')
    expect(unknownPlaceholders('{{contact.name|x}} {{visit.host}} {{nope}}', 'conversation')).toEqual(['visit.host', 'nope'])
    expect(unknownPlaceholders('{{contact.name', 'conversation')).toEqual(['{{'])
    expect(unknownPlaceholders('a {single} brace', 'visit')).toEqual([])
  })
})

describe('the past', () => {
  it('[RU11] sets a rule off once per subject', () => {
    const past = [guest('hi', 0), guest('again', 1), guest('else', 2, 'conversation:d')]
    expect(candidates(rule({ once: 'conversation' }), past, Date.now()).map((c) => c.subject)).toEqual(['c', 'd'])
    expect(candidates(rule({ once: 'message' }), past, Date.now())).toHaveLength(3)
  })
  it('[RU11] knows long waits from answered ones', () => {
    const unanswered = rule({ trigger: { kind: 'unanswered' }, timing: { from: 'event', minutes: 15 } })
    const past = [guest('quick', 0), entry('message.sent', 'user:k', { text: 'yes' }, 10), guest('slow', 11), guest('still', 20), entry('message.sent', 'rule:x', { text: 'soon' }, 21), entry('message.sent', 'user:k', { text: 'yes' }, 40), guest('open', 41)]
    expect(candidates(unanswered, past, Date.UTC(2026, 10, 26, 9, 50)).map((c) => (c.event.text))).toEqual(['slow'])
    expect(candidates(unanswered, past, Date.UTC(2026, 10, 26, 10, 50)).map((c) => (c.event.text))).toEqual(['slow', 'open'])
  })
})
