import { CircleCheck, CircleDashed, CircleOff, CircleX, TriangleAlert } from 'lucide-react'
import type { ChannelHealth } from '#contract/channels.ts'
import { cx } from '#web/ui/cx.ts'
import { exact, moment } from '../times.ts'
import { t } from '../words.ts'

const looks = {
  off: [CircleOff, 'text-muted'], elsewhere: [CircleDashed, 'text-muted'], connecting: [CircleDashed, 'text-muted'],
  ready: [CircleCheck, 'text-good'], waiting: [TriangleAlert, 'text-warn'], refused: [CircleX, 'text-bad'],
} as const

/** One line that says how the line is: since when, slowed down, trying again when; and the last error, in words, beneath. */
export function Health({ health, now }: { health: ChannelHealth; now: number }) {
  const [Icon, tone] = looks[health.state]
  const seconds = (until: string): number => Math.max(0, Math.ceil((Date.parse(until) - now) / 1000))
  const isThrottled = health.throttledUntil !== undefined && seconds(health.throttledUntil) > 0
  const more = [
    health.state === 'ready' && t('healthSince', { when: moment(health.since, now) }),
    isThrottled && t('healthThrottled', { n: seconds(health.throttledUntil!) }),
    (health.state === 'waiting' || health.state === 'refused') && health.retryAt !== undefined && t('healthRetry', { n: seconds(health.retryAt) }),
  ].filter(Boolean)
  return (
    <div className="text-13">
      <p role="status" className={cx('flex flex-wrap items-center gap-x-1.5', isThrottled ? 'text-warn' : tone)}>
        <Icon aria-hidden size={14} className="shrink-0" /><span className="font-medium">{t(`health_${health.state}`)}</span>
        {more.length > 0 && <span className="figures text-muted">{more.join(' · ')}</span>}
      </p>
      {health.lastError !== undefined && health.state !== 'off' && (
        <p className="mt-0.5 text-12 text-muted" title={health.lastErrorAt && exact(health.lastErrorAt)}>
          {health.lastErrorAt ? t('healthError', { when: moment(health.lastErrorAt, now), error: health.lastError }) : health.lastError}
        </p>
      )}
    </div>
  )
}
