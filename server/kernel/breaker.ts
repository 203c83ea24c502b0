/** Refuses for a while what keeps leaking, under its name and for its account, so that the others never notice (P4, P13). */

interface Options {
  now: () => number
  /** More leaks than this within the window open it. */
  most?: number
  windowMs?: number
  /** The first pause; each that follows on probation is twice as long, up to the cap. */
  pauseMs?: number
  pauseCapMs?: number
  /** On probation calls pass one at a time, until this many in a row ended well. */
  trials?: number
}

export interface Open { key: string; untilMs: number; leaks: number; sinceMs: number }

export interface Breaker {
  /** Nothing was counted lately: callers need not ask. */
  readonly isQuiet: boolean
  /** 0: go on, and say `ended` or `leaked` afterwards. Else how long to wait. */
  refusedForMs(key: string): number
  leaked(key: string): void
  ended(key: string): void
  /** What is refused or on probation now. */
  open(): Open[]
}

/** Windows without a leak after which even what nobody tried again is trusted. */
const forgetAfter = 10

interface State { leaksMs: number[]; sinceMs: number; untilMs: number; pauseMs: number; good: number; isTrying: boolean; total: number }

export function breaker({ now, most = 5, windowMs = 60_000, pauseMs: first = 10_000, pauseCapMs = 60_000, trials = 20 }: Options): Breaker {
  const states = new Map<string, State>()

  function open(state: State): void {
    state.pauseMs = state.sinceMs > 0 ? Math.min(pauseCapMs, state.pauseMs * 2) : first
    if (state.sinceMs === 0) state.sinceMs = now()
    state.untilMs = now() + state.pauseMs
    state.good = 0
    state.isTrying = false
  }

  return {
    get isQuiet() { return states.size === 0 },
    refusedForMs(key) {
      const state = states.get(key)
      if (!state || state.sinceMs === 0) return 0
      const leftMs = state.untilMs - now()
      if (leftMs > 0) return leftMs
      if (state.isTrying) return 100   // one at a time until it is known to be well
      state.isTrying = true
      return 0
    },
    leaked(key) {
      let state = states.get(key)
      if (!state) states.set(key, state = { leaksMs: [], sinceMs: 0, untilMs: 0, pauseMs: first, good: 0, isTrying: false, total: 0 })
      state.total++
      state.leaksMs = [...state.leaksMs.filter((ms) => ms > now() - windowMs), now()]
      if (state.sinceMs === 0 ? state.leaksMs.length > most : now() >= state.untilMs) open(state)
    },
    ended(key) {
      const state = states.get(key)
      if (!state) return
      if (state.sinceMs === 0) {
        if (!state.leaksMs.some((ms) => ms > now() - windowMs)) states.delete(key)
        return
      }
      if (now() < state.untilMs) return   // begun before it opened
      state.isTrying = false
      if (++state.good >= trials) states.delete(key)
    },
    open() {
      for (const [key, s] of states) if (s.leaksMs.at(-1)! < now() - forgetAfter * windowMs && s.untilMs < now()) states.delete(key)   // nobody asks for it any more
      return [...states].flatMap(([key, s]) => s.sinceMs > 0 ? [{ key, untilMs: s.untilMs, leaks: s.total, sinceMs: s.sinceMs }] : [])
    },
  }
}
