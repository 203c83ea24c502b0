import { Archive } from 'lucide-react'
import type { ReactNode } from 'react'
import { backupLateMs, rehearsalLateMs, takeBackup, type BackupsShown, type Light as LightName, type OperationsBoard } from '#contract/operations.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../live/live-context.ts'
import { duration, percent } from '../reports/durations.ts'
import { went } from '../settings/page.tsx'
import { exact, moment, size } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { Light } from './light.tsx'
import { card, Section } from './section.tsx'

/** Whether what is here could be brought back, and from when. */
export function Backups({ backups, isStill }: { backups: OperationsBoard['backups']; isStill: boolean }) {
  const { lodge } = useLive()
  const nowMs = useNow()
  if (!backups) {
    return (
      <Section title={t('opsBackups')}>
        <p className={`${card} flex items-start gap-3 px-4 py-3 text-13`}><Light light="warn" isBrief /><span>{t('opsBackupsNone')}</span></p>
      </Section>
    )
  }
  const now = <Button icon={<Archive aria-hidden size={15} />} disabled={isStill || backups.isRunning} onClick={() => void lodge.call(takeBackup, {}).then((outcome) => went(outcome, t('didBackUp')))}>{t('opsBackUpNow')}</Button>
  return (
    <Section title={t('opsBackups')} text={t('opsBackupsText', { time: moment(backups.nextAt, nowMs) })} action={now}>
      <ul className={card}>
        <Newest of={backups} nowMs={nowMs} />
        <Line label={t('opsBackupsKept', { n: backups.kept })}><bdi dir="ltr" className="words">{backups.folder}</bdi></Line>
        <Line light={rehearsalLight(backups.rehearsal, nowMs)} label={t('opsRehearsal')}>{rehearsal(backups.rehearsal, nowMs)}</Line>
      </ul>
    </Section>
  )
}

function Newest({ of: { last, isRunning, done, failure }, nowMs }: { of: BackupsShown; nowMs: number }) {
  const light = failure !== null ? 'bad' : !last ? 'unknown' : nowMs - Date.parse(last.at) > backupLateMs ? 'warn' : 'ok'
  return (
    <Line light={light} label={t('opsBackupNewest')}>
      {last
        ? <span className="figures" title={exact(last.at)}>{t('opsBackupOf', { time: moment(last.at, nowMs), size: size(last.sizeBytes), took: duration(last.tookMs) })}</span>
        : !isRunning && failure === null && t('opsBackupFirst')}
      {isRunning && <span role="status" className="figures text-muted">{done === null ? t('opsBackupRuns') : t('opsBackupRunsAt', { done: percent.format(done) })}</span>}
      {failure !== null && <span className="text-bad">{t('opsBackupFailed')} <bdi lang="en" className="words">{failure}</bdi></span>}
    </Line>
  )
}

const rehearsalLight = (of: BackupsShown['rehearsal'], nowMs: number): LightName => !of ? 'unknown' : of.differences > 0 ? 'bad' : nowMs - Date.parse(of.at) > rehearsalLateMs ? 'warn' : 'ok'
function rehearsal(of: BackupsShown['rehearsal'], nowMs: number): string {
  if (!of) return t('opsRehearsalNever')
  const time = moment(of.at, nowMs)
  return of.differences > 0 ? t('opsRehearsalDiffers', { n: of.differences, time }) : t('opsRehearsalEqual', { time })
}

function Line({ light, label, children }: { light?: LightName; label: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] items-start gap-x-3 gap-y-1 px-4 py-2.5 text-13 md:grid-cols-[16px_180px_minmax(0,1fr)]">
      <span className="pt-0.5">{light && <Light light={light} isBrief />}</span>
      <span className="font-medium">{label}</span>
      <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-1 max-md:col-start-2">{children}</span>
    </li>
  )
}
