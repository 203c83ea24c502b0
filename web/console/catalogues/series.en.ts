import type { Sentences } from '#web/ui/catalogue.ts'

/** Visits that repeat: making them, reading them, ending them; and taking back a cancellation. */
export const seriesSentences = {
  // A new visit
  repeats: 'Repeats',
  repeat_none: 'does not repeat',
  repeat_daily: 'every day',
  repeat_weekdays: 'every weekday (Monday to Friday)',
  repeat_weekly: 'every week on …',
  repeat_monthly: 'every month on the same date',
  /** `nth` = "third", `day` = "Tuesday": the weekday and its place in the month of the first visit. */
  repeat_nth: 'every month on the {nth} {day}',
  repeat_custom: 'by a rule of your own',
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
  ends_never: 'never',
  ends_on: 'on a day',
  ends_after: 'after a number of visits',
  repeatUntil: 'Last day',
  repeatCount: 'How many visits',
  repeatNext: 'The next dates',
  repeatMore: 'and so on',
  repeatInviteHint: 'One e-mail for all dates, with a calendar entry that repeats and one code.',
  repeatReading: 'The dates cannot be worked out right now.',
  /** `rule` = "every Tuesday". */
  didRepeat: '{name} is expected {rule}',

  // What a rule means, in the panel: "Repeats every Tuesday"
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
  seriesChange: 'Change the series',
  seriesChangeText: 'What was changed on one visit by itself stays. Visits that have begun are not touched.',
  seriesScope: 'Which visits',
  scope_one: 'Only this one',
  scope_following: 'This one and those that follow',
  scope_all: 'All that are to come',
  seriesCancelTitle: 'Cancel the visits of {name}?',
  seriesCancelText: 'The invitation stops working for what is cancelled, and the kiosks no longer expect this person then. Who was here stays in the book.',
  seriesTime: 'Time',
  seriesRuleKept: 'The rule stays as it is',
  seriesRuleKeep: 'Repeats {rule}',
  didChangeSeries: 'The series is changed',
  didCancelSeries: 'The visits of {name} are cancelled',
  logSeriesExpected: '{who} expected this series',
  logSeriesChanged: '{who} changed {what} of the series',
  logSeriesCancelled: '{who} cancelled the series from {day} on',
  /** The rule of a series, in a list of what was changed. */
  theRule: 'the rule',
  theTime: 'the time',

  // Taking back a cancellation
  expectAgain: 'Expect again',
  didRestore: '{name} is expected again',
  logRestored: '{who} took the cancellation back',

  // Why the watchlist matched
  watchedBecause: 'Resembles this on the watchlist:',
  watchedGone: 'It was on the watchlist when this visit was made; no entry resembles it now.',
} as const satisfies Sentences
