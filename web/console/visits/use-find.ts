import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { listVisits, type Visit } from '#contract/visits.ts'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { useStore } from '../live/store.ts'
import { fits, wordsOf } from './book.ts'

const pageSize = 50

export interface Found {
  readonly visits: readonly Visit[]
  readonly state: 'loading' | 'there' | 'failed'
  readonly more: (() => void) | undefined
  readonly retry: () => void
}

/** Over all time: what this tab knows at once, and what the server finds. `asked` follows `typed` a moment later. */
export function useFind(typed: string, asked: string): Found {
  const { lodge, visits } = useLive()
  const all = useStore(visits.store)
  const { data, isError, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['visits-found', asked], enabled: asked !== '', gcTime: 60_000, initialPageParam: undefined as string | undefined, placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) => {
      const { visits: found, next } = await ask(lodge.call, listVisits, { query: { search: asked, limit: pageSize, ...(pageParam && { cursor: pageParam }) } })
      visits.absorb(found)
      return { ids: found.map((v) => v.id), next }
    },
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const found = useMemo(() => {
    const words = wordsOf(typed)
    if (words.length === 0) return []
    const ids = new Set(data?.pages.flatMap((page) => page.ids))
    // What the server found for the letters before is shown only as far as it fits these.
    return [...all.values()].filter((v) => fits(v, words) || (typed === asked && ids.has(v.id)))
  }, [all, data, typed, asked])
  return {
    visits: found, state: isError ? 'failed' : data && typed === asked ? 'there' : 'loading',
    more: hasNextPage ? () => void fetchNextPage() : undefined, retry: () => void refetch(),
  }
}
