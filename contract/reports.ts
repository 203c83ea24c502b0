/**
 * Numbers. Reports are derived from the journal at the times of its entries: a message that came late counts when it was sent, and
 * what was deleted or erased still counts. They equal a recount of the journal (rules RP), and say up to when they are complete.
 */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const
const count = Type.Integer({ minimum: 0 })
const Day = Type.String({ pattern: '^(?:19[7-9]|2\\d\\d)\\d-\\d\\d-\\d\\d$', description: 'A day of the calendar in `zone`.' })
/** Days of one report, at most. */
export const reportMaxDays = 366
/** Lines of one file, at most. */
export const exportMaxRows = 1_000_000

/** Exact: half of them took no longer than the median, nine of ten no longer than p90. */
export const Spread = Type.Object({ medianMs: count, p90Ms: count })
export type Spread = Static<typeof Spread>
/** `opened`, `reopened` and `messagesIn` are nobody's: they are null where the figures are of one person. */
export const Figures = Type.Object({
  opened: Nullable(count), reopened: Nullable(count), messagesIn: Nullable(count),
  /** Of people; what the house sends by itself is not counted. */
  messagesOut: count,
  /** Conversations whose contact got the first answer of a person then, and how long they had waited since they first wrote. */
  answered: count, firstResponse: Nullable(Spread),
  /** Closings, and how long the conversation had been open since it was opened, or reopened. */
  resolved: count, resolution: Nullable(Spread),
})
export type Figures = Static<typeof Figures>
const withFigures = <P extends Type.TProperties>(of: P) => Type.Object({ ...of, ...Figures.properties })

const range = {
  /** Both included. */
  from: Day, to: Day,
  zone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA time zone in which days and hours are meant.' }),
  inbox: Type.Optional(Id), channel: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}$' })), agent: Type.Optional(Id),
}

export const ConversationReport = Type.Object({
  from: Day, to: Day, zone: Type.String(), asOf: Instant,
  /** Everything that happened before this is counted. `asOf` when nothing is missing. */
  completeUpTo: Instant,
  total: Figures,
  /** The same number of days just before. */
  before: withFigures({ from: Day, to: Day }),
  /** Hours when it is one day, days otherwise. Without holes. `start` is local: `2026-11-26` or `2026-11-26T09`. */
  unit: Type.Union([Type.Literal('hour'), Type.Literal('day')]), byTime: Type.Array(withFigures({ start: Type.String() })),
  /** Of the day, 0 to 23: where the range is long, when people write. */
  byHour: Type.Array(withFigures({ hour: Type.Integer({ minimum: 0, maximum: 23 }) })),
  byAgent: Type.Array(withFigures({ agent: Id, name: Type.String() })),
  byChannel: Type.Array(withFigures({ channel: Type.String() })),
  byInbox: Type.Array(withFigures({ inbox: Id, name: Type.String() })),
})
export type ConversationReport = Static<typeof ConversationReport>

export const getConversationReport = endpoint({
  method: 'GET', path: '/reports/conversations', access: 'agent', statements: 21, summary: 'Volume, first response and resolution by time, hour, person, channel and inbox.',
  query: Type.Object(range, closed), returns: ConversationReport, errors: ['invalid', 'overloaded'],
})

const tables = ['time', 'hour', 'agent', 'channel', 'inbox', 'conversations'] as const
export type ReportTable = (typeof tables)[number]
/** UTF-8 with a byte order mark, commas, CRLF. A cell that a spreadsheet would read as a formula begins with an apostrophe. `conversations`: one line for each that was opened in the range. */
export const exportReport = endpoint({
  method: 'GET', path: '/reports/conversations.csv', access: 'agent', statements: 21 + Math.ceil(exportMaxRows / 1_000), summary: 'One of the report’s tables, or its conversations, as a CSV file.',
  query: Type.Object({ ...range, table: Type.Enum([...tables]) }, closed), returns: Type.Unsafe<Blob>({}), errors: ['invalid', 'overloaded', 'storage_full'],
})

/** Body of the view `board`: how it stands now. The lists come by name. */
export const Board = Type.Object({
  asOf: Instant,
  /** Open conversations whose contact wrote last. */
  waiting: count, waitingSince: Nullable(Instant),
  open: count, unassigned: count,
  /** Who is there, and who has open conversations. */
  agents: Type.Array(Type.Object({ id: Id, name: Type.String(), state: Type.Union([Type.Literal('online'), Type.Literal('away'), Type.Literal('offline')]), open: count, waiting: count })),
  /** `atDoor`: visitors who wait to be let in. `booked`: spaces booked now, of which `checkedIn`. */
  places: Type.Array(Type.Object({ location: Id, name: Type.String(), onSite: count, atDoor: count, expected: count, booked: count, checkedIn: count })),
})
export type Board = Static<typeof Board>
