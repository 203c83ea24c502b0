import { insideTypes } from '#contract/entries.ts'
import { masked } from './phone.ts'

/**
 * A command on its way into the journal. `guard` runs in the commit's transaction and may refuse, or return another body.
 * `offset` is the one the entry gets if the guard passes; when anything of the commit fails, the guard's writes are undone with it.
 */
export interface Draft<Tx> {
  readonly account: string
  readonly topic: string
  readonly id: string
  readonly type: string
  readonly actor: string
  readonly body: object
  /** When it was accepted, if that was before: what was kept in the spool counts at that time. */
  readonly at?: string
  /** Its guard looks at entries: what was accepted before it is committed by then. A guard sees nothing of its own batch, whose rows are written after all guards. */
  readonly looksBack?: true
  readonly guard?: (tx: Tx, place: { at: string; offset: number }) => Promise<object | void>
}

/** A journal entry as it is stored. `body` is JSON text, written once and used for the row and for every frame; null = redacted. */
export interface Row {
  readonly account: string
  readonly topic: string
  readonly offset: number
  readonly id: string
  readonly type: string
  readonly actor: string
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string
  readonly body: string | null
}

export const keyOf = (of: { account: string; topic: string }): string => `${of.account} ${of.topic}`

// All parts but the body are ids, numbers and names that need no escaping.
const json = (row: Row, type: string, actor: string, body: string | null) =>
  `{"topic":"${row.topic}","offset":${row.offset},"id":"${row.id}","type":"${type}","actor":"${actor}","at":"${row.at}","body":${body}}`

/** The entry as people inside see it. */
export const insideJson = (row: Row): string => json(row, row.type, row.actor, row.type === 'contact.changed' ? withoutPhone(row.body) : row.body)

/** Frames are the same for all who are inside, and some may not see numbers: whoever may reads the contact. */
function withoutPhone(body: string | null): string | null {
  if (!body?.includes('"phone"')) return body
  const { phone, ...rest } = JSON.parse(body) as { phone?: string | null }
  return JSON.stringify({ ...rest, ...(phone !== undefined && { phone: phone && masked(phone) }) })
}

/**
 * The entry as a contact sees it: what is private keeps its offset and nothing else, so that all observers of a topic count
 * the same offsets and a resume can tell a gap from a secret.
 */
export const contactJson = (row: Row): string => isInsideOnly(row) ? json(row, 'hidden', 'system', null) : insideJson(row)
export const isInsideOnly = (row: Row): boolean => insideTypes.has(row.type)
