import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Location } from '#contract/places.ts'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { belongs, bookOf, type Book } from './book.ts'

export interface BookState {
  readonly book: Book
  /** `kept`: read-only, of the time that `asOf` of the visits says. */
  readonly state: 'loading' | 'there' | 'kept' | 'failed'
  /** More than one can sensibly read; the search finds the others. */
  readonly isCut: boolean
  readonly retry: () => void
}

const staysMs = 10 * 60_000

/** The book of a day, kept up to date by `live.visits`. */
export function useBook({ id }: Location, day: string, today: string): BookState {
  const { visits } = useLive()
  const all = useStore(visits.store)
  const asOf = useStore(visits.asOf)
  const { data, isError, refetch } = useQuery({
    queryKey: ['book', id, day], queryFn: async () => visits.readBook(id, day, day === today), staleTime: Infinity, gcTime: staysMs,
  })
  const book = useMemo(() => bookOf([...all.values()].filter((v) => belongs(v, id, day, today))), [all, id, day, today])
  const hasKept = day === today && asOf.has(id)
  return { book, state: data ? 'there' : hasKept ? 'kept' : isError ? 'failed' : 'loading', isCut: data?.isWhole === false, retry: () => void refetch() }
}
