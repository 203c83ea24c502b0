import { useQuery } from '@tanstack/react-query'
import { getAvailability, type Conflict } from '#contract/bookings.ts'
import type { Space } from '#contract/spaces.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../live/live-context.ts'
import { ask, useSpaces } from '../live/queries.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import type { DaySpan } from './day.ts'
import { nearby } from './nearby.ts'
import { conflictSaid } from './said.ts'

interface Props { space: Space; span: DaySpan; zone: string; conflicts: readonly Conflict[]; text: string; onTake: (space: string) => void }

/** Why not, and what else there is. */
export function ConflictList({ space, span, zone, conflicts, text, onTake }: Props) {
  const { lodge } = useLive()
  const now = useNow()
  const spaces = useSpaces()
  const query = { startsAt: new Date(span.startMs).toISOString(), endsAt: new Date(span.endMs).toISOString() }
  const { data: free } = useQuery({
    queryKey: ['availability', space.floor, span.startMs, span.endMs, 'free'],
    queryFn: async () => new Set((await ask(lodge.call, getAvailability, { params: { floor: space.floor }, query })).spaces.flatMap((s) => s.free ? [s.space] : [])),
  })
  const others = free && nearby(space, spaces.filter((s) => s.floor === space.floor && free.has(s.id)))
  return (
    <div role="alert" className="flex flex-col gap-3 rounded-card border border-line bg-raised px-4 py-3 text-13">
      <div>
        <p className="font-medium text-bad">{t('conflictsTitle')}</p>
        {conflicts.length > 0 ? <ul>{conflicts.map((c) => <li key={c.id}>{conflictSaid(c, zone, now)}</li>)}</ul> : <p>{text}</p>}
      </div>
      {others && (
        <div>
          <p className="mb-1.5 text-muted">{others.length > 0 ? t('nearbyTitle') : t('nearbyNone')}</p>
          <div className="flex flex-wrap gap-2">{others.map((s) => <Button key={s.id} onClick={() => onTake(s.id)}>{t('nearbyTake', { name: s.name })}</Button>)}</div>
        </div>
      )}
    </div>
  )
}
