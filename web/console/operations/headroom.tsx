import type { OperationsBoard } from '#contract/operations.ts'
import { clock } from '../times.ts'
import { t } from '../words.ts'
import { Light } from './light.tsx'
import { card, Section } from './section.tsx'
import { inUnit, written } from './units.ts'

/** How much room is left, and whether now is a time to restart. */
export function Headroom({ headroom, restart }: Pick<OperationsBoard, 'headroom' | 'restart'>) {
  return (
    <Section title={t('opsHeadroom')} text={t('opsHeadroomText')}>
      <ul className={card}>
        {headroom.map((h) => (
          <li key={h.id} className="grid grid-cols-2 items-center gap-x-4 gap-y-1 px-4 py-2.5 text-13 md:grid-cols-[minmax(0,1fr)_repeat(3,110px)_90px_24px]">
            <span className="font-medium max-md:col-span-2 max-md:flex max-md:justify-between">{t(`opsRoom_${h.id}`)}<span className="md:hidden"><Light light={h.light} /></span></span>
            <Cell label={t('opsRoomNow')} value={h.now === null ? '–' : inUnit(h.now, h.unit)} />
            <Cell label={t('opsRoomPeak')} value={h.peak === null ? '–' : inUnit(h.peak, h.unit)} />
            <Cell label={t('opsRoomCapacity')} value={h.capacity === null ? '–' : inUnit(h.capacity, h.unit)} />
            <Cell label={t('opsRoomLeft')} value={h.peak === null || h.capacity === null || h.peak === 0 ? '–' : t('opsTimes', { value: written(h.capacity / h.peak) })} />
            <span className="max-md:hidden"><Light light={h.light} isBrief /></span>
            <span className="col-span-full text-12 text-muted">{h.basis === null ? t('opsCapacityUnknown') : t(`opsBasis_${h.basis}`)}</span>
          </li>
        ))}
      </ul>
      <p className="text-13">
        {restart.isBusyNow === null ? t('opsRestartUnknown') : restart.isBusyNow ? <span className="font-medium text-warn">{t('opsRestartBusy')}</span> : t('opsRestartCalm')}
        {restart.quietHour !== null && ` ${t('opsRestartQuiet', { time: clock(restart.quietHour) })}`}
      </p>
    </Section>
  )
}
const Cell = ({ label, value }: { label: string; value: string }) => <span className="figures md:text-end"><span className="block text-12 text-muted">{label}</span>{value}</span>
