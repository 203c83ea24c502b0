/** Dates and times as people type them into spreadsheets. Pure. */
import { Temporal } from 'temporal-polyfill'

export type DateOrder = 'day_first' | 'month_first'
const slashed = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})\b/
const dotted = /^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}|\d{2})\b/
const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/

/** Where people write the month first. */
const monthFirstZones = /^(?:US\/|America\/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Anchorage|Boise|Detroit|Indiana|Kentucky|North_Dakota|Menominee|Juneau|Sitka|Nome|Adak|Metlakatla|Yakutat)|Pacific\/(?:Honolulu|Guam)|Asia\/Manila)/

/** A number above twelve decides for the whole file; without any the custom of the place does. Null: no such date stands in it. */
export function dateOrderOf(cells: readonly string[], zone: string): { order: DateOrder; isCertain: boolean } | null {
  const dates = cells.flatMap((cell) => { const found = slashed.exec(cell.trim()); return found ? [[Number(found[1]), Number(found[2])] as const] : [] })
  if (dates.length === 0) return null
  const custom = monthFirstZones.test(zone) ? 'month_first' : 'day_first'
  const isDayFirst = dates.some(([first]) => first > 12), isMonthFirst = dates.some(([, second]) => second > 12)
  return isDayFirst === isMonthFirst ? { order: custom, isCertain: false } : { order: isDayFirst ? 'day_first' : 'month_first', isCertain: true }
}

/** @returns `2026-12-01` and what stands behind it */
export function dateIn(cell: string, order: DateOrder): { day: string; rest: string } | undefined {
  const text = cell.trim()
  const [parts, ymd] = [iso, dotted, slashed].flatMap((form, at) => { const found = form.exec(text); return found ? [[found, at] as const] : [] })[0] ?? []
  if (!parts) return undefined
  const [a, b, c] = [parts[1], parts[2], parts[3]].map(Number) as [number, number, number]
  const year = ymd === 0 ? a : c < 100 ? 2000 + c : c
  const [month, day] = ymd === 0 ? [b, c] : ymd === 2 && order === 'month_first' ? [a, b] : [b, a]
  try {
    return { day: Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).toString(), rest: text.slice(parts[0].length).replace(/^[\sT,]+/, '') }
  } catch {
    return undefined
  }
}

/** `9`, `09:30`, `9.30`, `9h30`, `9:30 pm`, `09:30:00`, "14 Uhr" → `09:30`. */
export function timeIn(cell: string): string | undefined {
  const found = /^(\d{1,2})(?:[:.h]\s?(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(?:(?:h|hs|uhr)\s*)?(a\.?m\.?|p\.?m\.?)?$/i.exec(cell.trim())
  if (!found) return undefined
  const half = found[3]?.[0]?.toLowerCase()
  const given = Number(found[1]), minute = Number(found[2] ?? 0)
  if (half && (given < 1 || given > 12)) return undefined
  const hour = half ? given % 12 + (half === 'p' ? 12 : 0) : given
  return hour > 23 || minute > 59 ? undefined : `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** With its own offset it is an instant, wherever the place is. */
export const instantOf = (cell: string): string | undefined => {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$/i.test(cell.trim())) return undefined
  const ms = Date.parse(cell.trim().replace(' ', 'T'))
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
