import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listRuleRuns, type Rule, type Run } from '#contract/rules.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../../live/live-context.ts'
import { ask } from '../../live/queries.ts'
import { exact, moment } from '../../times.ts'
import { useNow } from '../../use-now.ts'
import { t } from '../../words.ts'
import { useNames } from './use-names.ts'

const refreshMs = 5_000

export function RunLog({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const { lodge } = useLive()
  const query = useInfiniteQuery({
    queryKey: ['rule-runs', rule.id], refetchInterval: refreshMs, initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }: { pageParam: string | undefined }) => ask(lodge.call, listRuleRuns, { params: { rule: rule.id }, query: { limit: 50, ...(pageParam && { cursor: pageParam }) } }),
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const runs = query.data?.pages.flatMap((page) => page.runs)
  return (
    <Dialog open onClose={onClose} title={t('ruleLogOf', { name: rule.name })} closeLabel={t('closeDialog')} className="top-[8vh]! max-h-[84vh]! w-[min(620px,calc(100vw-24px))]!">
      {query.isError && !runs && <p role="alert" className="flex items-center gap-2 text-13 text-muted">{t('listFailed')}<Button onClick={() => void query.refetch()}>{t('tryAgain')}</Button></p>}
      {!runs && !query.isError && <div aria-busy className="flex flex-col gap-3"><Skeleton className="h-10" /><Skeleton className="h-10" /></div>}
      {runs?.length === 0 && <p className="text-13 text-muted">{t('ruleLogEmpty')}</p>}
      <ul className="divide-y divide-line">{runs?.map((run) => <li key={run.id} className="py-2"><Line run={run} /></li>)}</ul>
      {query.hasNextPage && <Button className="mt-2" onClick={() => void query.fetchNextPage()}>{t('ruleLogMore')}</Button>}
    </Dialog>
  )
}

function Line({ run }: { run: Run }) {
  const now = useNow()
  const nameOf = useNames()
  const who = run.endedBy ? nameOf(run.endedBy.slice(run.endedBy.indexOf(':') + 1)) : t('somebody')
  const bad = run.outcome === 'failed' || run.outcome === 'budget'
  return (
    <>
      <p className="flex items-baseline gap-2 text-14">
        {run.conversation
          ? <Link to="/inbox/$conversation" params={{ conversation: run.conversation }} className="min-w-0 flex-1 truncate text-accent-ink underline-offset-2 hover:underline"><bdi>{run.who || t('somebody')}</bdi></Link>
          : run.visit
            ? <Link to="/visits/$visit" params={{ visit: run.visit }} className="min-w-0 flex-1 truncate text-accent-ink underline-offset-2 hover:underline"><bdi>{run.who || t('somebody')}</bdi></Link>
            : <bdi className="min-w-0 flex-1 truncate">{run.who || t('somebody')}</bdi>}
        <time dateTime={run.happenedAt} title={exact(run.happenedAt)} className="figures shrink-0 text-12 text-muted">{moment(run.happenedAt, now)}</time>
      </p>
      <p className={cx('text-13', bad ? 'text-bad' : 'text-muted')}>{stateSaid(run, who, now)}</p>
      {run.steps.some((s) => s.state !== 'done') || run.steps.length > 1
        ? (
          <ul className="mt-0.5 text-12 text-muted">
            {run.steps.map((s, at) => (
              // A step is known by its place.
              <li key={`${at} ${s.do}`}>{t(`action_${s.do}`)}: {t(`stepState_${s.state}`)}{s.code && ` (${codeSaid(s.code, s.detail)})`}</li>
            ))}
          </ul>
        )
        : null}
    </>
  )
}

function stateSaid({ state, outcome, dueAt }: Run, who: string, now: number): string {
  if (outcome === 'stopped' || outcome === 'dismissed') return t(`run_${outcome}`, { who })
  if (outcome !== null) return t(`run_${outcome}`)
  return state === 'waiting' ? t('run_waiting', { when: moment(dueAt, now) }) : state === 'suggested' ? t('run_suggested') : t('run_running')
}
const own = ['nobody', 'no_way', 'late', 'blank'] as const
function codeSaid(code: string, detail: string | null): string {
  const known = own.find((one) => one === code)
  return known ? t(`stepCode_${known}`) : detail ?? code
}
