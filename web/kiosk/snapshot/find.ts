/** Who stands before the screen, decided from the snapshot and what happened here since. Never answers with a list. */
import type { Snapshot } from '#contract/kiosks.ts'
import type { LocalVisit } from '../log/kept.ts'
import { plain } from './names.ts'

export type Expected = Snapshot['visits'][number]
export type Locals = ReadonlyMap<string, LocalVisit>
export type Found<T = Expected> = { is: 'one'; visit: T } | { is: 'several' } | { is: 'none' }
export interface Present { readonly id: string; readonly name: string; readonly company: string }

/** Further is truer: nobody arrives after having left. What the desk ended (cancelled, refused) stays ended unless the person came in here. */
const progress = ['no_show', 'expected', 'waiting', 'checked_in', 'checked_out']
export function statusOf(visit: Expected, locals: Locals): string {
  const local = locals.get(visit.id)
  if (!local) return visit.status
  return progress.indexOf(local.status) > progress.indexOf(visit.status) ? local.status : visit.status
}

export const dayAt = (zone: string, nowMs: number): string => {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(nowMs)
  } catch {
    return new Date(nowMs).toISOString().slice(0, 10)   // a zone this browser does not know
  }
}

const comes = new Set(['expected', 'waiting', 'checked_in', 'no_show'])
const codePattern = /([A-Za-z0-9]{20})\W*$/
/** The code in what a camera read or somebody typed: bare, or at the end of an address. */
export const codeIn = (text: string): string | undefined => codePattern.exec(text.trim())?.[1]

/** Of several visits of one person the one that is due: today's before tomorrow's, who has not arrived before who has, early before late. */
function due(visits: readonly Expected[], locals: Locals, today: string): Expected | undefined {
  const rank = (visit: Expected): string => [visit.day === today ? 0 : 1, statusOf(visit, locals) === 'checked_in' ? 1 : 0, visit.day, visit.expectedAt ?? ''].join(' ')
  return visits.toSorted((a, b) => rank(a) < rank(b) ? -1 : 1)[0]
}

export function findByCode(snapshot: Snapshot, locals: Locals, text: string, nowMs: number): Expected | undefined {
  const code = codeIn(text)
  const today = dayAt(snapshot.location.zone, nowMs)
  // The visits of a series share one code; on one of its days it means that day's, also when that is over.
  const coded = code === undefined ? [] : snapshot.visits.filter((v) => v.code === code)
  const meant = coded.some((v) => v.day === today) ? coded.filter((v) => v.day === today) : coded
  return due(meant.filter((v) => comes.has(statusOf(v, locals))), locals, today)
}

/** @param company asked when several people have that name */
export function findByName(snapshot: Snapshot, locals: Locals, name: string, nowMs: number, company?: string): Found {
  const wanted = plain(name)
  const today = dayAt(snapshot.location.zone, nowMs)
  let named = wanted === '' ? [] : snapshot.visits.filter((v) => plain(v.name) === wanted && comes.has(statusOf(v, locals)))
  if (named.some((v) => v.day === today)) named = named.filter((v) => v.day === today)
  if (company !== undefined) named = named.filter((v) => plain(v.company) === plain(company))
  const people = new Set(named.map((v) => plain(v.company)))
  if (people.size > 1) return { is: 'several' }
  const visit = due(named, locals, today)
  return visit ? { is: 'one', visit } : { is: 'none' }
}

/** Who is here and may leave: those of the list, and those who came in at this kiosk. */
export function present(snapshot: Snapshot, locals: Locals): Present[] {
  const listed = snapshot.visits.filter((v) => statusOf(v, locals) === 'checked_in')
  const known = new Set(snapshot.visits.map(({ id }) => id))
  const here = [...locals.values()].filter((v) => v.status === 'checked_in' && !known.has(v.id))
  return [...listed, ...here].map(({ id, name, company }) => ({ id, name, company }))
}
export function findLeaving(snapshot: Snapshot, locals: Locals, name: string, company?: string): Found<Present> {
  const wanted = plain(name)
  const named = present(snapshot, locals).filter((v) => plain(v.name) === wanted && (company === undefined || plain(v.company) === plain(company)))
  if (named.length > 1 && new Set(named.map((v) => plain(v.company))).size > 1) return { is: 'several' }
  const visit = named[0]
  return visit ? { is: 'one', visit } : { is: 'none' }
}
export function findLeavingByCode(snapshot: Snapshot, locals: Locals, text: string): Present | undefined {
  const code = codeIn(text)
  return code === undefined ? undefined : snapshot.visits.find((v) => v.code === code && statusOf(v, locals) === 'checked_in')
}

/** Only the whole name finds a host; two of the same name find none, for the wrong one must not be told. */
export function findHost(snapshot: Snapshot, name: string): Snapshot['hosts'][number] | undefined {
  const wanted = plain(name)
  const named = snapshot.hosts.filter((h) => plain(h.name) === wanted)
  return wanted !== '' && named.length === 1 ? named[0] : undefined
}
