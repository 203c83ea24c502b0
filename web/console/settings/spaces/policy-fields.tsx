import type { CheckInPolicy } from '#contract/spaces.ts'
import { Check, NumberField, TextField } from '#web/ui/field.tsx'
import { t } from '../../words.ts'

const usualPolicy: CheckInPolicy = { opensBeforeMinutes: 15, releasesAfterMinutes: 15, wholeDayUntil: '11:00' }
const leastMinutes = 5

/** What would take everybody's booking away is said before it is refused. */
export function policyProblem({ releasesAfterMinutes, wholeDayUntil }: CheckInPolicy, opensAt: string): string | undefined {
  if (releasesAfterMinutes < leastMinutes) return t('policyTooShort')
  return wholeDayUntil <= opensAt ? t('policyTooEarly', { at: opensAt }) : undefined
}
/** A time of the day as it reads; ten o'clock is the example. */
const clockAt = (minutes: number): string => `${String(Math.floor((minutes % 1440 + 1440) % 1440 / 60)).padStart(2, '0')}:${String((minutes % 60 + 60) % 60).padStart(2, '0')}`
const ten = 600

interface Props { policy: CheckInPolicy | null; opensAt: string; onChange: (policy: CheckInPolicy | null) => void }
export function PolicyFields({ policy, opensAt, onChange }: Props) {
  const problem = policy && policyProblem(policy, opensAt)
  return (
    <fieldset className="flex flex-col gap-2">
      <Check label={t('policyAsk')} hint={t('policyAskHint')} checked={policy !== null} onChange={(e) => onChange(e.target.checked ? usualPolicy : null)} />
      {policy && (
        <>
          <div className="grid grid-cols-3 items-end gap-3">
            <NumberField min={0} max={120} label={t('policyOpens')} value={policy.opensBeforeMinutes} required onValue={(n) => onChange({ ...policy, opensBeforeMinutes: n })} />
            <NumberField min={1} max={720} label={t('policyReleases')} value={policy.releasesAfterMinutes} required onValue={(n) => onChange({ ...policy, releasesAfterMinutes: n })} />
            <TextField type="time" label={t('policyWholeDay')} value={policy.wholeDayUntil} required onChange={(e) => onChange({ ...policy, wholeDayUntil: e.target.value })} />
          </div>
          {problem
            ? <p role="alert" className="text-13 text-bad">{problem}</p>
            : <p className="text-12 text-muted">{t('policySaid', { opens: clockAt(ten - policy.opensBeforeMinutes), closes: clockAt(ten + policy.releasesAfterMinutes), until: policy.wholeDayUntil })}</p>}
        </>
      )}
    </fieldset>
  )
}
