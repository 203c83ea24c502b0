import { getRouteApi, Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { ArrowUp } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { Location } from '#contract/places.ts'
import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import type { VisitsSearch } from '../routes.tsx'
import { Confirm } from '../shell/confirm.tsx'
import { useKeys } from '../shell/keys.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { BookHead } from './book-head.tsx'
import { BookList } from './book-list.tsx'
import { isOnList } from './book.ts'
import { KeptBar } from './kept-bar.tsx'
import { NewVisit } from './new-visit.tsx'
import { Nothing } from './nothing.tsx'
import { PrintedBook } from './printed-book.tsx'
import { QuarantineBar } from './quarantine-bar.tsx'
import { Refuse } from './refuse.tsx'
import { sectionsOfBook, sectionsOfSearch } from './sections.ts'
import { useAway } from './use-away.ts'
import { useBook } from './use-book.ts'
import { useCalm, useRest } from './use-calm.ts'
import { useFind } from './use-find.ts'
import { useNames } from './use-names.ts'
import { useWalk } from './use-walk.ts'
import { useVisitVerbs } from './verbs.ts'
import { dayIn } from './zone.ts'

const route = getRouteApi('/inside/visits')
const askAfterMs = 200

export function BookScreen({ location, locations, onLocation }: { location: Location; locations: readonly Location[]; onLocation: (id: string) => void }) {
  const { visits: { store } } = useLive()
  const { day: asked, search: words = '', new: isNew } = route.useSearch()
  const { visit: open } = useParams({ strict: false })
  const navigate = useNavigate()
  const verbs = useVisitVerbs()
  const away = useAway()
  const now = useNow()
  const names = useNames()
  const visits = useStore(store)
  const today = dayIn(location.zone, now)
  const day = asked ?? today
  const { book, state, isCut, retry } = useBook(location, day, today)

  const [typed, setTyped] = useState(words)
  const found = useFind(typed.trim(), words)
  const [folded, setFolded] = useState<Readonly<Record<string, boolean>>>({})
  const [asking, setAsking] = useState<{ what: 'refuse' | 'watched'; visit: Visit }>()
  const box = useRef<HTMLInputElement>(null)
  const wantsFirst = useRef(false)

  const isSearch = typed.trim() !== ''
  const all = useMemo(() => isSearch ? sectionsOfSearch(found.visits, today) : sectionsOfBook(book, day, today), [isSearch, found.visits, book, day, today])
  const { atRest, settle, hands } = useRest()
  const { shown, news } = useCalm(all.map(({ key, ids }) => ({ key, ids })), { atRest, scope: `${day} ${typed.trim()}` })
  const sections = shown.map(({ key, ids }) => {
    const section = all.find((s) => s.key === key)
    const isFolded = section?.isFolded === undefined ? undefined : folded[key] ?? section.isFolded
    return { key, title: '', ...section, ids, ...(isFolded !== undefined && { isFolded }) }
  })
  const order = sections.flatMap(({ ids, isFolded }) => isFolded ? [] : ids)
  const { pane, current, select, focus, show, step } = useWalk(order, open)
  const visit = visits.get(current ?? '')

  const ask = useEffectEvent(() => {
    const next = typed.trim()
    if (next !== words) void navigate({ to: '.', search: (before) => ({ ...before, search: next || undefined }), replace: true })
  })
  useEffect(() => {
    const timer = setTimeout(() => ask(), askAfterMs)
    return () => clearTimeout(timer)
  }, [typed])

  const first = order[0]
  const openFirst = (): void => {
    if (first) {
      box.current?.blur()   // now, not a frame later: the next key is a command, no letter
      show(first)
    } else wantsFirst.current = found.state === 'loading'
  }
  // Enter was quicker than the server.
  const arrive = useEffectEvent(() => {
    if (first && wantsFirst.current) show(first)
    wantsFirst.current = false
  })
  useEffect(() => { if (first) arrive() }, [first])

  const type = (next: string): void => {
    wantsFirst.current = false
    setTyped(next)
  }

  const search = (change: Partial<VisitsSearch>): void => void navigate({ to: '.', search: (before) => ({ ...before, ...change }), replace: true })
  const expectNew = (): void => search({ new: true })
  // What one does oneself is shown where it belongs at once.
  const settling = (run: () => void): void => {
    settle()
    run()
  }
  const checkIn = (of: Visit): void => isOnList(of) ? setAsking({ what: 'watched', visit: of }) : settling(() => verbs.checkIn(of))
  const comeIn = (of: Visit): void => of.status === 'waiting' ? settling(() => verbs.letIn(of)) : checkIn(of)
  const canComeIn = visit && visit.status !== 'checked_in' && visit.status !== 'refused' && !visit.isErased
  useKeys(t('keysVisits'), [
    { keys: 'J, ArrowDown', label: t('keyNextVisit'), run: () => step(1) },
    { keys: 'K, ArrowUp', label: t('keyPreviousVisit'), run: () => step(-1) },
    { keys: '/', label: t('visitSearch'), run: () => box.current?.focus() },
    ...(away ? [] : [
      { keys: 'N', label: t('visitNew'), run: expectNew },
      ...(canComeIn ? [{ keys: 'I', label: visit.status === 'waiting' ? t('letIn') : t('checkIn'), run: () => comeIn(visit) }] : []),
      ...(visit?.status === 'checked_in' ? [{ keys: 'O', label: t('checkOut'), run: () => settling(() => verbs.checkOut(visit)) }] : []),
    ]),
    { keys: 'R', label: t('rollCall'), run: () => void navigate({ to: '/visits/roll-call/$location', params: { location: location.id } }) },
    ...(open ? [{ keys: 'Escape', label: t('closePanel'), run: () => { void navigate({ to: '/visits', search: true }); focus(open) } }] : []),
  ])

  const counts = [
    ...(book.waiting.length > 0 ? [[t('countWaiting'), book.waiting.length, true] as const] : []),
    [t('countExpected'), book.expected.length, false] as const,
    ...(day === today ? [[t('countOnSite'), book.on_site.length, false] as const] : []),
  ]
  const isEmpty = sections.every(({ ids }) => ids.length === 0)

  return (
    <div className={cx('relative grid h-full min-h-0 grid-cols-1', open && 'lg:grid-cols-[minmax(0,1fr)_400px]')}>
      <section aria-label={t('goVisits')} className={cx('flex min-h-0 min-w-0 flex-col', open && 'max-md:hidden')}>
        <BookHead
          {...{ location, locations, day, today, now, counts, typed, box, readOnly: away, onLocation }}
          onDay={(next) => search({ day: next === today ? undefined : next })} onType={type} onEnter={openFirst} onNew={expectNew}
        />
        <KeptBar location={location.id} zone={location.zone} now={now} text={t('keptBookText')} />
        <QuarantineBar location={location.id} />
        <div className="relative min-h-0 flex-1">
          {news > 0 && (
            <button
              type="button"
              className={cx(
                'rise absolute inset-x-0 top-2 z-30 mx-auto flex h-7 w-fit items-center gap-1',
                'rounded-full border border-line bg-surface px-3 text-12 font-medium text-accent-ink shadow-sm',
              )}
              onClick={settle}
            >
              <ArrowUp aria-hidden size={14} />{t('bookNews', { n: news })}
            </button>
          )}
          <p role="status" className="sr-only">{book.waiting.length > 0 ? t('waitingSaid', { n: book.waiting.length }) : ''}</p>
          <div ref={pane} className="h-full overflow-y-auto overscroll-contain bg-surface" {...hands}>
            {isEmpty || (state === 'failed' && !isSearch)
              ? <Nothing {...{ isSearch, found, state, day, today, retry }} />
              : (
                <>
                  <BookList
                    {...{ sections, visits, names, now, selected: current, readOnly: away }}
                    zoneOf={(id) => locations.find((l) => l.id === id)?.zone ?? location.zone}
                    placeOf={(id) => id === location.id ? undefined : locations.find((l) => l.id === id)?.name}
                    onFocus={select} onCheckIn={comeIn} onCheckOut={(of) => settling(() => verbs.checkOut(of))} onRefuse={(of) => setAsking({ what: 'refuse', visit: of })}
                    onFold={(key) => setFolded({ ...folded, [key]: !sections.find((s) => s.key === key)?.isFolded })}
                  />
                  {isSearch && found.more && <p className="-mt-4 pb-6 text-center"><Button kind="quiet" onClick={found.more}>{t('showMore')}</Button></p>}
                  {isSearch && found.state === 'failed' && <p className="-mt-3 px-4 pb-6 text-13 text-muted">{t('searchOnlyHere')}</p>}
                  {!isSearch && isCut && <p className="-mt-3 px-4 pb-6 text-13 text-muted">{t('bookCut')}</p>}
                </>
              )}
          </div>
        </div>
      </section>
      {open && (
        <aside
          aria-label={t('visitPanel')}
          className={cx(
            'min-h-0 min-w-0 overflow-y-auto border-line bg-paper lg:border-s',
            'max-lg:absolute max-lg:inset-y-0 max-lg:end-0 max-lg:z-30 max-lg:w-full max-lg:border-s max-lg:shadow-2xl md:max-lg:w-[400px]',
          )}
        >
          <Outlet />
        </aside>
      )}
      <PrintedBook location={location} book={book} names={names} day={day} now={now} />
      {isNew && (
        <NewVisit
          location={location} locations={locations} day={day < today ? today : day}
          onClose={() => search({ new: undefined })} onMade={select}
        />
      )}
      {asking?.what === 'refuse' && (
        <Refuse
          visit={asking.visit} onClose={() => setAsking(undefined)}
          onRefuse={async (reason) => {
            settle()
            return verbs.refuse(asking.visit, reason)
          }}
        />
      )}
      {asking?.what === 'watched' && (
        <Confirm
          bad={false} title={t('watchedTitle', { name: asking.visit.name })} text={t('watchedText')} verb={t('checkIn')} onClose={() => setAsking(undefined)}
          onYes={() => settling(() => verbs.checkIn(asking.visit))}
        />
      )}
    </div>
  )
}
