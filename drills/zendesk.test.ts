import { expect, it } from 'vitest'
import type { Event } from './checker/history.ts'
import type { Evidence, Step } from './drill.ts'
import { scales } from './scale.ts'
import { bySecond, taken } from './series.ts'
import { zendesk } from './zendesk.ts'

/** Steps of 80 s, a message a second, of which `share` is confirmed in each; the generator is late by `lateMs`. */
function ran(...of: { share: number; lateMs: number }[]): Evidence {
  const events: Event[] = [], steps: Step[] = []
  for (const [step, { share, lateMs }] of of.entries()) {
    steps.push({ visitors: 100 * 2 ** step, perSecond: 10 * 2 ** step, fromMs: step * 80_000, untilMs: step * 80_000 + 70_000 })
    for (let second = step * 80; second < step * 80 + 80; second++) {
      for (let n = 0; n < 10; n++) {
        const dueMs = second * 1_000 + n * 100, about = { by: 'a', topic: 't', id: `${second} ${n}` }
        events.push({ type: 'offered', ...about, mark: '', dueMs, atMs: dueMs + lateMs })
        if (n < share * 10) events.push({ type: 'acked', ...about, offset: 1, via: '', atMs: dueMs + lateMs + 5 })
      }
    }
  }
  return {
    scale: scales.quick, startMs: 0, events, steps, seconds: bySecond(taken(events, 'offered', ['kept', 'acked']), 0, of.length * 80),
    violations: [], samples: [], readiness: [], backends: [], phases: [], marks: [], notes: {}, unsettled: [], proposals: [],
  }
}

it('says at which load the control broke, and up to which it did not [DR11]', () => {
  const { isBroken, found } = zendesk.broken(ran({ share: 1, lateMs: 1 }, { share: 0.2, lateMs: 1 }))
  expect(isBroken).toBe(true)
  expect(found).toContain('100 % at 10 messages a second and 100 sockets, 20 % at 20 messages a second and 200 sockets')
  expect(zendesk.broken(ran({ share: 1, lateMs: 1 }, { share: 0.9, lateMs: 1 })).isBroken).toBe(false)
})

it('does not take a late generator for a broken house [DR11]', () => {
  const { isBroken, found } = zendesk.broken(ran({ share: 1, lateMs: 1 }, { share: 0, lateMs: 90 }))
  expect(isBroken).toBe(false)
  expect(found).toContain('the load generator itself was late')
})
