import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ArrowLeft, Check, Clock, DoorOpen, Ellipsis, CheckCheck, Phone, Printer, RotateCcw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { MenuItem, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { locationsQuery } from '../live/queries.ts'
import { useStore } from '../live/store.ts'
import { ReadFailed } from '../read-failed.tsx'
import { Confirm } from '../shell/confirm.tsx'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { KeptBar } from './kept-bar.tsx'
import { Printed, PrintedTable } from './printed-book.tsx'
import { useAway } from './use-away.ts'
import { useBook } from './use-book.ts'
import { useNames } from './use-names.ts'
import { rollCall, useBeginning, type RollCallLine } from './use-roll-call.ts'
import { clockIn } from './when.ts'
import { dayIn } from './zone.ts'
import type { Location } from '#contract/places.ts'

const route = getRouteApi('/inside/visits/roll-call/$location')

export function RollCall() {
  const { location: id } = route.useParams()
  const { lodge } = useLive()
  const { data: locations } = useQuery(locationsQuery(lodge.call))
  const location = locations?.find((l) => l.id === id)
  if (!locations) return <div aria-busy className="flex flex-col gap-4 p-6">{Array.from({ length: 6 }, (_, at) => <Skeleton key={at} className="h-12" />)}</div>
  if (!location) return (
    <EmptyState
      icon={<DoorOpen size={28} strokeWidth={1.5} />} title={t('locationGone')} text={t('locationGoneText')}
      action={<Link to="/visits" className="text-accent-ink underline">{t('goVisits')}</Link>}
    />
  )
  return <Call key={id} location={location} />
}

/** Held in one hand, in the rain, perhaps without a network: who is still missing stands first. */
function Call({ location }: { location: Location }) {
  const { visits, ticks } = useLive()
  const away = useAway()
  const now = useNow()
  const names = useNames()
  const today = dayIn(location.zone, now)
  const { state, retry } = useBook(location, today, today)
  const all = useStore(visits.store)
  const own = useStore(ticks.store)
  const { atMs, sinceMs, beginAnew, countBefore } = useBeginning(location.id)
  const [asking, setAsking] = useState(false)
  const { open, seen, before } = useMemo(
    () => rollCall(all.values(), { location: location.id, sinceMs, beginMs: atMs, ticks: new Map(own.map((tick) => [tick.visit, tick.at])) }),
    [all, location.id, sinceMs, atMs, own],
  )
  const total = open.length + seen.length
  const isDone = total > 0 && open.length === 0
  const line = (of: RollCallLine) => (
    <Line
      key={of.visit.id} line={of} zone={location.zone} host={names.get(of.visit.host ?? '')}
      onTick={() => of.isOwn ? ticks.takeBack(of.visit.id) : ticks.add(of.visit.id)}
    />
  )
  return (
    <div className="flex h-full min-h-0 flex-col bg-paper">
      <header className="border-b border-line px-4 pt-3 pb-3">
        <div className="mx-auto flex max-w-[720px] flex-col gap-3">
          <div className="flex items-center gap-2">
            <Link
              to="/visits" search={{ location: location.id }} aria-label={t('back')}
              className="-ms-2 inline-flex size-10 items-center justify-center rounded-control text-muted hover:bg-raised"
            >
              <ArrowLeft aria-hidden size={18} className="rtl:rotate-180" />
            </Link>
            <div className="min-w-0 flex-1">
              <h2 className="truncate text-16 font-semibold">{t('rollCallOf', { location: location.name })}</h2>
              <p className="text-12 text-muted">{t('rollCallSince', { at: clockIn(location.zone, atMs) })}</p>
            </div>
            <MenuRoot>
              <MenuTrigger aria-label={t('more')} className="inline-flex size-10 items-center justify-center rounded-control text-muted hover:bg-raised">
                <Ellipsis size={18} />
              </MenuTrigger>
              <MenuSheet>
                <MenuItem icon={<Printer size={16} />} onSelect={() => setTimeout(() => print())}>{t('printRollCall')}</MenuItem>
                <MenuItem icon={<RotateCcw size={16} />} onSelect={() => setAsking(true)}>{t('rollCallAnew')}</MenuItem>
              </MenuSheet>
            </MenuRoot>
          </div>
          <div className="flex items-baseline justify-between gap-3">
            <p role="status" className="figures text-20 font-semibold">{t('rollCallProgress', { n: total, seen: seen.length })}</p>
            {own.length > 0 && (
              <p className="figures flex items-center gap-1 text-12 text-muted">
                <Clock aria-hidden size={12} />{away ? t('ticksKept', { n: own.length }) : t('ticksGoing', { n: own.length })}
              </p>
            )}
          </div>
          <div
            role="progressbar" aria-label={t('rollCall')} aria-valuemin={0} aria-valuemax={total} aria-valuenow={seen.length}
            className="h-2 overflow-hidden rounded-full bg-raised"
          >
            <div
              className={cx('h-full rounded-full transition-[width]', isDone ? 'bg-good' : 'bg-accent')}
              style={{ width: total > 0 ? `${seen.length / total * 100}%` : 0 }}
            />
          </div>
        </div>
      </header>
      {before > 0 && (
        <div className="border-b border-line bg-raised px-4 py-2">
          <p className="mx-auto flex max-w-[720px] items-center gap-3 text-13">
            <span className="flex-1">{t('rollCallBefore', { n: before })}</span><Button onClick={countBefore}>{t('rollCallCountThem')}</Button>
          </p>
        </div>
      )}
      <KeptBar location={location.id} zone={location.zone} now={now} text={t('keptRollCallText')} />
      <div className="min-h-0 flex-1 overflow-y-auto bg-surface">
        <div className="mx-auto max-w-[720px] pb-8">
          {total === 0 && state === 'loading' && (
            <div aria-busy className="flex flex-col gap-3 p-4">{Array.from({ length: 6 }, (_, at) => <Skeleton key={at} className="h-12" />)}</div>
          )}
          {total === 0 && state === 'failed' && (
            <ReadFailed title={t('bookFailed')} onRetry={retry} />
          )}
          {total === 0 && (state === 'there' || state === 'kept') && (
            <EmptyState icon={<DoorOpen size={28} strokeWidth={1.5} />} title={t('rollCallNobody')} text={t('rollCallNobodyText')} />
          )}
          {isDone && (
            <p className="flex items-center justify-center gap-2 border-b border-line px-4 py-5 text-16 font-semibold">
              <CheckCheck aria-hidden size={20} className="text-good" />{t('rollCallDone')}
            </p>
          )}
          {open.length > 0 && (
            <>
              <h3 className="px-4 pt-4 pb-2 text-12 font-semibold text-muted">{t('rollCallOpen', { n: open.length })}</h3>
              <ul aria-label={t('rollCallOpenList')} className="divide-y divide-line border-y border-line">{open.map(line)}</ul>
            </>
          )}
          {seen.length > 0 && (
            <>
              <h3 className="px-4 pt-6 pb-2 text-12 font-semibold text-muted">{t('rollCallSeen', { n: seen.length })}</h3>
              <ul aria-label={t('rollCallSeenList')} className="divide-y divide-line border-y border-line">{seen.map(line)}</ul>
            </>
          )}
        </div>
      </div>
      <Printed title={t('rollCallOf', { location: location.name })} location={location}>
        <PrintedTable title={t('rollCallOpenList')} lines={open.map(({ visit }) => ({ visit }))} time={t('arrived')} zone={location.zone} names={names} />
        <PrintedTable
          title={t('rollCallSeenList')} lines={seen.map(({ visit }) => ({ visit, mark: '☑' }))} time={t('arrived')} zone={location.zone} names={names}
        />
      </Printed>
      {asking && (
        <Confirm
          bad={false} title={t('rollCallAnewTitle')} text={t('rollCallAnewText')} verb={t('rollCallAnew')} onYes={beginAnew} onClose={() => setAsking(false)}
        />
      )}
    </div>
  )
}

function Line({ line, zone, host, onTick }: { line: RollCallLine; zone: string; host: string | undefined; onTick: () => void }) {
  const { visit, seenAt, isOwn, hasLeft } = line
  const isSeen = seenAt !== undefined || hasLeft
  const at = (of: string | null): string => of ? clockIn(zone, of) : ''
  const state = hasLeft ? t('leftAt', { at: at(visit.leftAt) }) : seenAt ? t('seenAt', { at: at(seenAt) }) : t('arrivedAt', { at: at(visit.arrivedAt) })
  return (
    <li className="flex items-center">
      <button
        type="button" role="checkbox" aria-checked={isSeen} disabled={isSeen && !isOwn} aria-label={t('tickNamed', { name: visit.name })}
        className="flex min-h-16 min-w-0 flex-1 items-center gap-4 px-4 py-3 text-start -outline-offset-2! enabled:active:bg-raised" onClick={onTick}
      >
        <span
          aria-hidden
          className={cx('flex size-9 shrink-0 items-center justify-center rounded-full border-2', isSeen ? 'border-good bg-good text-paper' : 'border-muted')}
        >
          {isSeen && <Check size={22} strokeWidth={3} />}
        </span>
        <span className="min-w-0 flex-1">
          <bdi className={cx('along block truncate text-16 font-semibold', isSeen && 'text-muted')}>{visit.name}</bdi>
          <span className="block text-13 text-muted">{[visit.company, host && t('toSee', { host }), state].filter(Boolean).join(' · ')}</span>
        </span>
        {isOwn && <Clock role="img" aria-label={t('tick_pending')} size={16} className="shrink-0 text-muted" />}
      </button>
      {visit.phone && !isSeen && (
        <a
          href={`tel:${visit.phone.replaceAll(' ', '')}`} aria-label={t('callNamed', { name: visit.name })}
          className="me-2 inline-flex size-12 shrink-0 items-center justify-center rounded-control text-accent-ink hover:bg-raised"
        >
          <Phone aria-hidden size={20} />
        </a>
      )}
    </li>
  )
}
