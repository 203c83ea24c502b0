/** What the hours of a week are like, by their peaks: when a restart would meet the fewest people, and how much room the busiest hour leaves. */

/** Of each hour of the last seven days: which hour (counted from 1970) and the peak of every figure in it. */
export interface WeekState { readonly hours: Readonly<Record<string, { readonly hour: number; readonly peaks: Readonly<Record<string, number>> }>> }

export interface Week {
  note(figures: Readonly<Record<string, number | undefined>>): void
  /** The highest of the last 24 hours. */
  peak(figure: string): number | undefined
  /** The beginning of the quietest of the next 24 hours, by this figure; undefined while most hours of a day are not known. */
  quietHourMs(figure: string): number | undefined
  /** At this hour of the day there is usually more than half of the most that there ever is. */
  isBusyHour(figure: string): boolean | undefined
  state(): WeekState
}

const hourMs = 3_600_000
const weekHours = 7 * 24
/** Of a day: fewer say nothing about the others. */
const enoughHours = 20

export function week({ now, state }: { now: () => number; state?: WeekState | undefined }): Week {
  const hours = new Map<number, { hour: number; peaks: Record<string, number> }>()
  for (const { hour, peaks } of Object.values(state?.hours ?? {})) hours.set(hour % weekHours, { hour, peaks: { ...peaks } })
  const current = (): number => Math.floor(now() / hourMs)
  const known = (): { hour: number; peaks: Record<string, number> }[] => [...hours.values()].filter(({ hour }) => hour > current() - weekHours && hour <= current())

  /** The highest of each hour of the day (UTC) over the days that are known. The running hour is not over and says nothing yet. */
  function ofDay(figure: string): Map<number, number> {
    const found = new Map<number, number>()
    for (const { hour, peaks } of known()) {
      const value = peaks[figure]
      if (value !== undefined && hour !== current()) found.set(hour % 24, Math.max(found.get(hour % 24) ?? 0, value))
    }
    return found
  }

  return {
    note(figures) {
      const hour = current()
      let slot = hours.get(hour % weekHours)
      if (slot?.hour !== hour) hours.set(hour % weekHours, slot = { hour, peaks: {} })
      for (const [name, value] of Object.entries(figures)) if (value !== undefined && Number.isFinite(value)) slot.peaks[name] = Math.max(slot.peaks[name] ?? value, value)
    },
    peak(figure) {
      const values = known().flatMap(({ hour, peaks }) => hour > current() - 24 && peaks[figure] !== undefined ? peaks[figure] : [])
      return values.length > 0 ? Math.max(...values) : undefined
    },
    quietHourMs(figure) {
      const by = ofDay(figure)
      if (by.size < enoughHours) return undefined
      const next = Array.from({ length: 24 }, (_, i) => current() + 1 + i).filter((hour) => by.has(hour % 24))
      return next.reduce((best, hour) => by.get(hour % 24)! < by.get(best % 24)! ? hour : best) * hourMs
    },
    isBusyHour(figure) {
      const by = ofDay(figure), here = by.get(current() % 24)
      if (by.size < enoughHours || here === undefined) return undefined
      return here > 0 && here > Math.max(...by.values()) / 2
    },
    state: () => ({ hours: Object.fromEntries(known().map((slot) => [String(slot.hour % weekHours), slot])) }),
  }
}
