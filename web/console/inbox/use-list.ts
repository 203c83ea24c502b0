import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { listConversations, type ConversationRow } from '#contract/conversations.ts'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { useStore } from '../live/store.ts'

export interface ListFilter {
  tab: 'mine' | 'unassigned' | 'all'
  status: 'open' | 'snoozed' | 'closed'
  inbox?: string | undefined
  search: string
}
export interface List {
  rows: readonly ConversationRow[]
  marks: ReadonlyMap<string, number>
  state: 'loading' | 'there' | 'failed'
  isLoading: boolean
  /** After the pages that are there: nothing is known to be, more is, or it was refused, and a person says when it is asked for again. */
  rest: 'none' | 'more' | 'refused'
  loadMore: () => void
  retry: () => void
}

const pageSize = 60

/** Pages come from the server into the rows; what is shown is what of the rows fits now, as far down as the pages reach. */
export function useList(filter: ListFilter): List {
  const { lodge, rows: store, session } = useLive()
  const { tab, status, inbox, search } = filter
  const query = useInfiniteQuery({
    queryKey: ['list', filter], staleTime: Infinity, initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const page = await ask(lodge.call, listConversations, { query: {
        limit: pageSize, ...(pageParam && { cursor: pageParam }), ...(inbox && { inbox }),
        // A search looks through everything; tabs and status would hide what is looked for.
        ...(search ? { search } : { status, ...(tab !== 'all' && { assignee: tab === 'mine' ? 'me' : 'none' }) }),
      } })
      store.absorb(search || inbox ? { conversations: page.conversations, marks: page.marks } : page)
      return { ids: page.conversations.map((row) => row.id), edge: page.conversations.at(-1)?.lastAt, next: page.next }
    },
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const { rows, marks } = useStore(store.store)
  const last = query.data?.pages.at(-1)
  const edge = last?.next ? last.edge : undefined
  const found = useMemo(() => new Set(query.data?.pages.flatMap((page) => page.ids)), [query.data])

  const shown = useMemo(() => {
    const words = search.toLocaleLowerCase()
    const fits = (row: ConversationRow): boolean => search
      ? found.has(row.id) || row.contactName.toLocaleLowerCase().includes(words) || row.lastText.toLocaleLowerCase().includes(words)
      : row.status === status && (!inbox || row.inbox === inbox) && (tab === 'all' || row.assignee === (tab === 'mine' ? session.user.id : null)) && (!edge || row.lastAt >= edge)
    return [...rows.values()].filter(fits).sort((a, b) => b.lastAt.localeCompare(a.lastAt) || b.id.localeCompare(a.id))
  }, [rows, found, search, status, inbox, tab, edge, session])

  return {
    rows: shown, marks, rest: !query.hasNextPage ? 'none' : query.isError ? 'refused' : 'more', isLoading: query.isFetching, state: query.data ? 'there' : query.isError ? 'failed' : 'loading',
    loadMore: () => { if (query.hasNextPage && !query.isFetching) void query.fetchNextPage() },
    retry: () => void query.refetch(),
  }
}
