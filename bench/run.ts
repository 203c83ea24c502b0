/** Rows of the table, and rounds in which the contenders take turns, so that a noisy minute hits all of them. */
import type { Lab } from './lab.ts'

/** A contender's row has neither `bar` nor `met`; nor has one that only explains. */
export interface Row {
  id: string
  what: string
  value: number
  unit: string
  bar?: string
  met?: boolean
  /** Smallest and largest of the rounds; `value` is their median. */
  range?: [number, number]
}

export interface Experiment {
  /** The rows it makes; `npm run bench -- ID` takes any of them. */
  readonly ids: readonly string[]
  run(lab: Lab): Promise<Row[]>
}

/**
 * In turns, `count` times round. @param rehearse each of them once before, not counted: a fresh process is still being compiled
 * @returns for each contender what its rounds gave, in order
 */
export async function interleave<R, N extends string>(
  count: number, contenders: { readonly [name in N]: () => Promise<R> }, tell: (what: string) => void, rehearse = false,
): Promise<{ [name in N]: R[] }> {
  const names = Object.keys(contenders) as N[]
  const results = Object.fromEntries(names.map((name) => [name, [] as R[]])) as { [name in N]: R[] }
  for (let round = rehearse ? 0 : 1; round <= count; round++) {
    for (const name of names) {
      tell(round === 0 ? `${name}, rehearsal, not counted` : `${name}, round ${round} of ${count}`)
      const result = await contenders[name]()
      if (round > 0) results[name].push(result)
    }
  }
  return results
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The row's figures from those of its rounds. */
export const of = (values: readonly number[], digits = 0): Pick<Row, 'value' | 'range'> => ({
  value: round(median(values), digits), range: [round(Math.min(...values), digits), round(Math.max(...values), digits)],
})
export const round = (value: number, digits = 0): number => Number(value.toFixed(digits))
