/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useStore } from '#web/ui/preact-store.ts'
import { Actions } from './actions.tsx'
import { Ahead } from './ahead.tsx'
import { Busy, Clock, Closed, Cloud, Free } from './icons.tsx'
import type { Told } from './kept.ts'
import type { Panel } from './panel.ts'
import { viewOf, type Kind } from './view.ts'
import { useWords } from './words.ts'

const signs: Readonly<Record<Kind, () => ComponentChildren>> = { free: Free, expected: Clock, taken: Busy, closed: Closed }

/** The space's state: by colour, sign and word from across the corridor; then who, and what one can do. */
export function Door({ panel, told: { state, heardAtMs, offsetMs }, children }: { panel: Panel; told: Told; children: ComponentChildren }) {
  const { t, time, date } = useWords()
  const { isOffline } = useStore(panel.now)
  const now = useTick(panel)
  const view = viewOf(state, now)
  const { kind, current, untilMs, closesMs } = view
  const Sign = signs[kind]
  return (
    <main class="door" data-screen="door" data-kind={kind} data-offline={isOffline}>
      <section class="state">
        <header><h1><bdi>{state.space.name}</bdi></h1><p>{[state.space.capacity > 1 && t('seats', { n: state.space.capacity }), ...state.space.equipment].filter(Boolean).join(' · ')}</p></header>
        <output>{isOffline && <span class="offline"><Cloud />{t('offlineSince', { at: time(heardAtMs + offsetMs) })}</span>}</output>
        <output class="word">
          <Sign />
          <strong>{t(kind)}</strong>
          <span>{untilMs === undefined ? t('restOfDay') : t('until', { at: time(untilMs) })}</span>
        </output>
        <div class="who">
          {kind === 'closed' && <p><bdi>{view.closedText}</bdi></p>}
          {closesMs !== undefined && <p class="small">{t('closesAt', { at: time(closesMs) })}</p>}
          {kind !== 'closed' && current && (
            <>
              <p><bdi>{current.user ?? (current.title || t('private'))}</bdi>{current.user && current.title && <bdi class="title">{current.title}</bdi>}</p>
              {kind === 'expected' && current.checkIn && <p class="small">{t('checkInBy', { at: time(Date.parse(current.checkIn.closesAt)) })}</p>}
              {kind === 'taken' && current.status === 'checked_in' && <p class="small">{t('checkedIn')}</p>}
            </>
          )}
        </div>
        <Actions panel={panel} view={view} bookable={state.bookable} />
      </section>
      <section class="beside" aria-label={t('today')}>
        <p class="clock"><b>{time(now)}</b><span>{date(now)}</span></p>
        <Ahead view={view} now={now} />
        <footer><span><bdi>{state.locationName}</bdi></span>{children}</footer>
      </section>
    </main>
  )
}

/** By the second, so that the screen turns in the minute it says. */
function useTick(panel: Panel): number {
  const [now, setNow] = useState(() => panel.clock())
  useEffect(() => {
    const timer = setInterval(() => setNow(panel.clock()), 1000)
    return () => clearInterval(timer)
  }, [panel])
  return now
}
