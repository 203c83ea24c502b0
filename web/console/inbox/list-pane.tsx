import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowUp, Coffee, SearchX } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { usePeople } from '../live/queries.ts'
import { unread } from '../live/rows.ts'
import { useStore } from '../live/store.ts'
import { ReadFailed } from '../read-failed.tsx'
import { useKeys } from '../shell/keys.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { ListHead } from './list-head.tsx'
import { Row, rowHeightPx } from './row.tsx'
import { useList, type ListFilter } from './use-list.ts'
import { useSettled } from './use-settled.ts'

const route = getRouteApi('/inside/inbox')
const besideMs = 300

export function ListPane({ open }: { open: string | undefined }) {
  const { rows: store, session, drafts, uploads, threads } = useLive()
  const search = route.useSearch()
  const navigate = useNavigate()
  const filter = useMemo<ListFilter>(() => ({ tab: search.tab ?? 'mine', status: search.status ?? 'open', inbox: search.inbox, search: search.search ?? '' }), [search])
  const { rows, marks, state, rest, isLoading, loadMore, retry } = useList(filter)
  const { users } = usePeople()
  const now = useNow()
  const [begun, rising] = [useStore(drafts.begun), useStore(uploads.store)]
  const names = useMemo(() => new Map(users.map((u) => [u.id, u.name])), [users])

  const pane = useRef<HTMLDivElement>(null)
  const { atRest, hands } = useRest()
  const { lines, news, settle } = useSettled(rows, useStore(store.store).rows, { atRest, scope: JSON.stringify(filter), pinned: open })
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => pane.current, estimateSize: () => rowHeightPx, overscan: 8, getItemKey: (at) => lines[at]?.id ?? at })
  const items = virtual.getVirtualItems()

  const lastSeen = items.at(-1)?.index ?? 0
  useEffect(() => { if (rest === 'more' && lastSeen >= lines.length - 10) loadMore() }, [lastSeen, lines.length, rest, loadMore])

  // Whoever walks down the list finds the next one open already.
  const at = lines.findIndex((row) => row.id === open)
  const beside = [lines[at + 1]?.id, lines[at - 1]?.id].filter((id) => id !== undefined).join(' ')
  useEffect(() => {
    if (!open || !beside) return
    const timer = setTimeout(() => { for (const id of beside.split(' ')) threads.get(id) }, besideMs)
    return () => clearTimeout(timer)
  }, [open, beside, threads])

  const go = useCallback((conversation: string) => void navigate({ to: '/inbox/$conversation', params: { conversation }, search: true }), [navigate])
  const step = (by: 1 | -1): void => {
    const to = lines[at < 0 ? 0 : Math.min(lines.length - 1, Math.max(0, at + by))]
    if (!to) return
    virtual.scrollToIndex(lines.indexOf(to))
    go(to.id)
  }
  useKeys(t('keysList'), [
    { keys: 'J, ArrowDown', label: t('keyNext'), run: () => step(1) },
    { keys: 'K, ArrowUp', label: t('keyPrevious'), run: () => step(-1) },
  ])

  return (
    <section aria-label={t('list')} className="flex h-full flex-col">
      <ListHead filter={filter} />
      <div className="relative min-h-0 flex-1" {...hands}>
        {news > 0 && (
          <button
            type="button" className="rise absolute inset-x-0 top-2 z-10 mx-auto flex h-7 w-fit items-center gap-1 rounded-full border border-line bg-surface px-3 text-12 font-medium text-accent-ink shadow-sm"
            onClick={() => {
              settle()
              pane.current?.scrollTo({ top: 0 })
            }}
          >
            <ArrowUp size={14} />{t('listNews', { n: news })}
          </button>
        )}
        <p role="status" className="sr-only">{news > 0 ? t('listNews', { n: news }) : ''}</p>
        <div ref={pane} className="h-full overflow-y-auto overscroll-contain">
          {lines.length > 0
            ? (
              <ul aria-label={t('list')} className="relative" style={{ height: virtual.getTotalSize() }}>
                {items.map(({ index, start, key }) => {
                  const row = lines[index]
                  return row && (
                    <li key={key} className="absolute inset-x-0 transition-transform duration-150" style={{ transform: `translateY(${start}px)`, height: rowHeightPx }}>
                      <Row
                        row={row} unread={unread(row, marks.get(row.id))} selected={row.id === open} now={now} draft={row.id !== open && (begun.has(row.id) || rising.some((u) => u.conversation === row.id))}
                        by={row.lastActor === `user:${session.user.id}` ? t('you') : row.lastActor?.startsWith('user:') ? names.get(row.lastActor.slice(5))?.split(' ', 1)[0] : row.lastActor?.startsWith('rule:') ? t('ruleUnnamed') : undefined}
                        assignee={filter.tab === 'mine' ? undefined : names.get(row.assignee ?? '')}
                        query={filter.search}
                      />
                    </li>
                  )
                })}
              </ul>
            )
            : <Nothing filter={filter} state={state} retry={retry} />}
          {rest === 'refused' && (
            <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-t border-line px-4 py-2.5 text-13 text-muted">
              <p role="status">{t('listRestFailed')}</p>
              <Button aria-disabled={isLoading} onClick={loadMore}>{t('tryAgain')}</Button>
            </div>
          )}
        </div>
      </div>
    </section>
  )
}

/** At rest = no pointer over it, not scrolled, and half a second of neither. */
function useRest() {
  const [atRest, setAtRest] = useState(true)
  const state = useRef({ over: false, scrolled: false, timer: undefined as ReturnType<typeof setTimeout> | undefined })
  const look = (): void => {
    clearTimeout(state.current.timer)
    if (state.current.over || state.current.scrolled) setAtRest(false)
    else state.current.timer = setTimeout(() => setAtRest(true), 500)
  }
  const set = (change: { over?: boolean; scrolled?: boolean }): void => {
    Object.assign(state.current, change)
    look()
  }
  useEffect(() => () => clearTimeout(state.current.timer), [])
  return {
    atRest,
    hands: {
      onPointerEnter: () => set({ over: true }),
      onPointerLeave: () => set({ over: false }),
      onScrollCapture: (event: React.UIEvent) => set({ scrolled: (event.target as HTMLElement).scrollTop > 4 }),
    },
  }
}

function Nothing({ filter, state, retry }: { filter: ListFilter; state: 'loading' | 'there' | 'failed'; retry: () => void }) {
  if (state === 'loading') return <div aria-busy className="flex flex-col gap-1 p-2">{Array.from({ length: 8 }, (_, at) => <div key={at} className="flex h-15 flex-col justify-center gap-2 px-2"><Skeleton className="h-3 w-2/5" /><Skeleton className="h-3 w-4/5" /></div>)}</div>
  if (state === 'failed') return <ReadFailed title={t('listFailed')} onRetry={retry} />
  if (filter.search) return <EmptyState icon={<SearchX size={24} strokeWidth={1.5} />} title={t('searchEmpty')} text={t('searchEmptyText')} />
  const [title, text] = filter.status === 'snoozed' ? [t('emptySnoozed'), t('emptySnoozedText')]
    : filter.status === 'closed' ? [t('emptyClosed'), t('emptyClosedText')]
    : filter.tab === 'mine' ? [t('emptyMine'), t('emptyMineText')]
    : filter.tab === 'unassigned' ? [t('emptyUnassigned'), t('emptyUnassignedText')]
    : [t('emptyAll'), t('emptyAllText')]
  return <EmptyState icon={<Coffee size={24} strokeWidth={1.5} />} title={title} text={text} />
}
