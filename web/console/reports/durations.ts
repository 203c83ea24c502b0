import { locale } from '../times.ts'
import { shortDay } from '../visits/when.ts'
import { t } from '../words.ts'

/** "45 s", "2 min", "2 min 30 s", "3 h 5 min", "2 d 4 h": as exact as one wants to know it. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return t('figSeconds', { n: seconds })
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10 && seconds % 60 > 0) return `${t('ageMinutes', { n: minutes })} ${t('figSeconds', { n: seconds % 60 })}`
  if (minutes < 60) return t('ageMinutes', { n: minutes })
  const hours = Math.floor(minutes / 60)
  if (hours < 10 && minutes % 60 > 0) return `${t('ageHours', { n: hours })} ${t('ageMinutes', { n: minutes % 60 })}`
  if (hours < 48) return t('ageHours', { n: hours })
  const days = Math.floor(hours / 24)
  return days < 10 && hours % 24 > 0 ? `${t('ageDays', { n: days })} ${t('ageHours', { n: hours % 24 })}` : t('ageDays', { n: days })
}

const numbers = new Intl.NumberFormat(locale)
export const count = (n: number | null): string => n === null ? '–' : numbers.format(n)
export const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })

const date = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'short' })
/** `2026-11-26` as "26 Nov" or, `long`, as "Thu, 26 Nov"; `2026-11-26T09` as "09:00". */
export const startName = (start: string, long = false): string => start.length > 10 ? `${start.slice(11)}:00` : long ? shortDay(start) : date.format(new Date(`${start}T12:00:00Z`))
