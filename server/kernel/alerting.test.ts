import { describe, expect, it } from 'vitest'
import { alerting, type AlertingOptions, type Message, type Seen } from './alerting.ts'

const night = (more: Partial<AlertingOptions> = {}) => {
  let nowMs = Date.parse('2026-11-26T02:00:00Z')
  const rota = { duties: [{ component: '*', people: ['ada', 'kit'] }, { component: 'bookings', people: ['noor'] }], escalateAfterMinutes: 10 }
  const options: AlertingOptions = { now: () => nowMs, duties: () => rota, ...more }
  let of = alerting(options)
  const finding = (id = 'database.away', more: Partial<Seen> = {}): Seen => ({ id, component: 'database', severity: 'critical', evidence: 'It does not answer.', whatToDo: 'Look at its log.', ...more })
  /** Looks every five seconds. */
  const pass = (seconds: number, seen: (second: number) => readonly Seen[]): Message[] => {
    const told: Message[] = []
    for (let s = 0; s < seconds; s += 5, nowMs += 5_000) told.push(...of.look(seen(s)))
    return told
  }
  return { rota, finding, pass, get of() { return of }, restart() { of = alerting({ ...options, state: JSON.parse(JSON.stringify(of.state())) as ReturnType<typeof of.state> }) } }
}
const said = (messages: readonly Message[]) => messages.flatMap((m) => m.items.map((i) => `${m.person} ${i.what} ${i.alert.finding}`))

describe('whom to wake', () => {
  it('[AL1] tells nobody of what passes, and of what stays once', () => {
    const { pass, finding } = night()
    expect(pass(10, () => [finding()])).toEqual([])
    expect(pass(60, () => [])).toEqual([])
    expect(pass(10, () => [finding()])).toEqual([])   // and again: not the same
    expect(pass(60, () => [])).toEqual([])
    expect(said(pass(300, () => [finding()]))).toEqual(['ada raised database.away'])
  })

  it('[AL1] clears late, says so once, and does not hear it flap', () => {
    const { pass, finding } = night()
    pass(60, () => [finding()])
    expect(pass(600, (s) => s % 60 < 30 ? [] : [finding()]).filter((m) => m.person === 'ada')).toEqual([])
    expect(said(pass(300, () => [])).filter((line) => line.startsWith('ada'))).toEqual(['ada cleared database.away'])
  })

  it('[AL2] goes on to the next one until somebody acknowledges it, and no further', () => {
    const { pass, finding, of } = night()
    expect(said(pass(590, () => [finding()]))).toEqual(['ada raised database.away'])
    expect(said(pass(60, () => [finding()]))).toEqual(['kit escalated database.away'])
    expect(pass(3_000, () => [finding()])).toEqual([])
    expect(of.acknowledge('none', 'x')).toBeUndefined()
    expect(said(pass(300, () => []))).toEqual(['ada cleared database.away', 'kit cleared database.away'])
    const taken = night()
    taken.pass(60, () => [taken.finding()])
    taken.of.acknowledge(taken.of.standing()[0]!.id, 'Ada')
    taken.of.acknowledge(taken.of.standing()[0]!.id, 'Kit')
    expect(taken.of.standing()[0]!.acknowledged?.by).toBe('Ada')
    expect(taken.pass(3_000, () => [taken.finding()])).toEqual([])
  })

  it('[AL2] tells whoever is on call for the component, and nobody when nobody is', () => {
    const { pass, finding, rota } = night()
    expect(said(pass(60, () => [finding('leak:x', { component: 'bookings' })]))).toEqual(['noor raised leak:x'])
    rota.duties = []
    expect(pass(60, () => [finding()])).toEqual([])
    rota.duties = [{ component: '*', people: ['kit'] }]
    expect(said(pass(60, () => [finding()]))).toEqual(['kit raised database.away'])
  })

  it('[AL2] says when it gets worse, and then it is acknowledged no more', () => {
    const { pass, finding, of } = night()
    pass(60, () => [finding('x', { severity: 'warning' })])
    of.acknowledge(of.standing()[0]!.id, 'Ada')
    expect(said(pass(60, () => [finding('x')]))).toEqual(['ada worse x'])
    expect(said(pass(700, () => [finding('x')]))).toEqual(['kit escalated x'])
  })

  it('[AL3] makes no storm of its own: a thousand findings that flap for an hour', () => {
    const { pass, finding, of } = night()
    const many = Array.from({ length: 1_000 }, (_, i) => i)
    // Each stays for up to ten minutes, goes for up to five and comes back: every one of them raises and clears again and again.
    const messages = pass(3_600, (s) => many.flatMap((i) => (s + i * 37) % (400 + i % 500) < 100 + i % 300 ? [finding(`f${i}`)] : []))
    const byPerson = Map.groupBy(messages, (m) => m.person)
    expect(of.past().length).toBe(200)
    expect([...byPerson.keys()].sort()).toEqual(['ada', 'kit'])
    for (const of of byPerson.values()) {
      expect(of.length).toBeGreaterThan(5)
      expect(of.length).toBeLessThanOrEqual(5 * 7)
    }
    expect(Math.max(...messages.map((m) => m.items.length))).toBeLessThanOrEqual(10)
    expect(messages.some((m) => m.more > 0)).toBe(true)
  })

  it('[AL4] goes on after a restart: nobody hears the same again, and what was to be said is said', () => {
    const n = night({ capMessages: 1 })
    expect(said(n.pass(60, () => [n.finding('a')]))).toEqual(['ada raised a'])
    expect(n.pass(60, () => [n.finding('a'), n.finding('b')])).toEqual([])   // the cap
    n.restart()
    expect(said(n.pass(590, () => [n.finding('a'), n.finding('b')])).filter((line) => line.startsWith('ada'))).toEqual(['ada raised b'])
    expect(n.of.standing().map((a) => a.finding)).toEqual(['a', 'b'])
  })
})
