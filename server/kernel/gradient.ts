/**
 * How many may be in the database at once, from how long they take (Gradient2 of Netflix' concurrency-limits, with our bounds).
 *
 * A report takes a thousand times as long as a look-up, so each label is measured against its own past; the median of those ratios over
 * a window says whether the database as a whole is slower than it was. Then fewer are let in, never fewer than two. Where it stays
 * slow, the past adapts within minutes, and slow is what is usual.
 */
interface Options { now: () => number; max: () => number; min?: number; windowMs?: number; windowSamples?: number }

const tolerance = 1.5
const smoothing = 0.2
/** In which what stays slow becomes usual: long enough for a bad half hour to be known as such from its first minutes on. */
const memoryMs = 5 * 60_000
/** Below this a look-up's time is noise of the machine. */
const floorMs = 4
const maxLabels = 500

export function gradient({ now, max, min = 2, windowMs = 500, windowSamples = 10 }: Options) {
  const usual = new Map<string, { ms: number; atMs: number }>()
  let limit = Math.max(min, Math.ceil(max() / 2) + 1)
  let ratios: number[] = []
  let mostInFlight = 0
  let sinceMs = now()

  function close(): void {
    ratios.sort((a, b) => a - b)
    const median = ratios[ratios.length >> 1]!
    const slope = Math.max(0.5, Math.min(1, tolerance / median))
    // Nobody needed what there is: more would be no better known.
    const isUnused = slope === 1 && mostInFlight < limit / 2
    if (!isUnused) limit += smoothing * (limit * slope + (slope === 1 ? Math.sqrt(limit) : 0) - limit)
    limit = Math.max(min, Math.min(max(), limit))
    ratios = []
    mostInFlight = 0
    sinceMs = now()
  }

  return {
    /** Whole, between `min` and `max()`; `min` also where `max()` is less. */
    get limit() { return Math.max(min, Math.min(Math.floor(max()), Math.floor(limit))) },
    /** A call of this label ended. */
    sample(label: string, ms: number, inFlight: number): void {
      const took = Math.max(floorMs, ms), past = usual.get(label)
      if (usual.size >= maxLabels && past === undefined) usual.clear()
      // Downwards at once a good deal: what it can be is told by its fast calls, not by those of a bad hour.
      const weight = past === undefined ? 1 : took < past.ms ? 0.1 : Math.min(1, (now() - past.atMs) / memoryMs)
      usual.set(label, { ms: past ? past.ms + weight * (took - past.ms) : took, atMs: now() })
      mostInFlight = Math.max(mostInFlight, inFlight)
      if (past === undefined) return
      ratios.push(took / past.ms)
      if (ratios.length >= windowSamples && now() - sinceMs >= windowMs) close()
    },
  }
}
