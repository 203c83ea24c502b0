/** @jsxImportSource preact */
import type { PanelBooking } from '#contract/bookings.ts'
import type { View } from './view.ts'
import { useWords } from './words.ts'

const hourMs = 3_600_000
const hours = 8
const listed = 5

/** What is to come: a strip of the next hours, and the same in words. */
export function Ahead({ view: { current, next, closesMs }, now }: { view: View; now: number }) {
  const { t, time } = useWords()
  const all = [...current ? [current] : [], ...next]
  const startMs = Math.floor(now / hourMs) * hourMs
  const at = (ms: number): number => Math.min(100, Math.max(0, (ms - startMs) / (hours * hourMs) * 100))
  const who = ({ user, title }: PanelBooking): string => user ?? (title || t('private'))
  return (
    <>
      <div class="strip" aria-hidden="true">
        {all.map((b) => <i key={b.id} data-now={b === current} style={{ insetInlineStart: `${at(Date.parse(b.startsAt))}%`, inlineSize: `${at(Date.parse(b.endsAt)) - at(Date.parse(b.startsAt))}%` }} />)}
        <em style={{ insetInlineStart: `${at(now)}%` }} />
        {Array.from({ length: hours / 2 }, (_, n) => <span key={n} style={{ insetInlineStart: `${n * 200 / hours}%` }}>{time(startMs + n * 2 * hourMs)}</span>)}
      </div>
      <h2>{t('today')}</h2>
      <ol class="ahead">
        {all.slice(0, listed).map((b) => (
          <li key={b.id} data-now={b === current}>
            <span class="figures">{`${time(Date.parse(b.startsAt))}–${time(Date.parse(b.endsAt))}`}</span>
            <span><bdi>{who(b)}</bdi></span>
          </li>
        ))}
      </ol>
      {next.length === 0 && closesMs === undefined && <p class="small">{t('nothingMore')}</p>}
    </>
  )
}
