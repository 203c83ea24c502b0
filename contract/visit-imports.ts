/**
 * Expected visits from a spreadsheet. Reading makes nothing: it says of each row what it would be or what is wrong with it, and
 * gives each an id that follows from its content. `POST /visits` then makes them one by one, so that a file that is imported
 * twice makes nothing twice.
 */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Id } from './ids.ts'
import type { createVisit } from './visits.ts'

const closed = { additionalProperties: false } as const
export const visitFileMaxChars = 1_000_000
export const visitFileMaxRows = 2_000

const columns = ['name', 'firstName', 'lastName', 'company', 'email', 'phone', 'host', 'date', 'time', 'leaving', 'visitorType', 'location', 'language', 'note'] as const
/** What a column of the file was taken for; a `fields.<key>` is what a visitor type asks. */
export type VisitColumn = (typeof columns)[number] | `fields.${string}`

const problems = ['missing', 'not_a_date', 'not_a_time', 'past', 'leaves_before', 'not_an_email', 'too_long', 'no_such_host', 'several_hosts', 'no_such_type', 'no_such_location'] as const
/** `value`: what stands there. */
export const RowProblem = Type.Object({ column: Type.String(), problem: Type.Enum([...problems]), value: Type.String() })
export type RowProblem = Static<typeof RowProblem>
export const VisitRow = Type.Object({
  /** As a spreadsheet counts; the header is line 1. */
  line: Type.Integer(),
  cells: Type.Array(Type.String()),
  problems: Type.Array(RowProblem),
  /** The body for `POST /visits`, when nothing is wrong. */
  visit: Nullable(Type.Unsafe<NonNullable<NonNullable<(typeof createVisit)['types']>['body']>>({ type: 'object', additionalProperties: true })),
  /** It is in the book already, from this file or one like it. */
  isKnown: Type.Boolean(),
})
export type VisitRow = Static<typeof VisitRow>
export const VisitFile = Type.Object({
  /** `meaning`: null = this column is not used. */
  columns: Type.Array(Type.Object({ header: Type.String(), meaning: Nullable(Type.String()) })),
  rows: Type.Array(VisitRow),
  /** How `3/4/2026` was read, and whether the file itself left no other way; null = no such date stands in it. */
  dates: Nullable(Type.Object({ order: Type.Union([Type.Literal('day_first'), Type.Literal('month_first')]), isCertain: Type.Boolean() })),
})
export type VisitFile = Static<typeof VisitFile>

export const readVisitFile = endpoint({
  method: 'POST', path: '/visit-files', access: 'agent', statements: 6, summary: 'Read a CSV of expected visits, and say of each row what it would be. Makes nothing.',
  body: Type.Object({
    location: Id, text: Type.String({ minLength: 1, maxLength: visitFileMaxChars, description: 'Separated by comma, semicolon or tab, the first line naming the columns.' }),
    dates: Type.Optional(Type.Union([Type.Literal('day_first'), Type.Literal('month_first')])), invite: Type.Optional(Type.Boolean()),
  }, closed),
  returns: VisitFile, errors: ['invalid', 'not_found', 'too_large'],
})
