import { Link } from '@tanstack/react-router'
import { BellRing, Power } from 'lucide-react'
import { useState } from 'react'
import { stopServer, type OperationsBoard } from '#contract/operations.ts'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { went } from '../settings/page.tsx'
import { Confirm } from '../shell/confirm.tsx'
import { exact } from '../times.ts'
import { useAway } from '../visits/use-away.ts'
import { ReadFailed } from '../read-failed.tsx'
import { t } from '../words.ts'
import { Backups } from './backups.tsx'
import { seconds } from './clock-seconds.ts'
import { Delivery } from './delivery.tsx'
import { FindingList } from './finding-list.tsx'
import { Headroom } from './headroom.tsx'
import { Holders } from './holders.tsx'
import { Levers } from './levers.tsx'
import { PromiseRow } from './promise-row.tsx'
import { card, Section } from './section.tsx'
import { useOperations } from './use-operations.ts'

/** How the house keeps its promises, what is wrong, and what can be done about it. */
export function OperationsScreen() {
  const { board, isForbidden, hasFailed, again } = useOperations()
  if (isForbidden) return <EmptyState title={t('opsForbidden')} text={t('opsForbiddenText')} />
  if (!board) return hasFailed ? <ReadFailed title={t('opsFailed')} onRetry={again} /> : <Loading />
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[1080px] flex-col gap-8 px-4 pt-4 pb-12">
        <Head board={board} />
        <Section title={t('opsPromises')}><ul className={card}>{board.promises.map((p) => <PromiseRow key={p.promise} of={p} />)}</ul></Section>
        <Rest board={board} />
      </div>
    </div>
  )
}

function Head({ board }: { board: OperationsBoard }) {
  const isAway = useAway()
  const needing = board.promises.filter((p) => p.light === 'warn' || p.light === 'bad').length
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="text-20 font-semibold">{needing === 0 ? t('opsKept') : t('opsNotKept', { n: needing })}</h2>
        {isAway
          ? <p role="status" className="text-13 text-warn">{t('opsOld', { time: seconds(board.asOf) })}</p>
          : <p className="figures text-13 text-muted" title={exact(board.asOf)}>{t('opsAsOf', { time: seconds(board.asOf) })}</p>}
        {board.isStopping && <p role="status" className="text-13 text-warn">{t('opsStopping')}</p>}
        {!board.isAnybodyOnCall && <p className="mt-1 text-13 text-warn">{t('opsOnCallNobody')}</p>}
      </div>
      <Link to="/operations/on-call" className="inline-flex h-8 items-center gap-1.5 rounded-control border border-line bg-surface px-3 text-13 hover:bg-raised"><BellRing aria-hidden size={16} />{t('opsOnCall')}</Link>
    </header>
  )
}

function Rest({ board }: { board: OperationsBoard }) {
  const isStill = useAway()
  return (
    <>
      <FindingList findings={board.findings} isStill={isStill} />
      <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-2">
        <Delivery canary={board.canary} />
        {board.classes && <Levers classes={board.classes} invitations={board.invitations} isStill={isStill} />}
      </div>
      <Headroom headroom={board.headroom} restart={board.restart} />
      <Backups backups={board.backups} isStill={isStill} />
      <Holders holders={board.holders} isStill={isStill} />
      <Server board={board} isStill={isStill} />
    </>
  )
}

function Server({ board, isStill }: { board: OperationsBoard; isStill: boolean }) {
  const { lodge } = useLive()
  const [isAsked, setIsAsked] = useState(false)
  const advice = board.restart.isBusyNow ? ` ${t('opsRestartBusy')}` : ''
  return (
    <Section title={t('opsServer')}>
      <div className={`${card} flex flex-wrap items-center gap-3 divide-y-0 px-4 py-3 text-13`}>
        <bdi className="min-w-0 flex-1 truncate">{t('opsNode', { node: board.node, version: board.version })}</bdi>
        {board.canStop && <Button kind="bad" icon={<Power aria-hidden size={15} />} disabled={isStill || board.isStopping} onClick={() => setIsAsked(true)}>{t('opsStop')}</Button>}
      </div>
      {isAsked && (
        <Confirm
          title={t('opsStopTitle')} text={t('opsStopText') + advice} verb={t('opsStop')}
          onYes={() => void lodge.call(stopServer, { body: { node: board.node } }).then((outcome) => went(outcome, t('didStop')))} onClose={() => setIsAsked(false)}
        />
      )}
    </Section>
  )
}

const Loading = () => <div aria-busy className="mx-auto flex max-w-[1080px] flex-col gap-4 p-4"><Skeleton className="h-8 w-80" />{Array.from({ length: 8 }, (_, at) => <Skeleton key={at} className="h-11" />)}</div>
