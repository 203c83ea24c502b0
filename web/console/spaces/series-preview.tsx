import { CircleCheck, CircleX } from 'lucide-react'
import { createBookingSeries, type Occurrence, type Recurrence } from '#contract/bookings.ts'
import { newId } from '#client/lodge.ts'
import { Check } from '#web/ui/field.tsx'
import { useQuery } from '@tanstack/react-query'
import { useLive } from '../live/live-context.ts'
import { ask, Failed } from '../live/queries.ts'
import { useNow } from '../use-now.ts'
import { useRested } from '../use-rested.ts'
import { whyNot } from '../shell/notices.ts'
import { t } from '../words.ts'
import { whenSaid } from './said.ts'

const restMs = 350

/** What would come of a series, asked as soon as the hands rest. */
export function usePreview(space: string, recurrence: Recurrence | undefined) {
  const { lodge } = useLive()
  const wanted = recurrence ? JSON.stringify({ space, recurrence }) : ''
  const asked = useRested(wanted, restMs)
  const { data, error, isFetching } = useQuery({
    queryKey: ['preview', asked], enabled: asked !== '', staleTime: 5_000, gcTime: 60_000,
    queryFn: async () => (await ask(lodge.call, createBookingSeries, { body: { id: newId(), ...JSON.parse(asked) as { space: string; recurrence: Recurrence }, onConflict: 'skip', dryRun: true } })).occurrences,
  })
  const isCurrent = asked === wanted && !isFetching
  const occurrences = isCurrent ? data : undefined
  const free = occurrences?.filter((o) => o.state === 'booked').length ?? 0
  return { occurrences, free, lacking: (occurrences?.length ?? 0) - free, wrong: isCurrent && error ? (error instanceof Failed ? whyNot(error) : t('previewFailed')) : undefined }
}
export type Preview = ReturnType<typeof usePreview>

interface Props { preview: Preview; zone: string; wholeDay: boolean; skip: boolean; onSkip: (skip: boolean) => void }
export function SeriesPreview({ preview: { occurrences, free, lacking, wrong }, zone, wholeDay, skip, onSkip }: Props) {
  if (wrong) return <p role="alert" className="text-13 text-bad">{wrong}</p>
  if (!occurrences) return <p aria-busy className="text-13 text-muted">{t('previewLoading')}</p>
  return (
    <section aria-label={t('previewTitle')} className="flex flex-col gap-2">
      <p role="status" className="text-13 font-medium">{free === 0 ? t('previewNone') : lacking === 0 ? t('previewAll', { n: free }) : t('previewSome', { free, n: occurrences.length })}</p>
      {lacking > 0 && free > 0 && <Check label={t('previewSkip', { n: lacking })} checked={skip} onChange={(e) => onSkip(e.target.checked)} />}
      <Occurrences of={occurrences} zone={zone} wholeDay={wholeDay} />
    </section>
  )
}

/** One line for each time, with what stands in the way. @param done they have been booked */
export function Occurrences({ of, zone, wholeDay, done = false }: { of: readonly Occurrence[]; zone: string; wholeDay: boolean; done?: boolean }) {
  const now = useNow()
  const said = ({ state, conflict }: Occurrence): string => {
    if (state === 'booked') return done ? t('occurrenceDone_booked') : t('occurrence_booked')
    if (state === 'taken') return t('occurrence_taken', { who: conflict?.user?.name ?? t('somebody') })
    return state === 'closed' ? t('occurrence_closed', { text: conflict?.text ?? '' }) : t('occurrence_past')
  }
  return (
    <ol tabIndex={0} aria-label={done ? t('seriesDone') : t('previewTitle')} className="max-h-40 divide-y divide-line overflow-y-auto rounded-card border border-line">
      {of.map((o) => (
        <li key={o.startsAt} className="flex items-center gap-2 px-3 py-1.5 text-13">
          {o.state === 'booked' ? <CircleCheck aria-hidden size={14} className="shrink-0 text-good" /> : <CircleX aria-hidden size={14} className="shrink-0 text-bad" />}
          <span className="figures min-w-0 flex-1">{whenSaid({ ...o, wholeDay }, zone, now)}</span>
          <bdi className="min-w-0 truncate text-muted">{said(o)}</bdi>
        </li>
      ))}
    </ol>
  )
}
