import { describe, expect, it } from 'vitest'
import { scheduler } from '#test/simulation/scheduler.ts'
import { governor, yielding, type Felt, type Yielding } from './governor.ts'

const calm: Felt = { acceptMs: 5, loopP99Ms: 5, isAway: false }
function open(paused: readonly Yielding[] = []) {
  const time = scheduler(0)
  const told: (readonly Yielding[])[] = [], kept: (readonly Yielding[])[] = []
  const g = governor({ now: time.now, after: time.after, max: () => 10, paused, onChange: (now) => { told.push(now) }, onPaused: (now) => { kept.push(now) } })
  return { time, g, told, kept, feel: (of: Partial<Felt>, seconds: number) => { for (let i = 0; i < seconds; i++) g.second({ ...calm, ...of }) } }
}

describe('what gives way', () => {
  it.each([['slow commits', { acceptMs: 800 }], ['a late loop', { loopP99Ms: 900 }], ['a database that is away', { isAway: true }]])('[GV5] comes in its order under %s, one every two seconds, and back in the opposite one when it is calm', (_, pressure) => {
    const { g, told, feel } = open()
    feel(pressure, 1)
    expect(told).toEqual([])   // a hiccup
    feel(pressure, 20)
    expect(told).toEqual([1, 2, 3, 4, 5].map((n) => yielding.slice(0, n)))
    expect(() => g.enter('booking', 'a', 1_000)).toThrow('Bookings wait while there is too much to do, so that messages get through.')
    expect(() => g.enter('report', 'a', 1_000)).toThrow('Reports wait')
    for (const of of ['resume', 'reply', 'message', 'history'] as const) expect(typeof g.enter(of, 'a', 1_000), of).toBe('function')
    told.length = 0
    feel({}, 4)
    expect(told).toEqual([])
    feel({}, 21)
    expect(told).toEqual([4, 3, 2, 1, 0].map((n) => yielding.slice(0, n)))
    expect(typeof g.enter('booking', 'a', 1_000)).toBe('function')
  })

  it('[GV5] messages that wait for a connection are pressure', async () => {
    const { time, g, told, feel } = open()
    const leaves = await Promise.all(Array.from({ length: g.stats().limit }, async () => g.enter('message', 'a', 5_000)))
    const late = g.enter('message', 'a', 5_000)
    await time.run(1_000)
    feel({}, 2)
    expect(told).toEqual([['hints']])
    for (const leave of leaves) leave()
    ;(await late)()
  })

  it('[GV6] by hand comes at once, says so, is kept, and stays through calm', () => {
    const { g, told, kept, feel } = open(['reports'])
    expect(g.gives('reports')).toBe(true)
    expect(() => g.enter('report', 'a', 1_000)).toThrow('Reports are paused by whoever runs this server.')
    g.pause('invitations')
    expect(told).toEqual([['reports', 'invitations']])
    expect(kept).toEqual([['reports', 'invitations']])
    feel({}, 60)
    expect(g.gives('invitations')).toBe(true)
    g.resume('reports')
    expect(kept.at(-1)).toEqual(['invitations'])
    expect(typeof g.enter('report', 'a', 1_000)).toBe('function')
  })
})
