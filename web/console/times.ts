/** Times as the reader's language writes them, in the reader's zone: relative for an hour, then the clock, then the date. */
import { localeFor } from '#web/ui/locale.ts'
import { language, t } from './words.ts'

export const locale = language === 'en' ? localeFor(language, 'en-GB') : language
/** Of this device. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const format = (options: Intl.DateTimeFormatOptions): ((at: string | number | Date) => string) => {
  const formatter = new Intl.DateTimeFormat(locale, options)
  return (at) => formatter.format(new Date(at))
}
export const clock = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
export const exact = format({ dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' } as Intl.DateTimeFormatOptions)
const date = format({ day: 'numeric', month: 'short' })
const dateWithYear = format({ day: 'numeric', month: 'short', year: 'numeric' })
const weekday = format({ weekday: 'long', day: 'numeric', month: 'long' })
const weekdayWithYear = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
export const weekdayShort = format({ weekday: 'short' })

export const sameDay = (a: string | number | Date, b: string | number | Date): boolean => new Date(a).toDateString() === new Date(b).toDateString()
const sameYear = (at: string, nowMs: number): boolean => new Date(at).getFullYear() === new Date(nowMs).getFullYear()

/** "now", "4m", "14:02", "12 Nov", "12 Nov 2025". */
export function brief(at: string, nowMs: number): string {
  const minutes = Math.floor((nowMs - Date.parse(at)) / 60_000)
  if (minutes < 1) return t('now')
  if (minutes < 60) return t('minutesBrief', { n: minutes })
  if (sameDay(at, nowMs)) return clock(at)
  return sameYear(at, nowMs) ? date(at) : dateWithYear(at)
}

/** Today, Yesterday, Thursday 12 November. */
export function day(at: string, nowMs: number): string {
  const now = new Date(nowMs)
  if (sameDay(at, now)) return t('today')
  if (sameDay(at, new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return t('yesterday')
  return sameYear(at, nowMs) ? weekday(at) : weekdayWithYear(at)
}

/** "14:02", "tomorrow 09:00", "Mon 09:00", "12 Nov 09:00". */
export function moment(at: string, nowMs: number): string {
  const days = Math.round((startOfDay(Date.parse(at)) - startOfDay(nowMs)) / 86_400_000)
  if (days === 0) return clock(at)
  if (days === 1) return t('tomorrowAt', { time: clock(at) })
  return `${days > 1 && days < 7 ? weekdayShort(at) : date(at)} ${clock(at)}`
}

/** Instants within a text, as programs write them, in the reader's words. */
export const withMoments = (text: string, nowMs: number): string => text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) => moment(at, nowMs))

export function startOfDay(ms: number): number {
  const d = new Date(ms)
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime()
}

export function size(bytes: number): string {
  const [value, unit] = bytes < 1000 ? [bytes, 'byte'] : bytes < 1_000_000 ? [bytes / 1000, 'kilobyte'] : bytes < 1_000_000_000 ? [bytes / 1_000_000, 'megabyte'] : [bytes / 1_000_000_000, 'gigabyte']
  return new Intl.NumberFormat(language, { style: 'unit', unit: unit as string, unitDisplay: 'short', maximumFractionDigits: (value as number) < 10 ? 1 : 0 }).format(value as number)
}
