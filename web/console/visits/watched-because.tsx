import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShieldAlert } from 'lucide-react'
import type { Visit } from '#contract/visits.ts'
import { listMatches } from '#contract/watchlist.ts'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { t } from '../words.ts'

/** Whose entry it was, why it stands there, and what is to happen: reception decides by it. */
export function WatchedBecause({ visit }: { visit: Visit }) {
  const { lodge } = useLive()
  const { data } = useQuery({ queryKey: ['watchlist', 'matches', visit.id, visit.head], queryFn: async () => (await ask(lodge.call, listMatches, { params: { visit: visit.id } })).watched })
  return (
    <section className="mt-3 flex gap-2 rounded-card border border-line bg-surface p-3 text-13">
      <ShieldAlert aria-hidden size={16} className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0">
        <p>{t('watchedAdvice')}</p>
        {data && data.length > 0 && <p className="mt-1.5 text-12 text-muted">{t('watchedBecause')}</p>}
        {data?.length === 0 && <p className="mt-1.5 text-12 text-muted">{t('watchedGone')}</p>}
        {data && data.length > 0 && (
          <ul className="flex flex-col gap-1">
            {data.map((one) => (
              <li key={one.id} className="words">
                <bdi className="font-medium">{[one.name, one.email, one.phone].filter(Boolean).join(' · ')}</bdi>{' '}
                <span className="rounded-[4px] border border-line px-1 text-12 text-bad">{t(`watch_${one.action}`)}</span>
                <span className="block" dir="auto">{one.reason}</span>
              </li>
            ))}
          </ul>
        )}
        <Link to="/settings/watchlist" className="mt-1.5 inline-block text-accent-ink underline underline-offset-2">{t('settingsWatchlist')}</Link>
      </div>
    </section>
  )
}
