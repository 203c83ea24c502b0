/** What an operator can do about too much: pause kinds of work, withdraw invitations, and see how things stand. Feels the pulse once a second. */
import type { Admission, AdmissionStats } from '#server/kernel/admission.ts'
import type { Governor, GovernorStats, Yielding } from '#server/kernel/governor.ts'

interface Options {
  governor: Governor
  admission: Admission
  windows: () => { agentsMs: number; visitorsMs: number; connections: number }
  /** The database does not answer. */
  isAway: () => boolean
  /** How long the oldest command without an answer has been waiting, ms; 0 when none waits. */
  oldestWaitMs: () => number
  /** Told why invitations are withdrawn, to be kept. */
  keepWhy: (why: string | undefined) => void
  why?: string | undefined
  /** Told when the measured rate of resumes changed by a tenth. */
  keepRate: (perSecond: number) => void
}
export interface LoadStats {
  readonly governor: GovernorStats
  readonly admission: AdmissionStats
  readonly windows: { readonly agentsMs: number; readonly visitorsMs: number; readonly connections: number }
  readonly invitations: { readonly isWithdrawn: boolean; readonly why: string | undefined }
  /** Typical time of the last second from a command's arrival to its COMMIT; when none came through, how long the oldest has waited so far. */
  readonly acceptMs: number
}
export interface Load {
  /** Until `resume`, also across restarts. Refused at once, in words. */
  pause(kind: Yielding): void
  resume(kind: Yielding): void
  withdrawInvitations(why: string): void
  allowInvitations(): void
  stats(): LoadStats
  /** Measures what it wraps. */
  timed<A extends unknown[], R>(fn: (...args: A) => Promise<R>): (...args: A) => Promise<R>
  /** Feels the pulse from now on. */
  start(): void
  stop(): void
}

/** More say the same. */
const samplesMax = 200

export function openLoad({ governor, admission, windows, isAway, oldestWaitMs, keepWhy, keepRate, ...options }: Options): Load {
  let why = options.why
  let samples: number[] = []
  let acceptMs = 0
  let keptRate = admission.measuredPerSecond
  const beat = (): void => {
    samples.sort((a, b) => a - b)
    // Nothing came through: what waits has waited so long already. In a quiet house it came just now.
    acceptMs = samples[samples.length >> 1] ?? oldestWaitMs()
    samples = []
    if (Math.abs(admission.measuredPerSecond - keptRate) > keptRate / 10) { keptRate = Math.round(admission.measuredPerSecond); keepRate(keptRate) }
    governor.second({ acceptMs, loopP99Ms: admission.stats().loopP99Ms, isAway: isAway() })
  }
  let timer: NodeJS.Timeout | undefined
  return {
    pause: (kind) => governor.pause(kind),
    resume: (kind) => governor.resume(kind),
    withdrawInvitations(reason) { why = reason; keepWhy(why); governor.pause('invitations') },
    allowInvitations() { why = undefined; keepWhy(why); governor.resume('invitations') },
    stats() {
      const now = governor.stats(), isWithdrawn = governor.gives('invitations')
      return { governor: now, admission: admission.stats(), windows: windows(), acceptMs, invitations: { isWithdrawn, why: isWithdrawn ? why ?? (now.paused.includes('invitations') ? 'Withdrawn by hand.' : 'Too much to do.') : undefined } }
    },
    timed: (fn) => (...args) => {
      if (samples.length >= samplesMax) return fn(...args)
      const startMs = performance.now()
      return fn(...args).finally(() => { if (samples.length < samplesMax) samples.push(performance.now() - startMs) })
    },
    start() { timer = setInterval(beat, 1000) },
    stop() { clearInterval(timer); governor.stop(); admission.stop() },
  }
}
