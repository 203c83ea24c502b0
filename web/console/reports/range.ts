/** Which days a report is of, as the address says it. Pure. */
import { day, oneOf, text } from '../search-params.ts'
import { shiftDay } from '../visits/zone.ts'

export const ranges = ['today', 'week', 'month', 'custom'] as const
type RangeName = (typeof ranges)[number]
export interface ReportSearch { range?: RangeName; from?: string; to?: string; inbox?: string; channel?: string; agent?: string }

export function reportSearch(search: Record<string, unknown>): ReportSearch {
  const range = oneOf(ranges, search['range'])
  const [from, to, inbox, channel, agent] = [day(search['from']), day(search['to']), text(search['inbox']), text(search['channel']), text(search['agent'])]
  return { ...(range && { range }), ...(from && { from }), ...(to && { to }), ...(inbox && { inbox }), ...(channel && { channel }), ...(agent && { agent }) }
}

/** Both days included. A last day before the first is the first. */
export function daysOf({ range = 'month', from, to }: ReportSearch, today: string): { from: string; to: string } {
  if (range === 'today') return { from: today, to: today }
  if (range === 'week') return { from: shiftDay(today, -6), to: today }
  if (range === 'month') return { from: shiftDay(today, -27), to: today }
  const first = from ?? to ?? shiftDay(today, -27)
  return { from: first, to: to !== undefined && to >= first ? to : first }
}
