import { Link } from '@tanstack/react-router'
import { CalendarDays, ChevronDown, ChevronLeft, ChevronRight, FileUp, ListChecks, Plus, Printer, Search, X } from 'lucide-react'
import type { KeyboardEvent, RefObject } from 'react'
import type { Location } from '#contract/places.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { MenuChoice, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { Tooltip } from '#web/ui/tooltip.tsx'
import { t } from '../words.ts'
import { dayName, isOwnZone, zoneName } from './when.ts'
import { shiftDay } from './zone.ts'

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
        {locations.length > 1
          ? (
            <MenuRoot>
              <MenuTrigger className="-ms-1.5 flex min-w-0 items-center gap-1 rounded-control px-1.5 py-1 hover:bg-raised">
                <h2 className="truncate text-16 font-semibold">
                  <bdi>{location.name}</bdi>
                </h2><ChevronDown aria-hidden size={16} className="shrink-0 text-muted" /><span className="sr-only">{t('locationChoose')}</span>
              </MenuTrigger>
              <MenuSheet align="start">
                <MenuChoice value={location.id} options={locations.map((l) => [l.id, l.name] as const)} onChange={onLocation} />
              </MenuSheet>
            </MenuRoot>
          )
          : <h2 className="truncate text-16 font-semibold"><bdi>{location.name}</bdi></h2>}
        {!isOwnZone(location.zone, now) && <span className="text-12 text-muted">{t('zoneHint', { zone: zoneName(location.zone, now) })}</span>}
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
        <div className="flex items-center rounded-control border border-line">
          <IconButton label={t('dayBefore')} className="size-8" onClick={() => onDay(shiftDay(day, -1))}>
            <ChevronLeft size={16} className="rtl:rotate-180" />
          </IconButton>
          <DayField day={day} today={today} onDay={onDay} />
          <IconButton label={t('dayAfter')} className="size-8" onClick={() => onDay(shiftDay(day, 1))}>
            <ChevronRight size={16} className="rtl:rotate-180" />
          </IconButton>
        </div>
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

/** Reads as a word, opens the browser's calendar. */
function DayField({ day, today, onDay }: { day: string; today: string; onDay: (day: string) => void }) {
  return (
    <label
      className={cx(
        'relative flex h-8 min-w-28 cursor-pointer items-center justify-center gap-1.5 border-x border-line px-2 text-13 font-medium',
        'focus-within:outline-2 focus-within:outline-accent-ink hover:bg-raised',
      )}
    >
      <CalendarDays aria-hidden size={14} className="text-muted" />{dayName(day, today)}
      <input
        type="date" aria-label={t('dayChoose')} value={day} required className="absolute inset-0 cursor-pointer opacity-0"
        onClick={(e) => e.currentTarget.showPicker()} onChange={(e) => { if (e.target.value) onDay(e.target.value) }}
      />
    </label>
  )
}
