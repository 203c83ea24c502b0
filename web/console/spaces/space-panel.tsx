import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { getBooking } from '#contract/bookings.ts'
import { Button } from '#web/ui/button.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { dayName } from '../visits/when.ts'
import { t } from '../words.ts'
import { BookingActions, checkInSaid } from './booking-actions.tsx'
import { DayStrip } from './day-strip.tsx'
import { stateSaid, whenSaid } from './said.ts'
import { Seal } from './sign.tsx'
import { SpaceFacts } from './space-list.tsx'
import { isFree, isMine } from './state.ts'
import type { FloorView, Shown } from './use-floor.ts'

interface Props { floor: FloorView; shown: Shown; readOnly: boolean; onBook: () => void; onClose: () => void }

export function SpacePanel({ floor: { site, day, today, span, fromMs, now, me, availability }, shown: { space, state }, readOnly, onBook, onClose }: Props) {
  const { lodge } = useLive()
  // What one may do is known of the booking itself; administrators may do it with anybody's.
  const { data: booking } = useQuery({
    queryKey: ['booking', state.booking], enabled: state.booking !== undefined,
    queryFn: async () => ask(lodge.call, getBooking, { params: { booking: state.booking ?? '' } }),
  })
  const of = booking?.id === state.booking ? booking : undefined
  return (
    <div className="flex flex-col gap-4 p-4">
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1"><h3 className="text-20 font-semibold"><bdi>{space.name}</bdi></h3><SpaceFacts space={space} all /></div>
        <IconButton label={t('closePanel')} keys="Escape" onClick={onClose}><X size={16} /></IconButton>
      </header>
      <p className="flex items-center gap-2.5 text-14 font-medium"><Seal kind={state.kind} /><span>{stateSaid(state, site.zone, fromMs)}</span></p>
      {of && (
        <div className="flex flex-col gap-2">
          <p className="text-13">{whenSaid(of, site.zone, now)}{of.title && <bdi className="words along block text-muted">{of.title}</bdi>}</p>
          {isMine(state) && checkInSaid(of, now) && <p className="text-13 text-muted">{checkInSaid(of, now)}</p>}
          <BookingActions booking={of} />
        </div>
      )}
      {space.bookable && !isMine(state) && <Button kind={isFree(state) ? 'primary' : 'plain'} className="self-start" disabled={readOnly} onClick={onBook}>{t('bookNamed', { name: space.name })}</Button>}
      <section aria-label={t('spaceDay')}>
        <h4 className="mb-2 text-12 font-medium text-muted">{dayName(day, today)}</h4>
        <DayStrip known={availability.known.get(space.id)} span={span} zone={site.zone} me={me} />
      </section>
    </div>
  )
}
