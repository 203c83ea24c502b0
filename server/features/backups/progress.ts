/** How far a long work is and how long it will take: told by its parts, whose weights are known beforehand. */
export interface Progress { readonly part: string; readonly done: number; /** Unknown in the beginning. */ readonly leftMs: number | undefined }
export type OnProgress = (progress: Progress) => void

/** `into` tells of the present part: a fraction from 0 to 1. */
export function progressOf(weights: readonly number[], onProgress: OnProgress = () => {}, now: () => number = () => performance.now()) {
  const whole = weights.reduce((sum, one) => sum + one, 0) || 1
  const startMs = now()
  let before = 0
  let at = -1
  return {
    next(part: string) {
      if (at >= 0) before += weights[at]!
      at++
      this.into(part, 0)
    },
    into(part: string, fraction: number) {
      const done = Math.min(1, (before + (weights[at] ?? 0) * Math.min(1, fraction)) / whole)
      const spentMs = now() - startMs
      onProgress({ part, done, leftMs: done > 0.02 && spentMs > 500 ? Math.round(spentMs * (1 - done) / done) : undefined })
    },
  }
}
