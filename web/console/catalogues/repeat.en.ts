import type { Sentences } from '#web/ui/catalogue.ts'

/** How often something happens, be it a visit or a booking: the choices of the form, and a rule in words. */
export const repeatSentences = {
  // The form
  repeats: 'Repeats',
  repeat_none: 'Does not repeat',
  repeat_daily: 'Every day',
  repeat_weekdays: 'Every weekday (Monday to Friday)',
  repeat_weekly: 'Every week on …',
  repeat_monthly: 'Every month on the same date',
  /** `nth` = "third", `day` = "Tuesday": the weekday and its place in the month of the first day. */
  repeat_nth: 'Every month on the {nth} {day}',
  repeat_custom: 'By a rule of your own',
  /** Place of a weekday in a month: "the third Tuesday". */
  nth_1: 'first',
  nth_2: 'second',
  nth_3: 'third',
  nth_4: 'fourth',
  nth_last: 'last',
  repeatDays: 'On these days',
  repeatEvery: 'Every how many weeks',
  repeatRule: 'Rule',
  /** Shown as it is typed; RRULE is the calendar standard's name. */
  repeatRuleHint: 'As calendars write it (RRULE): FREQ=MONTHLY;BYDAY=1MO,3MO',
  repeatEnds: 'Ends',
  ends_never: 'Never',
  ends_on: 'On a day',
  ends_after: 'After a number of times',
  repeatUntil: 'Last day',
  repeatCount: 'How many times',

  // What a rule means: "Repeats every Tuesday"
  saysRepeats: 'Repeats {rule}',
  saysDaily: { one: 'every day', other: 'every {n} days' },
  /** `days` = "Tuesday and Thursday". */
  saysWeekly: 'every {days}',
  saysWeeks: { one: 'every week on {days}', other: 'every {n} weeks on {days}' },
  saysWeekdays: 'every weekday',
  saysMonthly: { one: 'every month on day {date}', other: 'every {n} months on day {date}' },
  saysNth: { one: 'every month on the {nth} {day}', other: 'every {n} months on the {nth} {day}' },
  saysYearly: { one: 'every year', other: 'every {n} years' },
  saysRule: 'by the rule {rule}',
  /** Appended: "every Tuesday, until 24 December 2026". */
  saysUntil: '{rule}, until {day}',
  saysTimes: { one: '{rule}, once', other: '{rule}, {n} times' },
} as const satisfies Sentences
