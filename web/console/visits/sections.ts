import type { Visit } from '#contract/visits.ts'
import { t } from '../words.ts'
import { bookOf, groups, type Book, type Group } from './book.ts'
import type { Section } from './book-list.tsx'
import { dayName } from './when.ts'

const titleOf = (group: Group): string => t(`group_${group}`)
const idsOf = (visits: readonly Visit[]): string[] => visits.map((v) => v.id)

/** What needs an answer, what comes, who is here; the rest is folded until it is asked for. */
export function sectionsOfBook(book: Book, day: string, today: string): Section[] {
  const isBusy = book.waiting.length + book.expected.length + book.on_site.length > 0
  return groups.flatMap((key): Section[] => {
    const ids = idsOf(book[key])
    if (key === 'others') return ids.length > 0 ? [{ key, title: titleOf(key), ids, isFolded: isBusy }] : []
    if (key === 'expected' && day === today && isBusy) return [{ key, title: titleOf(key), ids, empty: t('expectedNone') }]
    if (key === 'on_site' && day === today && isBusy) return [{ key, title: titleOf(key), ids, empty: t('onSiteNone') }]
    return ids.length > 0 ? [{ key, title: titleOf(key), ids }] : []
  })
}

/** Today as the book has it, then the other days, the nearest first. */
export function sectionsOfSearch(found: readonly Visit[], today: string): Section[] {
  const isNow = (v: Visit): boolean => v.day === today || v.status === 'checked_in'
  const book = bookOf(found.filter(isNow))
  const days = Map.groupBy(found.filter((v) => !isNow(v)), (v) => v.day)
  const order = [...days.keys()].toSorted((a, b) => Number(a < today) - Number(b < today) || (a < today ? b.localeCompare(a) : a.localeCompare(b)))
  return [
    ...groups.filter((key) => book[key].length > 0).map((key) => ({ key, title: t('groupToday', { group: titleOf(key) }), ids: idsOf(book[key]) })),
    ...order.map((day) => ({ key: day, title: dayName(day, today), ids: idsOf(bookOrder(days.get(day) ?? [])) })),
  ]
}

function bookOrder(visits: readonly Visit[]): readonly Visit[] {
  const book = bookOf(visits)
  return groups.flatMap((group) => book[group])
}
