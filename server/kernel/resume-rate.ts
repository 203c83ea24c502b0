/**
 * How many resumes a second this node can serve, measured from those it served, and the window that follows (P5).
 *
 * A second in which n came back while the loop was busy for a share u says n / u: what the whole loop could do. Everything else that
 * kept the loop busy lowers the figure, so it errs to the safe side. Where nobody was held back it is only a lower bound: after a wave come the
 * stragglers, a hundred a second beside six hundred messages, and as a measure they would make the next window three times as long. Where as many were under way as may be, the loop was not the limit
 * (the database was, say): then what came through counts, twice, since admission leaves half to those who stayed.
 */
export interface Second {
  readonly resumes: number
  /** Share of the second in which the loop was busy, 0–1. */
  readonly utilisation: number
  /** As many handshakes were under way as may be. */
  readonly isSaturated: boolean
  /** Somebody was held back: more would have come. */
  readonly isHeld: boolean
}

/** What a node is trusted with that never measured itself. */
const firstPerSecond = 500
const leastPerSecond = 50
const mostPerSecond = 5_000
/** Fewer say more about everything else that goes on than about resumes. */
const fewest = 20
const weight = 0.3

/** @param earlier as this node measured it before it was restarted */
export function resumeRate(earlier?: number) {
  let perSecond = earlier ?? firstPerSecond
  let isMeasured = earlier !== undefined
  return {
    get perSecond() { return perSecond },
    get isMeasured() { return isMeasured },
    second({ resumes, utilisation, isSaturated, isHeld }: Second): void {
      if (resumes < fewest) return
      const whole = resumes / Math.max(0.02, utilisation)
      const sample = Math.min(mostPerSecond, Math.max(leastPerSecond, isSaturated ? Math.min(whole, 2 * resumes) : whole))
      if (isMeasured && !isHeld && !isSaturated && sample <= perSecond) return
      perSecond += (isMeasured ? weight : 0.5) * (sample - perSecond)
      isMeasured = true
    },
  }
}

const leastMs = 1_000
const mostMs = 60_000

/** In which all come back at half the measured rate; agents within its first tenth. */
export function windowMs(connections: number, perSecond: number, isAgent: boolean): number {
  const wholeMs = Math.min(mostMs, Math.max(leastMs, connections / (perSecond / 2) * 1000))
  return Math.round(isAgent ? wholeMs / 10 : wholeMs)
}
