import { Eye } from 'lucide-react'
import { decideStatusProposal } from '#contract/status-endpoints.ts'
import type { Proposal } from '#contract/status.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../live/live-context.ts'
import { went } from '../settings/page.tsx'
import { moment } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { Part } from './status-part.tsx'

/** What watchdogs saw, with what they saw: one click is the first public word. */
export function Proposals({ proposals, again }: { proposals: readonly Proposal[]; again: () => void }) {
  const { lodge } = useLive()
  const nowMs = useNow()
  const decide = async (proposal: string, how: 'publish' | 'dismiss'): Promise<void> => {
    if (went(await lodge.call(decideStatusProposal, { params: { proposal }, body: { how } }), t(how === 'publish' ? 'spPublished' : 'spDismissed'))) again()
  }
  return (
    <Part title={t('spProposals')}>
      {proposals.map((p) => (
        <article key={p.id} aria-label={p.title} className="mb-3 rounded-card border border-warn p-4">
          <div className="flex flex-wrap items-start justify-between gap-3">
            <div className="min-w-0"><h4 className="words flex items-center gap-2 text-14 font-semibold"><Eye aria-hidden size={16} className="shrink-0 text-warn" /><bdi>{p.title}</bdi></h4><p className="mt-0.5 text-12 text-muted">{t('spSeen', { n: p.times, since: moment(p.at, nowMs) })} · <bdi>{p.by}</bdi></p></div>
            <div className="flex gap-2"><Button kind="primary" onClick={() => void decide(p.id, 'publish')}>{t('spPublish')}</Button><Button onClick={() => void decide(p.id, 'dismiss')}>{t('spDismiss')}</Button></div>
          </div>
          <details className="mt-2 text-13"><summary className="cursor-pointer text-accent-ink">{t('spEvidence')}</summary>
            <ul className="mt-1 flex flex-col gap-1">{p.evidence.slice(-10).toReversed().map((e) => <li key={`${e.at} ${e.text}`} className="words figures text-12"><span className="text-muted">{moment(e.at, nowMs)}</span> <bdi className="whitespace-pre-wrap">{e.text}</bdi></li>)}</ul>
          </details>
        </article>
      ))}
    </Part>
  )
}
