import type { Unit } from '#contract/operations.ts'
import { locale } from '../times.ts'
import { duration } from '../reports/durations.ts'
import { t } from '../words.ts'

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
export const written = (n: number): string => (Math.abs(n) >= 100 ? whole : tenths).format(n)

/** "340 ms", "2 min", "1.2 GB", "31/s". */
export function inUnit(value: number, unit: Unit): string {
  switch (unit) {
    case 'ms': return value >= 10_000 ? duration(value) : t('opsMs', { value: written(value) })
    case 's': return value >= 60 ? duration(value * 1000) : t('opsSeconds', { value: written(value) })
    case 'bytes': return value >= 2 ** 30 ? t('opsGigabytes', { value: written(value / 2 ** 30) }) : t('opsMegabytes', { value: written(value / 2 ** 20) })
    case 'perSecond': return t('opsPerSecond', { value: written(value) })
    case 'percent': return `${written(value)} %`
    case 'count': return written(value)
  }
}
