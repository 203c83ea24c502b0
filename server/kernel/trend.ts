/** Notices that something only ever rises, long before it is used up: a slow leak is found by its slope, not by its end (P4). */

export interface Rise { perHour: number; level: number; exhaustedInMs: number }

export interface Trend {
  /** What is outstanding now. Of each window only the least counts: what was busy and is free again is no leak. */
  note(value: number): void
  /** How it rises towards `limit`; undefined when it does not, or not surely. */
  rise(limit: number): Rise | undefined
}

interface Options { now: () => number; windowMs: number; windows: number }

const fewest = 9
/** Kendall's S in standard deviations: chance gives as much once in ten thousand looks. */
const sure = 3.7
/** The same on either side of the largest jump: a busy hour that begins is one jump and then level, a leak goes on rising. */
const sureBeside = 3
/** A client that came and stays is one step. A leak makes several. */
const stepsMin = 2
/** A leak is still one a minute later. */
const inARow = 3

/** Twenty windows of half a minute find what leaks fast, twenty of three minutes what leaks slowly. */
export function trend(now: () => number): Trend {
  const both = [30_000, 180_000].map((windowMs) => over({ now, windowMs, windows: 20 }))
  return {
    note(value) { for (const one of both) one.note(value) },
    rise: (limit) => both.map((one) => one.rise(limit)).find((rise) => rise !== undefined),
  }
}

function over({ now, windowMs, windows }: Options): Trend {
  let least: number | undefined
  let window = Math.floor(now() / windowMs)
  let slopeNow = 0     // per window; 0 when it does not surely rise
  let risingFor = 0    // windows in a row
  const minima: { at: number; value: number }[] = []   // of windows that are over; `at` counts windows

  function slope(): number {
    if (minima.length < fewest) return 0
    const values = minima.map((m) => m.value)
    if (new Set(values).size - 1 < stepsMin || rises([values]) < sure || rises(parted(values)) < sureBeside) return 0
    const slopes = minima.flatMap((a, i) => minima.slice(i + 1).map((b) => (b.value - a.value) / (b.at - a.at)))
    return slopes.sort((a, b) => a - b)[slopes.length >> 1]!   // Theil and Sen: no single window can bend it
  }

  return {
    note(value) {
      const current = Math.floor(now() / windowMs)
      if (current !== window) {
        if (least !== undefined) minima.push({ at: window, value: least })
        while (minima.length > 0 && minima[0]!.at <= current - 1 - windows) minima.shift()
        least = undefined
        window = current
        slopeNow = slope()
        risingFor = slopeNow > 0 ? risingFor + 1 : 0
      }
      least = Math.min(least ?? value, value)
    },
    rise(limit) {
      if (risingFor < inARow) return undefined
      const level = minima.at(-1)!.value
      return { perHour: slopeNow * 3_600_000 / windowMs, level, exhaustedInMs: Math.max(0, limit - level) / slopeNow * windowMs }
    },
  }
}

/** Kendall's S of series that are looked at together, in standard deviations of what chance gives; ties narrow it. */
function rises(series: readonly (readonly number[])[]): number {
  const of = (n: number): number => n * (n - 1) * (2 * n + 5) / 18
  let s = 0
  let variance = 0
  for (const values of series) {
    for (const [i, a] of values.entries()) for (const b of values.slice(i + 1)) s += Math.sign(b - a)
    variance += of(values.length)
    for (const tied of Map.groupBy(values, (v) => v).values()) variance -= of(tied.length)
  }
  return variance > 0 ? s / Math.sqrt(variance) : 0
}

/** In two, where that leaves the least spread: at the largest jump, if there is one. */
function parted(values: readonly number[]): (readonly number[])[] {
  const spread = (of: readonly number[]): number => {
    const mean = of.reduce((a, b) => a + b, 0) / of.length
    return of.reduce((sum, v) => sum + (v - mean) ** 2, 0)
  }
  const cuts = values.slice(1).map((_, i) => [values.slice(0, i + 1), values.slice(i + 1)] as const)
  return [...cuts.reduce((best, cut) => spread(cut[0]) + spread(cut[1]) < spread(best[0]) + spread(best[1]) ? cut : best)]
}
