import { Link } from '@tanstack/react-router'
import { FileUp, ListChecks, Plus, Printer, Search, X } from 'lucide-react'
import type { KeyboardEvent, RefObject } from 'react'
import type { Location } from '#contract/places.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { Tooltip } from '#web/ui/tooltip.tsx'
import { t } from '../words.ts'
import { DayStep } from './day-step.tsx'
import { LocationMenu } from './location-menu.tsx'
import { isOwnZone, zoneName } from './when.ts'

interface Props {
  location: Location; locations: readonly Location[]; day: string; today: string; now: number
  counts: readonly (readonly [label: string, n: number, isUrgent: boolean])[]
  typed: string; box: RefObject<HTMLInputElement | null>; readOnly: boolean
  onLocation: (id: string) => void; onDay: (day: string) => void; onType: (words: string) => void; onEnter: () => void; onNew: () => void
}

export function BookHead({ location, locations, day, today, now, counts, typed, box, readOnly, onLocation, onDay, onType, onEnter, onNew }: Props) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault()
      onEnter()
    }
    if (event.key === 'Escape') {
      onType('')
      box.current?.blur()
    }
  }
  return (
    <header className="flex flex-col gap-2 border-b border-line px-4 pt-3 pb-2">
      <div className="flex min-h-8 flex-wrap items-center gap-x-2 gap-y-2">
        <LocationMenu {...{ location, locations, onLocation }} />
        {!isOwnZone(location.zone, now) && <span className="text-12 text-muted max-sm:order-last max-sm:w-full">{t('zoneHint', { zone: zoneName(location.zone, now) })}</span>}
        <span className="flex-1" />
        <Tooltip label={t('rollCall')} keys="R">
          <Link
            to="/visits/roll-call/$location" params={{ location: location.id }}
            className="inline-flex h-8 items-center gap-1.5 rounded-control px-2 text-13 hover:bg-raised"
          >
            <ListChecks aria-hidden size={16} /><span className="max-sm:sr-only">{t('rollCall')}</span>
          </Link>
        </Tooltip>
        {!readOnly && (
          <Tooltip label={t('importVisits')}>
            <Link
              to="/visits/import/$location" params={{ location: location.id }} aria-label={t('importVisits')}
              className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-ink"
            >
              <FileUp aria-hidden size={16} />
            </Link>
          </Tooltip>
        )}
        <IconButton label={t('printBook')} onClick={() => print()}><Printer size={16} /></IconButton>
        <Tooltip label={t('visitNew')} keys="N">
          <Button kind="primary" icon={<Plus aria-hidden size={16} />} disabled={readOnly} onClick={onNew}>
            <span className="max-sm:sr-only">{t('visitNew')}</span>
          </Button>
        </Tooltip>
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <DayStep {...{ day, today, onDay }} />
        {day !== today && <Button kind="quiet" onClick={() => onDay(today)}>{t('toToday')}</Button>}
        <dl className="flex flex-wrap items-baseline gap-x-4 text-13">
          {counts.map(([label, n, isUrgent]) => (
            <div key={label} className={cx('flex items-baseline gap-1.5', isUrgent && 'rounded-full bg-accent px-2 text-on-accent')}>
              <dd className={cx('figures font-semibold', !isUrgent && n === 0 && 'text-muted')}>
                {n}
              </dd><dt className={isUrgent ? '' : 'text-muted'}>{label}</dt>
            </div>
          ))}
        </dl>
        <span className="flex-1" />
        <div className="flex h-8 w-64 items-center gap-2 rounded-control border border-line bg-surface ps-2 pe-1 focus-within:border-accent-ink max-md:w-full">
          <Search aria-hidden size={14} className="shrink-0 text-muted" />
          <input
            ref={box} type="search" dir="auto" aria-label={t('visitSearch')} placeholder={t('visitSearchHint')} value={typed} autoComplete="off"
            className="min-w-0 flex-1 bg-transparent text-13 outline-none [&::-webkit-search-cancel-button]:hidden"
            onChange={(e) => onType(e.target.value)} onKeyDown={onKeyDown} onFocus={(e) => e.currentTarget.select()}
          />
          {typed && <IconButton label={t('searchEnd')} className="size-6" onClick={() => onType('')}><X size={14} /></IconButton>}
        </div>
      </div>
    </header>
  )
}
