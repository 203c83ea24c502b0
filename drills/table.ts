/** What a person sees while a drill runs: a line of figures every few seconds, and whatever happens in between. */
import type { Hand } from './hand.ts'
import type { Sampler } from './sampler.ts'

export interface Table {
  say(what: string): void
  /** @returns ends it */
  follow(of: { startMs: number; hands: readonly Hand[]; sampler: Sampler }): () => void
}

const everyMs = 5_000
const columns = ['time', 'server', 'sockets', 'agents', 'sent/s', 'confirmed/s', 'waiting', 'check-ins', 'unsent', 'bookings/s', 'loop', 'database', 'late'] as const

export function openTable(write: (line: string) => void): Table {
  const say = (what: string): void => write(what)
  return {
    say,
    follow({ startMs, hands, sampler }) {
      let before: Record<string, number> = {}
      let lines = 0
      const sum = (name: string): number | undefined => {
        const found = hands.flatMap((hand) => hand.figures[name] ?? [])
        return found.length === 0 ? undefined : found.reduce((a, b) => a + b, 0)
      }
      const perSecond = (name: string, now: number | undefined): number | undefined => {
        const rate = now === undefined ? undefined : Math.max(0, now - (before[name] ?? 0)) / (everyMs / 1000)
        if (now !== undefined) before = { ...before, [name]: now }
        return rate
      }
      const timer = setInterval(() => {
        if (lines++ % 12 === 0) say(columns.map((name) => name.padStart(11)).join(''))
        const metrics = sampler.samples.at(-1)?.metrics
        const loopMs = metrics?.['lodge_loop_delay_p99_seconds']
        const row: readonly (string | number | undefined)[] = [
          `${Math.round((Date.now() - startMs) / 1000)} s`, sampler.readiness.at(-1)?.state, sum('openNow'), sum('agentsOpenNow'), perSecond('offered', sum('offered')), perSecond('confirmed', sum('confirmed')),
          sum('underWayNow'), sum('said'), sum('unsentNow'), perSecond('booked', sum('booked')), loopMs === undefined ? undefined : `${Math.round(loopMs * 1000)} ms`,
          metrics && `${metrics['lodge_database_connections'] ?? '–'}/${metrics['lodge_database_connections_max'] ?? '–'}`, `${Math.round(sum('lagMs') ?? 0)} ms`,
        ]
        say(row.map((cell) => String(typeof cell === 'number' ? Math.round(cell) : cell ?? '–').padStart(11)).join(''))
      }, everyMs)
      return () => clearInterval(timer)
    },
  }
}
