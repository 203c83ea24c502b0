import type { OpenHours } from '#contract/channels.ts'

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/**
 * Whether a channel is outside its hours, and a name for this closed stretch that stays the same until it opens: the minute
 * in which it closed. One automatic answer per conversation and stretch.
 */
export function closedSince(hours: readonly (OpenHours | null)[] | null, zone: string, atMs: number): string | undefined {
  if (!hours || isOpen(hours, zone, atMs)) return undefined
  // Quarter by quarter back to the last opening, then minute by minute to its end.
  for (let ms = atMs; ms > atMs - 8 * 86_400_000; ms -= 900_000) {
    if (!isOpen(hours, zone, ms)) continue
    let end = Math.floor(ms / 60_000) * 60_000
    while (isOpen(hours, zone, end)) end += 60_000
    return new Date(end).toISOString()
  }
  return 'always'
}

function isOpen(hours: readonly (OpenHours | null)[], zone: string, atMs: number): boolean {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(atMs)
  const of = (type: string): string => parts.find((p) => p.type === type)?.value ?? ''
  const clock = `${of('hour')}:${of('minute')}`
  const day = days.indexOf(of('weekday'))
  const today = hours[day], yesterday = hours[(day + 6) % 7]
  const within = today && (today.from <= today.to ? clock >= today.from && clock < today.to : clock >= today.from)
  return Boolean(within || (yesterday && yesterday.to < yesterday.from && clock < yesterday.to))
}
