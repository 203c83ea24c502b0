/** What a choice in a form means as a rule of RFC 5545, and what a rule means in words. Pure but for the language. */
import { listed } from '../listed.ts'
import { t } from '../words.ts'
import { longDay, weekdayName, weekdays, type Weekday } from '../visits/when.ts'

export const repeatKinds = ['none', 'daily', 'weekdays', 'weekly', 'monthly', 'nth', 'custom'] as const
export type RepeatKind = (typeof repeatKinds)[number]
export const endKinds = ['never', 'on', 'after'] as const
export type EndKind = (typeof endKinds)[number]

/** `days`: none = the weekday of the first day. `every`, in weeks, and `count` are as typed. */
export interface Repeat { kind: RepeatKind; days: readonly Weekday[]; every: string; rule: string; ends: EndKind; until: string; count: string }
export const noRepeat: Repeat = { kind: 'none', days: [], every: '1', rule: '', ends: 'never', until: '', count: '10' }

export const weekdayOf = (day: string): Weekday => weekdays[(new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7] ?? 'MO'
/** The place of a day's weekday in its month; a fifth one is the last. */
export const nthOf = (day: string): number => { const nth = Math.ceil(Number(day.slice(8)) / 7); return nth > 4 ? -1 : nth }
const workdays = 'MO,TU,WE,TH,FR'

/** @param day local, the first one @returns undefined when it does not repeat */
export function ruleOf({ kind, days, every, rule, ends, until, count }: Repeat, day: string): string | undefined {
  const end = ends === 'on' && until ? `;UNTIL=${until.replaceAll('-', '')}` : ends === 'after' && count ? `;COUNT=${count}` : ''
  const chosen = weekdays.filter((one) => days.includes(one)).join(',') || weekdayOf(day)
  const weeks = Number(every) > 1 ? `;INTERVAL=${Math.floor(Number(every))}` : ''
  switch (kind) {
    case 'none': return undefined
    case 'daily': return `FREQ=DAILY${end}`
    case 'weekdays': return `FREQ=WEEKLY;BYDAY=${workdays}${end}`
    case 'weekly': return `FREQ=WEEKLY${weeks};BYDAY=${chosen}${end}`
    case 'monthly': return `FREQ=MONTHLY;BYMONTHDAY=${Number(day.slice(8))}${end}`
    case 'nth': return `FREQ=MONTHLY;BYDAY=${nthOf(day)}${weekdayOf(day)}${end}`
    case 'custom': return rule.trim().toUpperCase().replace(/^RRULE:/, '') || undefined
  }
}

export const nthWord = (nth: number): string => t(nth === 1 ? 'nth_1' : nth === 2 ? 'nth_2' : nth === 3 ? 'nth_3' : nth === 4 ? 'nth_4' : 'nth_last')

/** "every Tuesday, until 24 December 2026"; of a rule that has no such words, the rule itself. */
export function ruleInWords(rule: string, startsAt: string): string {
  const parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]))
  const n = Number(parts.get('INTERVAL') ?? 1), day = startsAt.slice(0, 10)
  const byDay = parts.get('BYDAY')?.split(',') ?? []
  const left = [...parts.keys()].filter((name) => name.startsWith('BY') && name !== 'BYDAY' && name !== 'BYMONTHDAY')
  const said = left.length > 0 ? undefined : saying(parts, { n, day, byDay })
  if (said === undefined) return t('saysRule', { rule })
  const until = parts.get('UNTIL')?.replace(/^(\d{4})(\d\d)(\d\d).*$/, '$1-$2-$3'), count = parts.get('COUNT')
  return until ? t('saysUntil', { rule: said, day: longDay(until) }) : count ? t('saysTimes', { rule: said, n: Number(count) }) : said
}
function saying(parts: ReadonlyMap<string, string>, { n, day, byDay }: { n: number; day: string; byDay: readonly string[] }): string | undefined {
  const date = parts.get('BYMONTHDAY')
  const plain = byDay.every((one) => weekdays.includes(one as Weekday))
  switch (parts.get('FREQ') ?? '') {
    case 'DAILY': return byDay.length > 0 || date ? undefined : t('saysDaily', { n })
    case 'WEEKLY': {
      if (!plain) return undefined
      if (n === 1 && byDay.join(',') === workdays) return t('saysWeekdays')
      const days = listed((byDay.length > 0 ? byDay : [weekdayOf(day)]).map((one) => weekdayName(one as Weekday)))
      return n === 1 ? t('saysWeekly', { days }) : t('saysWeeks', { n, days })
    }
    case 'MONTHLY': {
      if (byDay.length === 0) return date?.includes(',') || date?.startsWith('-') ? undefined : t('saysMonthly', { n, date: date ?? String(Number(day.slice(8))) })
      const [, nth, weekday] = date ? [] : byDay.length === 1 ? /^([1-4]|-1)(\w\w)$/.exec(byDay[0] ?? '') ?? [] : []
      return nth && weekday ? t('saysNth', { n, nth: nthWord(Number(nth)), day: weekdayName(weekday as Weekday) }) : undefined
    }
    case 'YEARLY': return byDay.length > 0 || date ? undefined : t('saysYearly', { n })
    default: return undefined
  }
}
