import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { useLive } from '../live/live-context.ts'
import { quarantineQuery } from '../live/queries.ts'
import { t } from '../words.ts'

/** What a kiosk sent and nobody could enter is a person who stands in no book. */
export function QuarantineBar({ location }: { location: string }) {
  const { lodge } = useLive()
  const { data = [] } = useQuery(quarantineQuery(lodge.call))
  const n = data.filter((one) => one.location === location).length
  if (n === 0) return null
  return (
    <p className="flex items-center gap-2 border-b border-line bg-raised px-4 py-2 text-13">
      <TriangleAlert aria-hidden size={16} className="shrink-0 text-warn" />
      <span className="flex-1">{t('quarantineNotice', { n })}</span>
      <Link to="/settings/set-aside" className="shrink-0 font-medium text-accent-ink underline underline-offset-2">{t('quarantineLook')}</Link>
    </p>
  )
}
