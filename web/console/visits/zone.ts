/** Days and times of a location, by its own clock: whoever reads may sit elsewhere. Pure. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en', {
    timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  })
  formatters.set(zone, made)
  return made
}

/** What the clock on the wall shows, as if it were UTC. */
function wall(zone: string, ms: number): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatterOf(zone).formatToParts(ms)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** `2026-11-25` */
export const dayIn = (zone: string, ms: number): string => new Date(wall(zone, ms)).toISOString().slice(0, 10)

/** `2026-11-25T14:30`, as a field for date and time wants it. */
export const localIn = (zone: string, at: string | number): string => new Date(wall(zone, new Date(at).getTime())).toISOString().slice(0, 16)

/** The instant of a local time. One that the clock skips in spring is taken as an hour later; of one that it shows twice, the first. */
export function instantIn(zone: string, local: string): string {
  const shown = Date.parse(`${local}Z`)
  const offsets = [-1, 1].map((side) => wall(zone, shown + side * 86_400_000) - (shown + side * 86_400_000))
  const [before = 0, after = 0] = offsets
  const fits = [shown - before, shown - after].filter((ms) => wall(zone, ms) === shown)
  return new Date(fits.length > 0 ? Math.min(...fits) : shown - before).toISOString()
}

export const shiftDay = (day: string, by: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10)
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
