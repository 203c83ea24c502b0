import { useQuery } from '@tanstack/react-query'
import { getVisitImage, type Visit } from '#contract/visits.ts'
import { cx } from '#web/ui/cx.ts'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { t } from '../words.ts'

type Kind = 'photo' | 'signature'

/** Never kept on the device: who has left the panel has no picture of a visitor. */
export function useVisitImage(visit: string, kind: Kind, wanted: boolean): { src: string | undefined; failed: boolean } {
  const { lodge } = useLive()
  const { data, isError } = useQuery({
    queryKey: ['visit-image', visit, kind], enabled: wanted, staleTime: Infinity, gcTime: 0,
    queryFn: async () => {
      const { mediaType, base64 } = await ask(lodge.call, getVisitImage, { params: { visit, kind } })
      return `data:${mediaType};base64,${base64}`
    },
  })
  return { src: wanted ? data : undefined, failed: isError }
}

/** On white: a signature is dark ink on nothing. */
export function VisitImage({ visit, kind }: { visit: Visit; kind: Kind }) {
  const { src, failed } = useVisitImage(visit.id, kind, true)
  const size = kind === 'photo' ? 'h-32 w-auto' : 'h-16 w-auto'
  if (failed) return <p className="py-1 text-muted">{t('visitImageAway')}</p>
  if (!src) return <Skeleton className={cx('my-1 w-24!', size)} />
  return (
    <img
      src={src} alt={t(kind === 'photo' ? 'photoOf' : 'signatureOf', { name: visit.name })} style={{ background: '#ffffff' }}
      className={cx('my-1 max-w-full rounded-control border border-line object-contain', size)}
    />
  )
}
