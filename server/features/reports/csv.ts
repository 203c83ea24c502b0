/** Files for spreadsheets (RFC 4180). */
import Papa from 'papaparse'
import type { ConversationReport, ReportTable } from '#contract/reports.ts'
import { exportMaxRows } from '#contract/reports.ts'
import type { Range, Reports } from './reports.ts'

type Cell = string | number | null

/** A name that begins with one of these, after whatever is not seen, would be worked out as a formula by whoever opens the file; an apostrophe makes it text. */
const formula = /^[\s\0]*[=+\-@]|^[\t\r]/
export const linesOf = (rows: readonly (readonly Cell[])[]): string => rows.length === 0 ? '' : `${Papa.unparse(rows as Cell[][], { escapeFormulae: formula, newline: '\r\n' })}\r\n`

/** Spreadsheets take UTF-8 for something else without it. */
const mark = '\uFEFF'
const seconds = (ms: number | undefined | null): number | null => ms === undefined || ms === null ? null : Math.round(ms / 100) / 10

const figureNames = ['opened', 'reopened', 'messages_in', 'messages_out', 'answered', 'first_response_median_s', 'first_response_p90_s', 'resolved', 'resolution_median_s', 'resolution_p90_s']
type Figured = ConversationReport['total']
const figureCells = (f: Figured): Cell[] => [f.opened, f.reopened, f.messagesIn, f.messagesOut, f.answered, seconds(f.firstResponse?.medianMs), seconds(f.firstResponse?.p90Ms),
  f.resolved, seconds(f.resolution?.medianMs), seconds(f.resolution?.p90Ms)]

const tableOf: { [T in Exclude<ReportTable, 'conversations'>]: (r: ConversationReport) => [string[], [Cell[], Figured][]] } = {
  time: (r) => [[r.unit], r.byTime.map((f) => [[f.start], f])],
  hour: (r) => [['hour'], r.byHour.map((f) => [[f.hour], f])],
  agent: (r) => [['agent', 'agent_id'], r.byAgent.map((f) => [[f.name, f.agent], f])],
  channel: (r) => [['channel'], r.byChannel.map((f) => [[f.channel], f])],
  inbox: (r) => [['inbox', 'inbox_id'], r.byInbox.map((f) => [[f.name, f.inbox], f])],
}

/** In pieces, as they are read. The first one only when the report could be made: until then a refusal can still be said. */
export async function* csv(reports: Reports, account: string, range: Range, table: ReportTable): AsyncGenerator<string> {
  if (table !== 'conversations') {
    const [head, rows] = tableOf[table](await reports.conversations(account, range))
    yield mark + linesOf([[...head, ...figureNames], ...rows.map(([of, figures]) => [...of, ...figureCells(figures)])])
    return
  }
  let isFirst = true
  const head = mark + linesOf([['conversation', 'opened_at', 'contact', 'inbox', 'channel', 'first_contact_at', 'answered_at', 'answered_by', 'first_response_s', 'closed_at', 'closed_by', 'is_open',
    'closings', 'reopenings', 'messages_in', 'messages_out']])
  for await (const page of reports.list(account, range, exportMaxRows)) {
    yield (isFirst ? head : '') + linesOf(page.map((c) => [c.id, c.openedAt, c.contact, c.inbox, c.channel, c.firstContactAt, c.answeredAt, c.answeredBy, seconds(c.answeredMs), c.closedAt, c.closedBy,
      c.isOpen ? 'yes' : 'no', c.closures, c.reopenings, c.messagesIn, c.messagesOut]))
    isFirst = false
  }
  if (isFirst) yield head
}
