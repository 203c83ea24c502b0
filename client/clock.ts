/** Time as an argument, so that tests can be the time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `fn` once, `ms` from now; the result cancels it. */
  after(ms: number, fn: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}
