import type { Sentences } from '#web/ui/catalogue.ts'

/** Visits that repeat: making them, reading them, ending them; and taking back a cancellation. */
export const seriesSentences = {
  // A new visit
  repeatNext: 'The next dates',
  repeatMore: 'and so on',
  repeatInviteHint: 'One e-mail for all dates, with a calendar entry that repeats and one code.',
  repeatReading: 'The dates cannot be worked out right now.',
  /** `rule` = "every Tuesday". */
  didRepeat: '{name} is expected {rule}',

  // The whole series
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
