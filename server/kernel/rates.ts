export interface Rate { readonly burst: number; readonly perMinute: number }

/**
 * Token buckets by key, in memory. At most `maxKeys` are remembered; the longest unused are forgotten first, which is as if
 * they had refilled.
 */
export function rateLimiter({ burst, perMinute }: Rate, now: () => number, maxKeys = 50_000) {
  const buckets = new Map<string, { left: number; atMs: number }>()
  const perMs = perMinute / 60_000
  return {
    /** Milliseconds until the next one is allowed; 0 = this one is, and was counted. */
    take(key: string): number {
      const atMs = now()
      const old = buckets.get(key)
      const left = old ? Math.min(burst, old.left + Math.max(0, atMs - old.atMs) * perMs) : burst
      const allowed = left >= 1
      buckets.delete(key)   // and put in again behind all others: a Map keeps the order of insertion
      buckets.set(key, { left: allowed ? left - 1 : left, atMs })
      if (buckets.size > maxKeys) buckets.delete(buckets.keys().next().value!)
      return allowed ? 0 : Math.ceil((1 - left) / perMs)
    },
    /** As if the key had not been seen. */
    forget: (key: string): void => void buckets.delete(key),
  }
}
export type RateLimiter = ReturnType<typeof rateLimiter>
