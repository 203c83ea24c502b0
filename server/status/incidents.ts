/** What can be done to an incident. Each verb is decided from the state at the moment of writing, so that two who act at once do not undo each other. */
import { randomUUID } from 'node:crypto'
import type { Evidence, Impact, Incident, IncidentFields, IncidentState } from '#contract/status.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Book, Put, State } from './book.ts'
import { cleanAtMs } from './clean.ts'
import { pageOf, refuseUnknown, settled } from './components.ts'
import { slugOf } from './slug.ts'

export type Opening = Pick<IncidentFields, 'title' | 'affected'> & Partial<IncidentFields> & { id?: string | undefined; text: string; state?: IncidentState | undefined; at?: string | undefined; evidence?: readonly Evidence[] }
export interface Updating { id?: string | undefined; text: string; state?: IncidentState | undefined; at?: string | undefined; nextUpdateAt?: string | null | undefined; affected?: Incident['affected'] | undefined; impactTo?: string | undefined }

export const putIncident = (value: Incident): Put => ({ kind: 'incident', id: value.id, value })
export function incidentIn(state: State, id: string): Incident {
  const found = state.incident.get(id)
  if (!found) throw new Refusal('not_found', `There is no incident "${id}".`)
  return found
}
/** `2026-11-26-messages-are-delayed`, and -2, -3 … when it is taken. */
export function idFor(taken: ReadonlyMap<string, unknown>, title: string, at: string): string {
  const base = `${at.slice(0, 10)}-${slugOf(title)}`.slice(0, 90).replace(/[^a-z0-9]+$/, '')
  for (let i = 1; ; i++) {
    const id = i === 1 ? base : `${base}-${i}`
    if (!taken.has(id)) return id
  }
}

/** The incident as it would be opened; for all who open one. */
export function opened(state: State, at: string, by: string, o: Opening): Incident {
  const { id, text, state: first = 'investigating', at: saidAt = at, evidence = [], ...fields } = o
  refuseUnknown(state, o.affected.map((a) => a.component))
  for (const earlier of o.recurrenceOf ?? []) incidentIn(state, earlier)
  const own = id ?? idFor(state.incident, o.title, saidAt)
  if (state.incident.has(own)) throw new Refusal('taken', `There is an incident "${own}" already.`)
  const impact: readonly Impact[] = o.impact ?? [{ from: saidAt, to: null }]
  refuseBackwards(impact)
  const incident: Incident = {
    audience: [], accounts: [], recurrenceOf: [], nextUpdateAt: null, cleanMinutes: pageOf(state).cleanMinutes, cause: '', timeline: [], remediation: [], postmortem: null,
    ...fields, id: own, impact: [...impact], state: first, openedAt: saidAt, quietSince: first === 'monitoring' ? saidAt : null, updates: [{ id: randomUUID(), at: saidAt, state: first, text, by }],
    resolvedAt: null, early: null, evidence: [...evidence], source: null,
  }
  if (first === 'resolved') throw new Refusal('wrong_status', 'Open it as what it was first, then say that it is resolved.')
  return incident
}

function refuseBackwards(impact: readonly Impact[]): void {
  if (impact.some(({ from, to }) => to !== null && to < from)) throw new Refusal('invalid', 'An impact must end after it began.')
}

export function incidents({ book, now }: { book: Book; now: () => number }) {
  const change = async (by: string, did: string, id: string, make: (incident: Incident, at: string, state: State) => Incident): Promise<Incident> => book.change(by, did, (state, at) => {
    const result = make(incidentIn(state, id), at, state)
    return { puts: [putIncident(result)], result }
  })

  return {
    /** A repeat with the same id is the same. @throws Refusal */
    open: async (by: string, o: Opening): Promise<Incident> => book.change(by, 'open', (state, at) => {
      const known = o.id === undefined ? undefined : state.incident.get(o.id)
      if (known && known.title === o.title && known.updates[0]?.text === o.text) return { puts: [], result: known }
      const result = opened(state, at, by, o)
      return { puts: [...settled(state), putIncident(result)], result }
    }),

    /** News. States may go back and forth, but not to `resolved`. @throws Refusal */
    update: async (by: string, id: string, u: Updating): Promise<Incident> => change(by, 'update', id, (incident, at, state) => {
      if (u.state === 'resolved') throw new Refusal('wrong_status', 'Say with "resolve" that it is resolved.')
      return updated(incident, at, by, u, state)
    }),

    /** Fields that are not news: title, audience, impact, cause, timeline, remediation, post-mortem … @throws Refusal */
    edit: async (by: string, id: string, fields: Partial<IncidentFields>): Promise<Incident> => change(by, 'edit', id, (incident, _at, state) => {
      if (fields.affected) refuseUnknown(state, fields.affected.map((a) => a.component))
      if (fields.impact) refuseBackwards(fields.impact)
      for (const earlier of fields.recurrenceOf ?? []) {
        if (earlier === id) throw new Refusal('invalid', 'An incident is no recurrence of itself.')
        incidentIn(state, earlier)
      }
      return { ...incident, ...fields }
    }),

    /**
     * Only after a clean window of monitoring (SG5), or openly before it with a reason. `impactTo`: when people last felt it; when it began to be monitored unless said.
     * @throws Refusal `not_clean` with the time at which it may be said, `wrong_status` when it is not monitored
     */
    resolve: async (by: string, id: string, { early, ...u }: Updating & { early?: string | undefined }): Promise<Incident> => change(by, 'resolve', id, (incident, at, state) => {
      if (incident.state === 'resolved') throw new Refusal('wrong_status', 'It is resolved already.')
      const from = cleanAtMs(incident)
      if (!early?.trim()) {
        if (from === undefined) throw new Refusal('wrong_status', `It is "${incident.state}". Monitor it first, for ${incident.cleanMinutes} minutes, or say with a reason why it is resolved now.`)
        if (from > now()) throw new Refusal('not_clean', `It must be quiet for ${incident.cleanMinutes} minutes. It may be called resolved at ${new Date(from).toISOString().slice(11, 19)} UTC, or now with a reason that everybody reads.`)
      }
      const saidAt = u.at ?? at
      const isEarly = from === undefined || from > now()
      const impactTo = u.impactTo ?? incident.quietSince ?? saidAt
      const done = updated(incident, at, by, { ...u, state: 'resolved', nextUpdateAt: null }, state)
      return { ...done, resolvedAt: saidAt, early: isEarly ? early?.trim() ?? null : null, impact: done.impact.map((i) => i.to === null ? { ...i, to: impactTo > i.from ? impactTo : i.from } : i) }
    }),
  }
}
export type Incidents = ReturnType<typeof incidents>

function updated(incident: Incident, at: string, by: string, u: Updating, state: State): Incident {
  if (u.affected) refuseUnknown(state, u.affected.map((a) => a.component))
  if (u.id !== undefined && incident.updates.some((known) => known.id === u.id)) return incident
  const saidAt = u.at ?? at
  const to = u.state ?? incident.state
  const reopens = incident.state === 'resolved' && u.state !== undefined && u.state !== 'resolved'
  return {
    ...incident, state: to, affected: u.affected ?? incident.affected,
    // In the order in which things were said, however late they are entered.
    updates: [...incident.updates, { id: u.id ?? randomUUID(), at: saidAt, state: u.state ?? null, text: u.text, by }].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    quietSince: to === 'monitoring' ? (incident.state === 'monitoring' ? incident.quietSince : saidAt) : null,
    nextUpdateAt: u.nextUpdateAt === undefined ? (incident.nextUpdateAt !== null && incident.nextUpdateAt <= saidAt ? null : incident.nextUpdateAt) : u.nextUpdateAt,
    impact: reopens ? [...incident.impact, { from: saidAt, to: null }] : u.impactTo === undefined ? incident.impact : incident.impact.map((i) => i.to === null ? { ...i, to: u.impactTo! } : i),
    ...(reopens && { resolvedAt: null, early: null }),
  }
}
