/** The last hour of one figure, in memory: the worst of every few seconds, and holes where nothing was measured. */

export interface Hour {
  /** Undefined: not measured. */
  note(value: number | undefined): void
  /** The hour in so many points, the oldest first, each the worst of its stretch; null where nothing was measured. */
  line(points: number): (number | null)[]
}

const hourMs = 3_600_000

export function hour({ now, stepMs = 5_000 }: { now: () => number; stepMs?: number }): Hour {
  const slots = new Float64Array(hourMs / stepMs).fill(NaN)
  let step = Math.floor(now() / stepMs)

  /** What was not noted stays a hole; after more than an hour all of it is. */
  function advance(): void {
    const current = Math.floor(now() / stepMs)
    for (let at = Math.max(step + 1, current - slots.length + 1); at <= current; at++) slots[at % slots.length] = NaN
    step = Math.max(step, current)   // a clock that was set back writes on at the newest place
  }
  return {
    note(value) {
      advance()
      if (value === undefined || !Number.isFinite(value)) return
      const at = step % slots.length, before = slots[at]!
      slots[at] = Number.isNaN(before) ? value : Math.max(before, value)
    },
    line(points) {
      advance()
      const each = slots.length / points
      return Array.from({ length: points }, (_, i) => {
        let worst = NaN
        for (let k = Math.floor(i * each); k < Math.floor((i + 1) * each); k++) {
          const value = slots[(step + 1 + k) % slots.length]!
          if (!Number.isNaN(value) && !(value <= worst)) worst = value
        }
        return Number.isNaN(worst) ? null : worst
      })
    },
  }
}
