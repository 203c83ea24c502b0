/** The conversation report: a few statements over one snapshot, on a small share of the connections (RP5). */
import { setTimeout as sleep } from 'node:timers/promises'
import { reportMaxDays, type ConversationReport, type Figures } from '#contract/reports.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { isZone } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { nobody } from './fold.ts'
import { subscriberName } from './projection.ts'
import * as statements from './report.sql.ts'
import type { Durations, Range, Table, Timed, Unit } from './report.sql.ts'

export type { Range } from './report.sql.ts'
export { reportFacts } from './projection.ts'

/** Of one report, waiting included. */
const deadlineMs = 60_000
/** Between two statements others have the processor for as long as we had it, and at most this. */
const pauseMaxMs = 1_000
const dayMs = 86_400_000

/**
 * @param db a share of the connections: reports wait for each other, nobody waits for them
 * @param oldestKeptMs since when something is kept on this node that has yet to be counted, at the time it has
 */
export function reports({ db, oldestKeptMs = () => undefined }: { db: Db; oldestKeptMs?: () => number | undefined }) {
  return {
    /**
     * @param isWanted asked before every statement: a report that nobody waits for any more makes room for the next
     * @throws Refusal `invalid`: no such zone, no range; `overloaded`: not within the deadline, or not wanted
     */
    async conversations(account: string, asked: Range, isWanted: () => boolean = () => true): Promise<ConversationReport> {
      const days = daysOf(asked)
      const unit: Unit = days.length === 1 ? 'hour' : 'day'
      const earlier = { from: dayAfter(asked.from, -days.length), to: dayAfter(asked.from, -1) }
      return db.tx('conversation report', deadlineMs, async (tx) => {
        const ask = paced(tx, isWanted)
        refuseUnwanted(isWanted)
        await tx.run(statements.snapshot())
        await tx.run(statements.politely(deadlineMs))
        const keptMs = oldestKeptMs()
        const { now, at } = await tx.one(statements.firstUnread(subscriberName))
        const unread = at ?? now, kept = keptMs === undefined ? unread : new Date(keptMs).toISOString()
        const names = new Map((await tx.all(statements.names(account))).map((n) => [n.id, n.name]))
        const figuresOf = await read(ask, account, asked, unit)
        const beforeOf = await read(ask, account, { ...asked, ...earlier })
        return {
          from: asked.from, to: asked.to, zone: asked.zone, asOf: now, completeUpTo: kept < unread ? kept : unread, unit,
          total: figuresOf('total', null), before: { ...earlier, ...beforeOf('total', null) },
          byTime: (unit === 'hour' ? hours.map((h) => `${asked.from}T${h.padStart(2, '0')}`) : days).map((start) => ({ start, ...figuresOf('time', start) })),
          byHour: hours.map((hour) => ({ hour: Number(hour), ...figuresOf('hour', hour) })),
          byAgent: linesOf(figuresOf, 'agent').filter(({ line }) => line !== nobody).map(({ line, figures }) => ({ agent: line, name: names.get(line) ?? '', ...figures })).sort(byName),
          byChannel: linesOf(figuresOf, 'channel').map(({ line, figures }) => ({ channel: line, ...figures })).sort((a, b) => a.channel < b.channel ? -1 : 1),
          byInbox: linesOf(figuresOf, 'inbox').map(({ line, figures }) => ({ inbox: line, name: names.get(line) ?? '', ...figures })).sort(byName),
        }
      })
    },

    /** The report's conversations, a thousand at a time. Between two pages nothing is held: the reader may be slow. */
    async* list(account: string, asked: Range, maxRows: number): AsyncGenerator<statements.Listed[]> {
      daysOf(asked)
      let after: { at: string; id: string } | undefined
      for (let left = maxRows; left > 0;) {
        const limit = Math.min(1_000, left)
        const page = await db.tx('list conversations of a report', deadlineMs, async (tx) => {
          await tx.run(statements.politely(deadlineMs))
          return tx.all(statements.conversations(account, asked, after, limit))
        })
        if (page.length > 0) yield page
        if (page.length < limit) return
        left -= page.length
        after = { at: page.at(-1)!.openedAt, id: page.at(-1)!.id }
      }
    },
  }
}
export type Reports = ReturnType<typeof reports>

const hours = Array.from({ length: 24 }, (_, hour) => String(hour))
const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name)
const dayAfter = (day: string, days: number): string => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10)

/** @throws Refusal `invalid` */
function daysOf({ from, to, zone }: Range): string[] {
  for (const day of [from, to]) if (Number.isNaN(Date.parse(day)) || dayAfter(day, 0) !== day) throw new Refusal('invalid', `There is no day ${day}.`)
  if (!isZone(zone)) throw new Refusal('invalid', `query/zone: there is no time zone "${zone}". Use a name such as Europe/Berlin.`)
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1
  if (count < 1) throw new Refusal('invalid', 'The last day lies before the first.')
  if (count > reportMaxDays) throw new Refusal('invalid', `A report covers at most ${reportMaxDays} days; ask for fewer.`)
  return Array.from({ length: count }, (_, i) => dayAfter(from, i))
}

function refuseUnwanted(isWanted: () => boolean): void {
  if (!isWanted()) throw new Refusal('overloaded', 'Nobody waits for this report any more.')
}

function paced(tx: Tx, isWanted: () => boolean): Tx['all'] {
  let tookMs = 0
  return async (statement) => {
    if (tookMs > 20) await sleep(Math.min(pauseMaxMs, tookMs))
    refuseUnwanted(isWanted)
    const startMs = performance.now()
    const rows = await tx.all(statement)
    tookMs = performance.now() - startMs
    return rows
  }
}

type FiguresOf = { (table: Table, line: string | null): Figures; lines(table: Table): string[] }
const tables: readonly Table[] = ['total', 'time', 'hour', 'agent', 'channel', 'inbox']

/** @param unit of the table by time; without, only the total is read */
async function read(ask: Tx['all'], account: string, range: Range, unit?: Unit): Promise<FiguresOf> {
  const counted = unit
    ? [...await ask(statements.countedByTime(account, range, unit)), ...await ask(statements.countedByWhom(account, range))]
    : await ask(statements.countedTotal(account, range))
  const timed = async (what: Durations): Promise<Map<string, Timed>> => {
    const rows: Timed[] = []
    for (const table of unit ? tables : ['total' as const]) rows.push(...await ask(statements.timed(what, account, range, unit ?? 'day', table)))
    return new Map(rows.map((row) => [keyOf(row.table, row.line), row]))
  }
  const sums = new Map(counted.map((row) => [keyOf(row.table, row.line), row])), answers = await timed('answers'), resolutions = await timed('resolutions')
  return Object.assign((table: Table, line: string | null): Figures => {
    const key = keyOf(table, line)
    const [sum, answered, resolved] = [sums.get(key), answers.get(key), resolutions.get(key)]
    const isOfPerson = range.agent !== undefined || table === 'agent'
    return {
      opened: isOfPerson ? null : sum?.opened ?? 0, reopened: isOfPerson ? null : sum?.reopened ?? 0, messagesIn: isOfPerson ? null : sum?.messagesIn ?? 0,
      messagesOut: sum?.messagesOut ?? 0, answered: answered?.count ?? 0, firstResponse: spreadOf(answered), resolved: resolved?.count ?? 0, resolution: spreadOf(resolved),
    }
  }, { lines: (table: Table) => [...new Set([...sums.values(), ...answers.values(), ...resolutions.values()].flatMap((row) => row.table === table && row.line !== null ? [row.line] : []))] })
}

const keyOf = (table: Table, line: string | null): string => `${table} ${line}`
const spreadOf = (timed: Timed | undefined): Figures['firstResponse'] => timed?.spread ? { medianMs: Math.round(timed.spread[0]), p90Ms: Math.round(timed.spread[1]) } : null
const linesOf = (figuresOf: FiguresOf, table: Table): { line: string; figures: Figures }[] => figuresOf.lines(table).map((line) => ({ line, figures: figuresOf(table, line) }))
