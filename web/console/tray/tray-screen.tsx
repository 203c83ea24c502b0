import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet, useParams } from '@tanstack/react-router'
import { CircleAlert, CircleCheck, Clock, Inbox, MailOpen } from 'lucide-react'
import { useState } from 'react'
import { listDeliveries, type Delivery } from '#contract/deliveries.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { NotYours } from '../shell/not-yours.tsx'
import { brief, exact } from '../times.ts'
import { useNow } from '../use-now.ts'
import { ReadFailed } from '../read-failed.tsx'
import { t } from '../words.ts'
import { KeptRefusals } from './kept-refusals.tsx'

const everyMs = 15_000
const states = ['waiting', 'sent', 'dead', 'tray'] as const

export function useDeliveries(state: Delivery['state'] | undefined) {
  const { lodge } = useLive()
  return useInfiniteQuery({
    queryKey: ['deliveries', state ?? 'any'], initialPageParam: undefined as string | undefined, refetchInterval: everyMs, staleTime: 0,
    queryFn: async ({ pageParam }) => ask(lodge.call, listDeliveries, { query: { limit: 100, ...(state && { state }), ...(pageParam && { cursor: pageParam }) } }),
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

export const TrayScreen = () => useLive().session.user.role === 'admin' ? <Tray /> : <NotYours />

function Tray() {
  const { delivery: open } = useParams({ strict: false })
  const [state, setState] = useState<Delivery['state']>()
  const { data, isError, refetch, fetchNextPage, hasNextPage } = useDeliveries(state)
  const now = useNow()
  const list = data?.pages.flatMap((page) => page.deliveries)
  const smtp = data?.pages[0]?.smtp
  return (
    <div className="grid h-full min-h-0 grid-cols-1 md:grid-cols-[clamp(320px,34vw,460px)_minmax(0,1fr)]">
      <section aria-label={t('goTray')} className={cx('flex min-h-0 flex-col border-line md:border-e', open && 'max-md:hidden')}>
        <header className="border-b border-line px-4 pt-3">
          <h2 className="flex h-8 items-center text-16 font-semibold">{t('goTray')}</h2>
          {smtp === false && <p className="text-12 text-muted">{t('trayNoSmtp')}</p>}
          <div role="tablist" aria-label={t('trayStates')} className="-ms-2 mt-1 flex gap-1 overflow-x-auto">
            {[undefined, ...states].map((one) => (
              <button key={one ?? 'any'} type="button" role="tab" aria-selected={state === one} onClick={() => setState(one)} className={cx('-mb-px h-9 shrink-0 border-b-2 px-2 text-13', state === one ? 'border-accent font-medium' : 'border-transparent text-muted hover:text-ink')}>{one ? t(`delivery_${one}`) : t('tabAll')}</button>
            ))}
          </div>
        </header>
        <KeptRefusals />
        <div className="min-h-0 flex-1 overflow-y-auto">
          {list?.length
            ? (
              <ul>
                {list.map((mail) => (
                  <li key={mail.id}>
                    <Link to="/tray/$delivery" params={{ delivery: mail.id }} className="flex flex-col gap-0.5 border-b border-line px-4 py-2.5 -outline-offset-2! hover:bg-raised/60" activeProps={{ className: 'bg-raised' }}>
                      <span className="flex items-baseline gap-2"><bdi className="min-w-0 flex-1 truncate font-medium">{mail.subject}</bdi><time dateTime={mail.createdAt} title={exact(mail.createdAt)} className="figures text-12 text-muted">{brief(mail.createdAt, now)}</time></span>
                      <span className="flex items-center gap-2 text-12 text-muted"><bdi className="min-w-0 flex-1 truncate">{t(mail.channel === 'push' ? 'pushTo' : mail.channel === 'webhook' ? 'webhookTo' : 'mailTo', { to: mail.to })}</bdi><DeliveryState of={mail} /></span>
                    </Link>
                  </li>
                ))}
                {hasNextPage && <li className="p-3 text-center"><Button kind="quiet" onClick={() => void fetchNextPage()}>{t('showMore')}</Button></li>}
              </ul>
            )
            : list ? <EmptyState icon={<Inbox size={24} strokeWidth={1.5} />} title={t('trayEmpty')} text={t('trayEmptyText')} />
            : isError ? <ReadFailed title={t('listFailed')} onRetry={() => void refetch()} />
            : <div aria-busy className="flex flex-col gap-4 p-4">{Array.from({ length: 6 }, (_, at) => <Skeleton key={at} className="h-9" />)}</div>}
        </div>
      </section>
      <div className={cx('min-h-0 overflow-y-auto bg-surface', !open && 'max-md:hidden')}>{open ? <Outlet /> : <EmptyState icon={<MailOpen size={28} strokeWidth={1.5} />} title={t('mailNone')} />}</div>
    </div>
  )
}

const marks = { waiting: ['text-warn', Clock], sent: ['text-good', CircleCheck], dead: ['text-bad', CircleAlert], tray: ['text-info', Inbox] } as const
export function DeliveryState({ of }: { of: Delivery }) {
  const [colour, Icon] = marks[of.state]
  return <span className={cx('flex shrink-0 items-center gap-1 text-12', colour)}><Icon aria-hidden size={12} />{t(`delivery_${of.state}`)}</span>
}
export const mailRoute = getRouteApi('/inside/tray/$delivery')
