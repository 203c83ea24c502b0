/** Expected visits from CSV: what each row would be, or what is wrong with it. Makes nothing. */
import Papa from 'papaparse'
import type { Host, Location, VisitorType } from '#contract/places.ts'
import { visitFileMaxRows, type RowProblem, type VisitColumn, type VisitFile, type VisitRow } from '#contract/visit-imports.ts'
import { plainName } from '#contract/watch-keys.ts'
import type { Db } from '#server/db/db.ts'
import type { Places } from '#server/features/places/places.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { dayIn, instantIn } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import { dateIn, dateOrderOf, instantOf, timeIn, type DateOrder } from './typed-times.ts'
import { columnsOf } from './visit-columns.ts'
import { knownVisits } from './visits.sql.ts'

interface Given { location: string; text: string; dates?: DateOrder; invite?: boolean }
interface Options { db: Db; places: Places; now: () => number }

/** Without a time people come when the day begins. */
const usualTime = '09:00'
const maxChars: Readonly<Record<string, number>> = { name: 200, company: 200, email: 254, phone: 40, note: 1000, language: 20 }

export const visitFiles = ({ db, places, now }: Options) => async (account: string, { location: id, text, dates, invite = false }: Given): Promise<VisitFile> => {
  refuseBrokenText(text)
  const locations = await places.listLocations(account)
  const location = locations.find((l) => l.id === id)
  if (!location) throw new Refusal('not_found', 'There is no such location.')
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { skipEmptyLines: false, delimitersToGuess: [',', ';', '\t'] })
  const lines = data.map((cells, at) => ({ line: at + 1, cells: cells.map((cell) => cell.trim()) })).filter(({ cells }) => cells.some(Boolean))
  const [head, ...body] = lines
  if (!head || body.length === 0) throw new Refusal('invalid', 'text: There is no row below the header.')
  if (body.length > visitFileMaxRows) throw new Refusal('too_large', `A file holds at most ${visitFileMaxRows.toLocaleString('en')} visits; this one has ${body.length.toLocaleString('en')}. Split it.`)
  const types = await places.listVisitorTypes(account), hosts = await places.listHosts(account)
  const columns = columnsOf(head.cells, types.flatMap((type) => type.fields))
  if (!columns.some((c) => c === 'name' || c === 'lastName') || !columns.includes('date')) {
    throw new Refusal('invalid', `text: The first line has to name the columns, with at least "name" and "date". It says: ${head.cells.join(', ').slice(0, 200)}`)
  }
  const dateCells = body.flatMap(({ cells }) => cells.filter((_, at) => columns[at] === 'date' || columns[at] === 'leaving'))
  const order = dateOrderOf(dateCells, location.zone)
  // Looked up once, and not for each row: two thousand rows by all hosts of a large house would hold everybody up for seconds.
  const hostsByEmail = Map.groupBy(hosts, (h) => h.email.toLowerCase()), hostsByName = Map.groupBy(hosts, (h) => plainName(h.name))
  const hostsOf = (said: string): Host[] => [...new Set([...hostsByEmail.get(said.toLowerCase()) ?? [], ...hostsByName.get(plainName(said)) ?? []])]
  const reader = { location, locations, types, hostsOf, order: dates ?? order?.order ?? 'day_first', nowMs: now(), invite }
  const seen = new Map<string, number>()
  const rows = body.map(({ line, cells }) => readRow(line, cells, columns, reader, seen))
  const ids = rows.flatMap((row) => row.visit ? [row.visit.id] : [])
  const known = new Set((await db.read('known visits', 5_000, (tx) => tx.all(knownVisits(account, ids)))).map((v) => v.id))
  return {
    columns: head.cells.map((header, at) => ({ header, meaning: columns[at] ?? null })),
    rows: rows.map((row) => ({ ...row, isKnown: row.visit !== null && known.has(row.visit.id) })),
    dates: order && (dates ? { order: dates, isCertain: order.isCertain } : order),
  }
}

interface Reader { location: Location; locations: readonly Location[]; types: readonly VisitorType[]; hostsOf: (said: string) => Host[]; order: DateOrder; nowMs: number; invite: boolean }

function readRow(line: number, cells: string[], columns: readonly (VisitColumn | null)[], { location: usual, locations, types, hostsOf, order, nowMs, invite }: Reader, seen: Map<string, number>): Omit<VisitRow, 'isKnown'> {
  const problems: RowProblem[] = []
  const of = (column: VisitColumn): string => { const at = columns.indexOf(column); return at < 0 ? '' : cells[at] ?? '' }
  const wrong = (column: VisitColumn, problem: RowProblem['problem']): undefined => { problems.push({ column, problem, value: of(column) }) }

  const name = of('name') || [of('firstName'), of('lastName')].filter(Boolean).join(' ')
  if (!name) wrong('name', 'missing')
  const email = of('email')
  if (email && !/^[^\s@]+@[^\s@]+$/.test(email)) wrong('email', 'not_an_email')
  for (const column of ['name', 'company', 'email', 'phone', 'note', 'language'] as const) if ((column === 'name' ? name : of(column)).length > maxChars[column]!) wrong(column, 'too_long')

  const location = of('location') ? locations.find((l) => plainName(l.name) === plainName(of('location'))) ?? wrong('location', 'no_such_location') : usual
  const offered = types.filter((t) => t.active && t.location === (location ?? usual).id)
  const type = of('visitorType') ? offered.find((t) => plainName(t.name) === plainName(of('visitorType'))) ?? wrong('visitorType', 'no_such_type') : undefined
  const asked = new Set((type ? [type] : offered).flatMap((t) => t.fields.map((f) => f.key)))
  const fields = Object.fromEntries(columns.flatMap((column, at) => column?.startsWith('fields.') && cells[at] && asked.has(column.slice(7)) ? [[column.slice(7), cells[at].slice(0, 500)] as const] : []))
  const named = of('host') ? hostsOf(of('host')) : []
  if (of('host') && named.length !== 1) wrong('host', named.length === 0 ? 'no_such_host' : 'several_hosts')

  const { zone } = location ?? usual
  const expectedAt = arrivalIn()
  function arrivalIn(): string | undefined {
    if (!of('date')) return wrong('date', 'missing')
    const instant = instantOf(of('date'))
    if (instant) return instant
    const date = dateIn(of('date'), order)
    if (!date) return wrong('date', 'not_a_date')
    const given = of('time') || date.rest
    const time = given ? timeIn(given) : usualTime
    return time ? instantIn(zone, date.day, time) : wrong(of('time') ? 'time' : 'date', 'not_a_time')
  }
  const day = expectedAt && dayIn(zone, Date.parse(expectedAt))
  if (day && day < dayIn(zone, nowMs)) wrong('date', 'past')
  const leavingAt = of('leaving') && day ? leavingOn(day) : null
  function leavingOn(onDay: string): string | null {
    const instant = instantOf(of('leaving')), date = instant ? undefined : dateIn(of('leaving'), order)
    const time = timeIn(date ? date.rest : of('leaving'))
    const at = instant ?? (time && instantIn(zone, date?.day ?? onDay, time))
    if (!at) wrong('leaving', 'not_a_time')
    else if (expectedAt && at <= expectedAt) wrong('leaving', 'leaves_before')
    return at ?? null
  }
  if (problems.length > 0 || !expectedAt || !location) return { line, cells, problems, visit: null }

  // Who, where and when make the visit; the second of two equal rows is another person of that name.
  const key = [location.id, plainName(name), email.toLowerCase(), expectedAt].join('\n')
  const nth = seen.get(key) ?? 0
  seen.set(key, nth + 1)
  return {
    line, cells, problems, visit: {
      id: derivedId('imported visit', key, String(nth)), location: location.id, name, company: of('company'), email: email || null, phone: of('phone') || null, language: of('language'), note: of('note'),
      host: named[0]?.id ?? null, visitorType: type?.id ?? null, fields, expectedAt, leavingAt, invite: invite && email !== '', source: 'import',
    },
  }
}
