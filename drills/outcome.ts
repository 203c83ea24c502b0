/** What follows from a run. */
import type { Run } from './runner.ts'

/** `void`: the load generator was late, so nothing follows. */
export type Outcome = 'passed' | 'failed' | 'void'

/**
 * Everything counts from when it was due, so a late generator makes bars harder to meet, and a control easier to break. Bars that a
 * quick run met all the same are met; a full run is to be clean.
 */
export function outcomeOf({ bars, broken, voidBecause }: Pick<Run, 'bars' | 'broken' | 'voidBecause'>, isControl: boolean, isQuick: boolean): Outcome {
  const isGood = isControl ? broken.isBroken : bars.every((b) => b.isMet)
  if (voidBecause !== undefined && !(isGood && isQuick && !isControl)) return 'void'
  return isGood ? 'passed' : 'failed'
}
