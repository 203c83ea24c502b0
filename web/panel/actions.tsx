/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks'
import { useStore } from '#web/ui/preact-store.ts'
import type { Panel, PanelNow } from './panel.ts'
import type { View } from './view.ts'
import { useWords, type Words } from './words.ts'

const sureMs = 4_000
/** A double tap is one answer, not two. */
const doubleTapMs = 700
const refusals: Readonly<Record<string, 'takenNow' | 'closedNow' | 'notBookable' | 'outsideCheckIn' | 'changed' | 'noAnswer' | 'offlineBook'>> = {
  space_taken: 'takenNow', space_closed: 'closedNow', not_bookable: 'notBookable', outside_check_in: 'outsideCheckIn', wrong_status: 'changed', not_found: 'changed', unreachable: 'noAnswer', offline: 'offlineBook',
}
function saidOf(said: PanelNow['said'], { t, time }: Words): string {
  if (!said) return ''
  if ('code' in said) return t(refusals[said.code] ?? 'failed')
  return said.done === 'booked' ? t('didBook', { at: said.untilMs ? time(said.untilMs) : '' }) : said.done === 'checked_in' ? t('didCheckIn') : t('didEnd')
}

/** What one can do at the door. Without the line nothing is offered that could not be kept. */
export function Actions({ panel, view: { kind, current, arriving, offers, closesMs }, bookable }: { panel: Panel; view: View; bookable: boolean }) {
  const words = useWords()
  const { t, time } = words
  const { isBusy, isOffline, said } = useStore(panel.now)
  const [asked, setAsked] = useState<{ booking: string; isRipe: boolean }>()
  useEffect(() => {
    if (asked === undefined) return undefined
    const timer = setTimeout(() => setAsked(asked.isRipe ? undefined : { ...asked, isRipe: true }), asked.isRipe ? sureMs : doubleTapMs)
    return () => clearTimeout(timer)
  }, [asked])
  const mayEnd = kind !== 'closed' && current
  const end = (booking: string): void => {
    if (asked?.booking !== booking) return setAsked({ booking, isRipe: false })
    if (!asked.isRipe) return
    setAsked(undefined)
    void panel.end(booking)
  }
  return (
    <div class="actions">
      {isOffline
        ? <p class="note">{t('offlineBook')}</p>
        : (
          <div class="buttons">
            {kind !== 'closed' && arriving && <button type="button" class="main" aria-disabled={isBusy} onClick={() => void panel.checkIn(arriving.id)}>{arriving === current ? t('checkIn') : `${t('checkIn')} · ${time(Date.parse(arriving.startsAt))}`}</button>}
            {mayEnd && <button type="button" class={arriving ? 'other' : 'main'} aria-disabled={isBusy || (asked?.booking === mayEnd.id && !asked.isRipe)} onClick={() => end(mayEnd.id)}>{asked?.booking === mayEnd.id ? t('endSure') : t('end')}</button>}
            {kind === 'free' && offers.length > 0 && (
              <fieldset class="offers">
                <legend>{t('bookNow')}</legend>
                {offers.map(({ minutes, untilMs }) => <button key={minutes} type="button" class={arriving ? 'other' : 'main'} aria-disabled={isBusy} onClick={() => void panel.book(minutes)}>{untilMs ? t('untilNext', { at: time(untilMs) }) : t('minutes', { n: minutes })}</button>)}
              </fieldset>
            )}
            {kind === 'free' && offers.length === 0 && !arriving && (!bookable || closesMs === undefined) && <p class="note">{t(bookable ? 'tooShort' : 'notBookable')}</p>}
          </div>
        )}
      <output class="said">{isBusy ? t('working') : saidOf(said, words)}</output>
    </div>
  )
}
