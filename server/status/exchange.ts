/** Everything out as one JSON file, and in again: our own, or lines of incidents that another status page kept. What we do not know of those is kept whole beside what we do. */
import { Value } from 'typebox/value'
import type { Affected, Incident, Level, StatusComponent, StatusExport } from '#contract/status.ts'
import { StatusExport as Schema } from '#contract/status.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Book, Put, State } from './book.ts'
import { pageOf, settled } from './components.ts'
import { putIncident } from './incidents.ts'
import { slugOf } from './slug.ts'

export const exported = (state: State): StatusExport => ({
  lodge: 'status', version: 1, page: pageOf(state), components: [...state.component.values()], incidents: [...state.incident.values()], maintenances: [...state.maintenance.values()],
  subscribers: [...state.subscriber.values()], proposals: [...state.proposal.values()], outages: [...state.outage.values()], replies: [...state.reply.values()],
})

/** `known`: were there already, just the same. `differ`: are there with other content and were left as they are. */
export interface Imported { readonly added: number; readonly known: number; readonly differ: readonly string[] }

/** @param text JSON, or a JSON object a line. @throws Refusal `invalid` that says which line and what is wrong; then nothing was taken */
export async function importInto(book: Book, by: string, text: string): Promise<Imported> {
  const values = parsed(text)
  return book.change<Imported>(by, 'import', (state) => {
    const puts: Put[] = []
    let known = 0
    const differ: string[] = []
    const add = (put: Put): void => {
      const there = state[put.kind].get(put.id)
      if (there === undefined) puts.push(put)
      else if (JSON.stringify(there) === JSON.stringify(put.value)) known++
      else differ.push(put.id)
    }
    const own = values.length === 1 && isObject(values[0]) && values[0]['lodge'] === 'status' ? values[0] : undefined
    if (own) for (const put of ofOurs(own)) add(put)
    else {
      const foreign = values.map((row, i) => ofForeign(row, i + 1))
      for (const { incident } of foreign) add(putIncident(incident))
      const components = new Map(foreign.flatMap((f) => f.components).map((c) => [c.id, c]))
      for (const c of components.values()) if (!state.component.has(c.id)) puts.push({ kind: 'component', id: c.id, value: c })
      if (puts.length > 0) puts.push(...settled(state))
    }
    return { puts, result: { added: puts.filter((p) => p.kind !== 'component' || own).length, known, differ } }
  })
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown[] {
  try {
    const whole = JSON.parse(text) as unknown
    return Array.isArray(whole) ? whole : [whole]
  } catch {
    return text.split('\n').flatMap((line, i) => {
      if (!line.trim()) return []
      try { return [JSON.parse(line) as unknown] }
      catch { throw new Refusal('invalid', `Line ${i + 1} is no JSON.`) }
    })
  }
}

function ofOurs(value: Record<string, unknown>): Put[] {
  if (!Value.Check(Schema, value)) {
    const [first] = Value.Errors(Schema, value)
    throw new Refusal('invalid', `This is no export of a status page: ${first?.instancePath ?? ''} ${first?.message ?? ''}`)
  }
  const { page, components, incidents, maintenances, subscribers, proposals, outages, replies } = value
  return [
    { kind: 'page', id: 'page', value: page }, ...components.map((v): Put => ({ kind: 'component', id: v.id, value: v })), ...incidents.map(putIncident),
    ...maintenances.map((v): Put => ({ kind: 'maintenance', id: v.id, value: v })), ...subscribers.map((v): Put => ({ kind: 'subscriber', id: v.id, value: v })),
    ...proposals.map((v): Put => ({ kind: 'proposal', id: v.id, value: v })), ...outages.map((v): Put => ({ kind: 'outage', id: v.id, value: v })), ...replies.map((v): Put => ({ kind: 'reply', id: v.id, value: v })),
  ]
}

const severities: Record<string, Level> = { notice: 'works', degraded: 'slow', disrupted: 'disrupted', down: 'down' }

/** `{ id, title, date, resolved, resolvedWhen, severity, affected[], body }`, as the status page of cState keeps it. */
function ofForeign(row: unknown, line: number): { incident: Incident; components: StatusComponent[] } {
  const wrong = (what: string): never => { throw new Refusal('invalid', `Incident ${line}: ${what}`) }
  if (!isObject(row)) return wrong('it is no object.')
  const text = (name: string): string => { const v = row[name]; return typeof v === 'string' ? v : '' }
  const instant = (name: string): string => {
    const given = text(name).trim().replace(' ', 'T').replace(/T(\d):/, 'T0$1:')
    const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(given) ? given.replace(/-00:00$/, 'Z') : `${given}Z`)
    return Number.isNaN(ms) ? wrong(`"${text(name)}" in "${name}" is no time.`) : new Date(ms).toISOString()
  }
  const title = text('title').trim() || wrong('it has no title.')
  const openedAt = instant('date')
  const isResolved = text('resolved') === 'true' || row['resolved'] === true
  const resolvedAt = isResolved ? (text('resolvedWhen') ? instant('resolvedWhen') : openedAt) : null
  const level = severities[text('severity')] ?? 'disrupted'
  const named = Array.isArray(row['affected']) ? row['affected'].filter((v): v is string => typeof v === 'string' && v.trim() !== '') : []
  const components = named.map((name): StatusComponent => ({ id: componentId(name), name, group: 'Imported', text: '', place: 90_000, upstream: null, watched: false, retired: true }))
  const affected: Affected[] = [...new Set(components.map((c) => c.id))].map((component) => ({ component, level }))
  const id = /^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/i.test(text('id')) ? text('id').toLowerCase() : `${openedAt.slice(0, 10)}-${slugOf(title)}`
  const by = 'import'
  return {
    components,
    incident: {
      id, title, affected, audience: [], accounts: [], impact: level === 'works' ? [] : [{ from: openedAt, to: resolvedAt === null ? null : resolvedAt > openedAt ? resolvedAt : openedAt }], recurrenceOf: [], nextUpdateAt: null, cleanMinutes: 0,
      cause: '', timeline: [], remediation: [], postmortem: null, state: isResolved ? 'resolved' : 'investigating', openedAt, quietSince: null,
      updates: [{ id: 'body', at: openedAt, state: 'investigating', text: text('body'), by }, ...(resolvedAt === null ? [] : [{ id: 'resolved', at: resolvedAt, state: 'resolved' as const, text: '', by }])],
      resolvedAt, early: null, evidence: [], source: row,
    },
  }
}

const componentId = (name: string): string => name.toLowerCase().replace(/[^a-z0-9._-]+/g, '-').slice(0, 100).replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '') || slugOf(name)
