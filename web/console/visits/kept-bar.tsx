import { CloudOff } from 'lucide-react'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { t } from '../words.ts'
import { ageOf, momentIn } from './when.ts'

/** Says of what time the book is when the server cannot be asked, or not for all that changed. */
export function KeptBar({ location, zone, now, text }: { location: string; zone: string; now: number; text: string }) {
  const { visits, away } = useLive()
  const isAway = useStore(away)
  const isBehind = useStore(visits.isBehind)
  const at = useStore(visits.asOf).get(location)
  if (!isAway && (!isBehind || at === undefined)) return null
  const when = at === undefined ? undefined : { at: momentIn(zone, at, now), age: ageOf(at, Math.max(at, now)) }
  return (
    <p role="status" className="flex items-center gap-2 border-b border-line bg-raised px-4 py-2 text-13">
      <CloudOff aria-hidden size={16} className="shrink-0 text-warn" />
      <span>{!when ? t('keptNothing') : t(isAway ? 'keptAsOf' : 'behindAsOf', when)} {isAway && text}</span>
    </p>
  )
}
