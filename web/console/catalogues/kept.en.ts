import type { Sentences } from '#web/ui/catalogue.ts'

/** What was kept by the server while its database was away. */
export const keptSentences = {
  /** In the corner: asked for while the database is away. */
  keptCheckIn: 'The server keeps the check-in of {name}. It stands in the book as soon as the database is back.',
  keptCheckOut: 'The server keeps the check-out of {name}. It stands in the book as soon as the database is back.',
  /** In the list of what leaves: kept while the database was away, and not applied afterwards. */
  keptRefused: { one: '{n} thing that was kept could not be done', other: '{n} things that were kept could not be done' },
  keptRefusedText: 'They were taken while the database was away. Nothing is lost until you dismiss it.',
  keptRefusedOpen: 'A new conversation',
  keptRefusedArrival: 'A check-in at the desk',
  keptRefusedDeparture: 'A check-out at the desk',
  keptRefusedOperation: 'Something a kiosk sent',
  keptRefusedLook: 'Open the conversation',
  keptRefusedStill: 'It still cannot be done: {reason}',
  keptRefusedDone: 'It is done now',
} as const satisfies Sentences
