import type { Family } from '#contract/placeholders.ts'
import type { Timing } from '#contract/rules.ts'
import { NumberField, Select } from '#web/ui/field.tsx'
import { t } from '../../words.ts'

const minutesMax = 20_160
const appointments = { conversation: [], visit: ['expected'], booking: ['starts', 'ends'] } as const satisfies Record<Family, readonly Timing['from'][]>

interface Props { family: Family; isWait: boolean; timing: Timing; lateMaxMinutes: number; onChange: (to: { timing?: Timing; lateMaxMinutes?: number }) => void }

/** When a rule acts, and how late it still may: so long after what happened, or before or after an appointment. Nobody writes a number below zero. */
export function TimingFields({ family, isWait, timing: { from, minutes }, lateMaxMinutes, onChange }: Props) {
  const isBefore = from !== 'event' && minutes < 0
  const points: (readonly [value: string, label: string])[] = [
    ['event', t('ruleFrom_event')],
    ...appointments[family].flatMap((point) => [[`before ${point}`, t('ruleBefore', { what: t(`time_${point}`) })], [`after ${point}`, t('ruleAfter', { what: t(`time_${point}`) })]] as const),
  ]
  const point = (value: string): void => {
    const [side, of] = value.split(' ') as ['event' | 'before' | 'after', Timing['from'] | undefined]
    const size = Math.abs(minutes)
    // "Before" is a side of its own: none of it would be "at", which is "after" with nothing between.
    onChange({ timing: { from: of ?? 'event', minutes: side === 'before' ? -(size || 15) : size } })
  }
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {points.length > 1 && <div className="sm:col-span-2"><Select label={t('ruleTimeFrom')} value={from === 'event' ? from : `${isBefore ? 'before' : 'after'} ${from}`} options={points} onChange={(e) => point(e.target.value)} /></div>}
      <NumberField
        label={t(isWait ? 'ruleTimeWait' : points.length > 1 ? 'ruleTimeLong' : 'ruleTime')} hint={t(isWait || isBefore ? 'ruleTimeMinutes' : 'ruleTimeHint')} value={Math.abs(minutes)} min={isWait || isBefore ? 1 : 0} max={minutesMax} required
        onValue={(n) => onChange({ timing: { from, minutes: isBefore ? -Math.max(1, n) : n } })}
      />
      <NumberField label={t('ruleLate')} hint={t('ruleLateHint')} value={lateMaxMinutes} min={1} max={10_080} required onValue={(n) => onChange({ lateMaxMinutes: n })} />
    </div>
  )
}
