import type { Availability } from '#contract/bookings.ts'
import { clockIn } from '../visits/when.ts'
import { t } from '../words.ts'
import type { DaySpan } from './day.ts'
import { Seal } from './sign.tsx'
import type { StateKind } from './state.ts'

/** What a space holds on a day, one line each. */
export function DayStrip({ known, span, zone, me }: { known: Availability | undefined; span: DaySpan; zone: string; me: string }) {
  const timesSaid = (from: number, until: number): string =>
    from <= span.startMs && until >= span.endMs ? t('bookWholeDay') : `${clockIn(zone, Math.max(from, span.startMs))}–${clockIn(zone, Math.min(until, span.endMs))}`
  const lines = [
    ...(known?.closures ?? []).map((c) => ({ id: c.closure, kind: 'closed' as StateKind, ...c, who: t('state_closed'), text: c.text })),
    ...(known?.bookings ?? []).filter((b) => b.status !== 'cancelled').map((b) => {
      const isIn = b.status === 'checked_in', isMine = b.user?.id === me
      const kind: StateKind = b.status === 'ended' ? 'off' : isMine ? (isIn ? 'mine_in' : 'mine') : isIn ? 'taken_in' : 'taken'
      return { id: b.booking, kind, startsAt: b.startsAt, endsAt: b.endsAt, who: b.user?.name ?? t('atTheDoor'), text: b.status === 'ended' ? t('bookingEnded') : b.title }
    }),
  ].toSorted((a, b) => a.startsAt.localeCompare(b.startsAt))
  if (lines.length === 0) return <p className="text-13 text-muted">{t('spaceDayFree')}</p>
  return (
    <ol className="flex flex-col gap-2">
      {lines.map(({ id, kind, startsAt, endsAt, who, text }) => (
        <li key={id} className="flex items-start gap-2.5 text-13">
          <Seal kind={kind} />
          <span className="figures w-24 shrink-0 pt-0.5">{timesSaid(Date.parse(startsAt), Date.parse(endsAt))}</span>
          <span className="min-w-0 flex-1 pt-0.5"><bdi>{who}</bdi>{text && <bdi className="words along block text-12 text-muted">{text}</bdi>}</span>
        </li>
      ))}
    </ol>
  )
}
