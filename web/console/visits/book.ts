/** How the visits of a day make a book. Pure. */
import type { Visit, VisitStatus } from '#contract/visits.ts'

export const groups = ['waiting', 'expected', 'on_site', 'others'] as const
export type Group = (typeof groups)[number]
export type Book = Readonly<Record<Group, readonly Visit[]>>

const groupOf: Readonly<Record<VisitStatus, Group>> = {
  waiting: 'waiting', expected: 'expected', checked_in: 'on_site', checked_out: 'others', no_show: 'others', cancelled: 'others', refused: 'others',
}

/** Whoever is here belongs to today, whenever they came. */
export const belongs = (visit: Visit, location: string, day: string, today: string): boolean =>
  visit.location === location && (visit.day === day || (day === today && visit.status === 'checked_in'))

/** A walk-in has no time of its own, but its id was made as it came. */
export const madeAtMs = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
export const timeMs = (visit: Visit): number => {
  const at = visit.status === 'waiting' ? null : visit.leftAt ?? visit.arrivedAt
  return Date.parse(at ?? visit.expectedAt ?? '') || madeAtMs(visit.id)
}

const byTime = (a: Visit, b: Visit): number => timeMs(a) - timeMs(b) || a.name.localeCompare(b.name)
export function bookOf(visits: Iterable<Visit>): Book {
  const book: Record<Group, Visit[]> = { waiting: [], expected: [], on_site: [], others: [] }
  for (const visit of visits) book[groupOf[visit.status]].push(visit)
  book.waiting.sort(byTime)
  book.expected.sort(byTime)
  // Who came or left last is asked for first.
  book.on_site.sort((a, b) => byTime(b, a))
  book.others.sort((a, b) => byTime(b, a))
  return book
}

const graceMs = 15 * 60_000
export const isLate = ({ status, expectedAt }: Visit, nowMs: number): boolean =>
  status === 'expected' && expectedAt !== null && Date.parse(expectedAt) + graceMs < nowMs

/** Nobody has seen them for so long that the book may be wrong. */
const doubtMs = 4 * 3_600_000
export const isDoubtful = ({ status, confirmedAt }: Visit, nowMs: number): boolean =>
  status === 'checked_in' && confirmedAt !== null && Date.parse(confirmedAt) + doubtMs < nowMs
export const isOnList = ({ flags }: Visit): boolean => flags.includes('watchlist') || flags.includes('watchlist_late')

export function fits(visit: Visit, words: readonly string[]): boolean {
  if (visit.isErased) return false
  const text = `${visit.name} ${visit.company} ${visit.email ?? ''} ${visit.code}`.toLocaleLowerCase()
  return words.every((word) => text.includes(word))
}
export const wordsOf = (search: string): string[] => search.toLocaleLowerCase().split(/\s+/).filter(Boolean)
