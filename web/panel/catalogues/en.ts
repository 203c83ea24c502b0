import type { Catalogue, Sentences } from '#web/ui/catalogue.ts'

/** English, the source of all other catalogues. Read from across the corridor, then with a finger: short. */
const sentences = {
  language: 'Language',
  // The state, one or two words that fill the screen
  free: 'Free',
  taken: 'Taken',
  /** Somebody has it, and has not checked in yet. */
  expected: 'Reserved',
  closed: 'Closed',
  /** `at` = "14:30". */
  until: 'until {at}',
  restOfDay: 'for the rest of the day',
  /** What is free is closed from then on; `at` = "14:30". */
  closesAt: 'It closes at {at}.',
  private: 'Booked',
  checkInBy: 'Check in until {at}, or it is free again.',
  checkedIn: 'Checked in',
  // What one can do
  bookNow: 'Book now',
  minutes: { one: '{n} minute', other: '{n} minutes' },
  untilNext: 'until {at}',
  tooShort: 'Somebody has it in a moment.',
  checkIn: 'Check in',
  end: 'End',
  endSure: 'End now? Tap again.',
  working: 'One moment …',
  didBook: 'Booked until {at}.',
  didCheckIn: 'You are checked in.',
  didEnd: 'It is free again.',
  // Why not
  takenNow: 'Somebody else was quicker.',
  closedNow: 'It is closed at that time.',
  notBookable: 'It cannot be booked at present.',
  outsideCheckIn: 'Check-in is not open at this moment.',
  changed: 'It has changed in the meantime. Look again.',
  noAnswer: 'No answer came. It may have been done or not: look again when the line is back.',
  failed: 'That did not work. Try again in a moment.',
  /** `at` = "14:02". */
  offlineSince: 'Offline since {at}. What is shown may have changed.',
  offlineBook: 'Booking, checking in and ending need the connection.',
  // Beside it
  today: 'Today',
  nothingMore: 'Nothing more today',
  seats: { one: '{n} seat', other: '{n} seats' },
  // Pairing, done once by staff
  pairTitle: 'Pair this panel',
  pairHint: 'Type the eight digits that Lodge shows under Settings, Spaces.',
  pair: 'Pair',
  pairWrong: 'This code is not valid, or no longer. Make a new one and type it here.',
  pairLater: 'Too many tries. Wait a minute, then try again.',
  pairUnreachable: 'Lodge cannot be reached right now. Check the network, then try again.',
  fetching: 'Asking …',
  fetchingLong: 'Lodge cannot be reached yet. This goes on by itself as soon as it can.',
} as const satisfies Sentences

export type PanelSentences = typeof sentences
export const en = { language: 'en', direction: 'ltr', sentences } as const satisfies Catalogue<PanelSentences>
