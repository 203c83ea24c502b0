/**
 * When to try again. Pure: clock and randomness are arguments.
 *
 *   lost ──► 1st try, uniform in [0, window) ──► full jitter under 0.5, 1, 2 … s up to the cap ──► after a minute under up to 30 s
 *
 * The window was told by the server before it was lost: connections divided by what it can take back per second, so the
 * storm is shaped before it begins. In the first minute the cap is the window as well, between 2 and 8 s: those who can all be taken
 * back in a short time (agents, whose window is a tenth; a small house) need not wait long for a server that is back. Jitter comes after the cap: applied before it (socket.io-client 4.8 does), almost all
 * clients end up retrying in step at exactly the cap.
 *
 * A window of 0 is a server that was told, for a drill, to be naive: at once, then every second, in step.
 */
const firstCeilingMs = 500
const earlyCapMs = { least: 2_000, most: 8_000 }
const lateCapMs = 30_000
const earlyMs = 60_000
const naiveMs = 1_000

/** Full jitter: uniform in [0, ceiling), the ceiling doubling from 0.5 s with each try (0, 1, 2 …) up to the cap. */
export const jitterMs = (tries: number, capMs: number, random: () => number): number =>
  random() * Math.min(capMs, firstCeilingMs * 2 ** Math.min(tries, 20))

/** `tries`: failed ones since the connection was lost. Without a window (never connected) the jitter starts at once. */
export function reconnectDelayMs({ tries, windowMs, lostForMs, random }: {
  tries: number; windowMs: number | undefined; lostForMs: number; random: () => number
}): number {
  if (windowMs === 0) return tries === 0 ? 0 : naiveMs
  if (tries === 0 && windowMs !== undefined) return random() * windowMs
  const earlyMost = Math.min(earlyCapMs.most, Math.max(earlyCapMs.least, windowMs ?? Infinity))
  return jitterMs(windowMs === undefined ? tries : tries - 1, lostForMs < earlyMs ? earlyMost : lateCapMs, random)
}

/** How long a refused command or join waits. A wait that the server named is never shortened, only spread by up to a half. */
export const retryDelayMs = (tries: number, retryAfterMs: number | undefined, random: () => number): number =>
  retryAfterMs === undefined ? jitterMs(tries, lateCapMs, random) : retryAfterMs * (1 + random() / 2)

export interface RetryBudget {
  /** Something was sent for the first time. */
  earn(): void
  /** Takes one retry and says how long it has to wait for its turn; 0 = now. */
  spend(nowMs: number): number
}
/**
 * Retries are at most a tenth of what is sent, plus one every 10 s, so that they cannot keep an overload alive. Up to ten are
 * saved up; five are there at the start, for a hiccup of some seconds. A debt is never longer than a minute.
 */
export function retryBudget(startMs: number): RetryBudget {
  const everyMs = 10_000
  let saved = 5
  let atMs = startMs
  return {
    earn: () => { saved = Math.min(10, saved + 0.1) },
    spend: (nowMs) => {
      saved = Math.max(-6, Math.min(10, saved + Math.max(0, nowMs - atMs) / everyMs) - 1)
      atMs = nowMs
      return Math.max(0, -saved * everyMs)
    },
  }
}
