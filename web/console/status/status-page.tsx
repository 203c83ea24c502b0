import { CircleCheck, CircleX, Clock, ExternalLink, Plus, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { StatusBoard } from '#contract/status-endpoints.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { Page } from '../settings/page.tsx'
import { ReadFailed } from '../read-failed.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { t } from '../words.ts'
import { Components } from './components.tsx'
import { IncidentCard } from './incident-card.tsx'
import { IncidentForm } from './incident-form.tsx'
import { Maintenances } from './maintenances.tsx'
import { PageSettings } from './page-settings.tsx'
import { Proposals } from './proposals.tsx'
import { Nothing, Part } from './status-part.tsx'
import { Subscribers } from './subscribers.tsx'
import { useStatusBoard } from './use-board.ts'

const overall = { works: ['spWorks', CircleCheck, 'text-good'], slow: ['spSlow', Clock, 'text-warn'], disrupted: ['spDisrupted', TriangleAlert, 'text-warn'], down: ['spDown', CircleX, 'text-bad'] } as const

export function StatusSettings() {
  const query = useStatusBoard()
  const { data: board, again } = query
  const [isOpening, setOpening] = useState(false)
  return (
    <Page title={t('settingsStatus')} text={t('spText')} action={board?.isOperator && <Button kind="primary" icon={<Plus size={16} />} onClick={() => setOpening(true)}>{t('spNewIncident')}</Button>}>
      {board ? <Board board={board} again={again} /> : query.isError ? <ReadFailed title={t('listFailed')} onRetry={() => void query.refetch()} /> : <div aria-busy className="flex flex-col gap-3">{[0, 1, 2].map((i) => <Skeleton key={i} className="h-16" />)}</div>}
      {isOpening && board && <IncidentForm board={board} onClose={() => setOpening(false)} onDone={again} />}
    </Page>
  )
}

function Board({ board, again }: { board: StatusBoard; again: () => void }) {
  const [sentence, Icon, colour] = overall[board.overall]
  const open = board.incidents.filter((i) => i.state !== 'resolved'), past = board.incidents.filter((i) => i.state === 'resolved')
  return (
    <>
      <div className="flex items-center gap-2.5 rounded-card border border-line px-4 py-3">
        <Icon aria-hidden size={18} className={cx('shrink-0', colour)} /><p className="flex-1 text-14 font-medium">{t(sentence)}</p>
        {board.page ? <a href={board.page} target="_blank" rel="noreferrer" className="inline-flex items-center gap-1.5 text-13 text-accent-ink underline"><ExternalLink aria-hidden size={14} />{t('spOpenPage')}</a> : <span className="text-13 text-muted">{t('spNoPage')}</span>}
      </div>
      {!board.isOperator && <p className="mt-3 text-13 text-muted">{t('spNotOperator')}</p>}
      {board.proposals.length > 0 && <Proposals proposals={board.proposals} again={again} />}
      <Part title={t('spOpenNow')}>{open.length === 0 ? <Nothing>{t('spNoneOpen')}</Nothing> : open.map((i) => <IncidentCard key={i.id} incident={i} board={board} again={again} />)}</Part>
      <Maintenances board={board} again={again} />
      {board.isOperator && <><Components board={board} again={again} /><Subscribers board={board} again={again} /><PageSettings key={JSON.stringify(board.settings)} board={board} again={again} /></>}
      <Part title={t('spPast')}>{past.length === 0 ? <Nothing>{t('spNonePast')}</Nothing> : past.slice(0, 20).map((i) => <IncidentCard key={i.id} incident={i} board={board} again={again} />)}</Part>
    </>
  )
}
