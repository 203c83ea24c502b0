import { acknowledgeAlert } from '#contract/alerts.ts'
import type { FindingShown } from '#contract/operations.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../live/live-context.ts'
import { went } from '../settings/page.tsx'
import { brief, exact } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { Light } from './light.tsx'
import { card, Section } from './section.tsx'

/** What the watchdogs see, in their words: evidence is for reports and is not translated. */
export function FindingList({ findings, isStill }: { findings: readonly FindingShown[]; isStill: boolean }) {
  const { lodge } = useLive()
  const nowMs = useNow()
  const acknowledge = async (alert: string): Promise<void> => { went(await lodge.call(acknowledgeAlert, { params: { alert } }), t('didAcknowledge')) }
  return (
    <Section title={t('opsFindings')}>
      {findings.length === 0 && <p className={`${card} px-4 py-3 text-13 text-muted`}>{t('opsNoFindings')}</p>}
      {findings.length > 0 && (
        <ul className={card}>
          {findings.map((f) => {
            const [first = '', ...more] = f.evidence.split('\n')
            return (
              <li key={f.id} className="flex flex-col gap-1.5 px-4 py-3 text-13">
                <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <Light light={f.severity === 'critical' ? 'bad' : 'warn'} isBrief />
                  <span className="font-medium">{t(f.severity === 'critical' ? 'opsCritical' : 'opsWarning')}</span>
                  <span className="text-muted">{f.promise} · {f.component}</span>
                  <span className="text-muted" title={exact(f.since)}>{t('opsSince', { time: brief(f.since, nowMs) })}</span>
                  <span className="flex-1" />
                  {f.alert && (f.alert.acknowledgedBy !== null
                    ? <span className="text-muted">{t('opsAcknowledged', { name: f.alert.acknowledgedBy })}</span>
                    : <Button disabled={isStill} onClick={() => void acknowledge(f.alert!.id)}>{t('opsAcknowledge')}</Button>)}
                </div>
                <p lang="en" dir="auto" className="words">{first}</p>
                {more.length > 0 && <details><summary className="cursor-pointer text-12 text-muted">{t('opsStack')}</summary><pre tabIndex={0} dir="ltr" className="mt-1 overflow-x-auto rounded-control bg-raised p-2 text-12">{more.join('\n')}</pre></details>}
                <p lang="en" dir="auto" className="words"><span className="text-muted">{t('opsWhatToDo')}: </span>{f.whatToDo}</p>
                {f.alert && <p className="text-12 text-muted">{f.alert.told.length > 0 ? t('opsTold', { names: f.alert.told.join(', ') }) : t('opsNobodyTold')}</p>}
              </li>
            )
          })}
        </ul>
      )}
    </Section>
  )
}
