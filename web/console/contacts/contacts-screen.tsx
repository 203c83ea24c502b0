import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { Search, UsersRound } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { listContacts } from '#contract/contacts.ts'
import { Avatar } from '#web/ui/avatar.tsx'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { ReadFailed } from '../read-failed.tsx'
import { t } from '../words.ts'

export function ContactsScreen() {
  const { lodge } = useLive()
  const { contact: open } = useParams({ strict: false })
  const [words, setWords] = useState('')
  const search = useDeferredValue(words.trim())
  const { data, isError, fetchNextPage, hasNextPage, refetch } = useInfiniteQuery({
    queryKey: ['contacts', search], initialPageParam: undefined as string | undefined, placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) => ask(lodge.call, listContacts, { query: { limit: 100, ...(search && { search }), ...(pageParam && { cursor: pageParam }) } }),
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const contacts = data?.pages.flatMap((page) => page.contacts)
  return (
    <div className="grid h-full min-h-0 grid-cols-1 md:grid-cols-[clamp(300px,26vw,350px)_minmax(0,1fr)]">
      <section aria-label={t('goContacts')} className={cx('flex min-h-0 flex-col border-line md:border-e', open && 'max-md:hidden')}>
        <header className="flex flex-col gap-2 border-b border-line px-4 pt-3 pb-2">
          <h2 className="flex h-8 items-center text-16 font-semibold">{t('goContacts')}</h2>
          <div className="flex h-8 items-center gap-2 rounded-control border border-line bg-surface px-2 focus-within:border-accent-ink">
            <Search aria-hidden size={14} className="text-muted" />
            <input type="search" dir="auto" aria-label={t('contactSearch')} placeholder={t('contactSearch')} value={words} onChange={(e) => setWords(e.target.value)} className="min-w-0 flex-1 bg-transparent text-13 outline-none" />
          </div>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto">
          {contacts?.length
            ? (
              <ul>
                {contacts.map((contact) => (
                  <li key={contact.id}>
                    <Link to="/contacts/$contact" params={{ contact: contact.id }} className="flex h-13 items-center gap-3 px-4 -outline-offset-2! hover:bg-raised/60" activeProps={{ className: 'bg-raised' }}>
                      <Avatar name={contact.name} /><span className="min-w-0"><bdi className="block truncate">{contact.name}</bdi><bdi className="block truncate text-12 text-muted">{contact.email ?? contact.phone ?? Object.entries(contact.attributes)[0]?.join(' ') ?? ''}</bdi></span>
                    </Link>
                  </li>
                ))}
                {hasNextPage && <li className="p-3 text-center"><Button kind="quiet" onClick={() => void fetchNextPage()}>{t('showMore')}</Button></li>}
              </ul>
            )
            : contacts ? <EmptyState icon={<UsersRound size={24} strokeWidth={1.5} />} title={search ? t('searchEmpty') : t('contactsEmpty')} text={search ? t('contactSearchEmptyText') : t('contactsEmptyText')} />
            : isError ? <ReadFailed title={t('listFailed')} onRetry={() => void refetch()} />
            : <div aria-busy className="flex flex-col gap-4 p-4">{Array.from({ length: 8 }, (_, at) => <Skeleton key={at} className="h-7" />)}</div>}
        </div>
      </section>
      <div className={cx('min-h-0 overflow-y-auto bg-surface', !open && 'max-md:hidden')}>
        {open ? <Outlet /> : <EmptyState icon={<UsersRound size={28} strokeWidth={1.5} />} title={t('contactNone')} text={t('contactNoneText')} />}
      </div>
    </div>
  )
}
