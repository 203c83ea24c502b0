/** Times of a location as the reader's language writes them. */
import { locale } from '../times.ts'
import { t } from '../words.ts'
import { dayIn, daysBetween } from './zone.ts'

const formatters = new Map<string, Intl.DateTimeFormat>()
function format(options: Intl.DateTimeFormatOptions, at: string | number): string {
  const key = JSON.stringify(options)
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formatters.set(key, formatter)
  return formatter.format(new Date(at))
}

export const clockIn = (zone: string, at: string | number): string => format({ timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, at)
export const exactIn = (zone: string, at: string | number): string =>
  format({ timeZone: zone, dateStyle: 'full', timeStyle: 'long', hourCycle: 'h23' } as Intl.DateTimeFormatOptions, at)

/** "Today", "Tomorrow", "Thursday 12 November". */
export function dayName(day: string, today: string): string {
  const days = daysBetween(today, day)
  if (days === 0) return t('today')
  if (days === 1) return t('tomorrow')
  if (days === -1) return t('yesterday')
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' } as const
  return format({ timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', ...year }, `${day}T12:00:00Z`)
}

/** "Tuesday 24 November 2026": for who reads it weeks before, or on paper. */
export const longDayIn = (zone: string, at: string | number): string =>
  format({ timeZone: zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, at)

/** "24 November 2026", of a day. */
export const longDay = (day: string): string => format({ timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' }, `${day}T12:00:00Z`)
/** "Tue, 1 Dec" */
export const shortDay = (day: string, withYear = false): string => format({ timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', ...(withYear && { year: 'numeric' }) }, `${day}T12:00:00Z`)
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof weekdays)[number]
/** "Tuesday" of `TU`. The first of June 2026 was a Monday. */
export const weekdayName = (weekday: Weekday, length: 'long' | 'short' = 'long'): string => format({ timeZone: 'UTC', weekday: length }, `2026-06-0${1 + weekdays.indexOf(weekday)}T12:00:00Z`)

/** "14:02", or with its day when it is another one. */
export function momentIn(zone: string, at: string | number, nowMs: number): string {
  const ms = new Date(at).getTime()
  if (dayIn(zone, ms) === dayIn(zone, nowMs)) return clockIn(zone, at)
  return format({ timeZone: zone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, at)
}

/** "12 min", "3 h", "2 d"; what is shorter than a minute is one. */
export function ageOf(sinceMs: number, nowMs: number): string {
  const minutes = Math.max(1, Math.floor((nowMs - sinceMs) / 60_000))
  if (minutes < 60) return t('ageMinutes', { n: minutes })
  return minutes < 48 * 60 ? t('ageHours', { n: Math.floor(minutes / 60) }) : t('ageDays', { n: Math.floor(minutes / 1440) })
}

/** "Madrid, GMT+1" */
export function zoneName(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(at)
  const place = zone.split('/').at(-1)?.replaceAll('_', ' ')
  return place === 'UTC' ? place : [place, parts.find((p) => p.type === 'timeZoneName')?.value].filter(Boolean).join(', ')
}
export const isOwnZone = (zone: string, at: number): boolean => {
  const hour = (timeZone?: string): string => new Intl.DateTimeFormat('en', { ...(timeZone && { timeZone }), dateStyle: 'short', timeStyle: 'short' }).format(at)
  return hour(zone) === hour()
}
