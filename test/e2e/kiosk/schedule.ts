/** What happens in one schedule: people at the kiosk, and everything else that can happen meanwhile. Follows from its seed. */
import { chance, type Chance } from '#drills/chance.ts'
import { faults, type Fault } from './proxy.ts'

export type Step =
  | { do: 'checkIn' | 'walkIn' | 'checkOut'; /** Kill the browser so long after the first touch. */ killAfterMs?: number }
  | { do: 'fault'; fault: Fault }
  | { do: 'killBrowser' | 'killServer' | 'killDatabase' | 'updateWorker' | 'poison' | 'fillUp' | 'makeRoom' }
  | { do: 'clock'; skewMs: number }

export interface Schedule { readonly seed: number; readonly steps: readonly Step[] }

export function scheduleOf(seed: number): Schedule {
  const c = chance(seed)
  const steps: Step[] = []
  let people = 0
  if (c.is(0.7)) steps.push({ do: 'fault', fault: c.pick(faults) })
  while (people < 3 || steps.length < 7) {
    const step = next(c)
    if (step.do === 'checkIn' || step.do === 'walkIn') people++
    steps.push(step)
  }
  return { seed, steps }
}

function next(c: Chance): Step {
  const dice = c.next()
  if (dice < 0.24) return person(c, 'checkIn')
  if (dice < 0.45) return person(c, 'walkIn')
  if (dice < 0.53) return person(c, 'checkOut')
  if (dice < 0.75) return { do: 'fault', fault: c.pick(faults) }
  if (dice < 0.81) return { do: 'killBrowser' }
  if (dice < 0.85) return { do: 'killServer' }
  if (dice < 0.89) return { do: 'killDatabase' }
  if (dice < 0.92) return { do: 'updateWorker' }
  if (dice < 0.95) return { do: 'poison' }
  if (dice < 0.98) return c.is(0.6) ? { do: 'fillUp' } : { do: 'makeRoom' }
  return { do: 'clock', skewMs: c.pick([-3 * 86_400_000, -3_600_000, -30_000, 30_000, 3_600_000, 40 * 86_400_000]) }
}

const person = (c: Chance, what: 'checkIn' | 'walkIn' | 'checkOut'): Step => c.is(0.15) ? { do: what, killAfterMs: Math.round(c.between(0, 1_200)) } : { do: what }
