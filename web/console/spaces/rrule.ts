/** The rules people mean when they say "every week", as calendars write them (RFC 5545). Pure. */
export const repeats = ['none', 'daily', 'weekdays', 'weekly', 'fortnight', 'monthly', 'own'] as const
export type Repeat = (typeof repeats)[number]
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof weekdays)[number]

export interface Rule {
  readonly repeat: Repeat
  /** For `weekly` and `fortnight`; none = the weekday of the first day. */
  readonly days: readonly Weekday[]
  readonly ends: 'count' | 'until' | 'never'
  readonly count: number
  readonly until: string
  /** For `own`. */
  readonly text: string
}

export const weekdayOf = (day: string): Weekday => weekdays[(new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7] ?? 'MO'

/** Empty while there is nothing to repeat. @param day the first one */
export function rruleOf({ repeat, days, ends, count, until, text }: Rule, day: string): string {
  const chosen = weekdays.filter((d) => days.includes(d))
  const on = (chosen.length > 0 ? chosen : [weekdayOf(day)]).join(',')
  const base = {
    none: '', daily: 'FREQ=DAILY', weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', weekly: `FREQ=WEEKLY;BYDAY=${on}`,
    fortnight: `FREQ=WEEKLY;INTERVAL=2;BYDAY=${on}`, monthly: 'FREQ=MONTHLY', own: text.trim().toUpperCase().replace(/^RRULE:/, ''),
  }[repeat]
  if (!base || repeat === 'own' || ends === 'never') return base
  return ends === 'count' ? `${base};COUNT=${count}` : `${base};UNTIL=${until.replaceAll('-', '')}`
}
