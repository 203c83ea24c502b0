import type { Status } from '#client/lodge.ts'
import { cx } from '#web/ui/cx.ts'
import { Keys } from '#web/ui/keys.tsx'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { keptStatusPage } from '../status/use-banner.ts'
import { clock } from '../times.ts'
import { useSecond } from '../use-now.ts'
import { t } from '../words.ts'

/** The truth about the connection and about what has not left yet. */
export function Foot({ onPalette }: { onPalette: () => void }) {
  const { lodge, status } = useLive()
  const now = useStore(status)
  const nowMs = useSecond(now.retryAtMs !== undefined)
  const statusPage = keptStatusPage()
  const calm = now.state === 'open' && now.pending === 0 && now.failed === 0
  return (
    <footer className={cx('row-start-3 flex h-7 items-center gap-2 border-t border-line px-3 text-12 text-muted md:col-span-2 md:row-start-2', calm && 'max-md:hidden')}>
      <span aria-hidden className={cx('size-1.5 shrink-0 rounded-full', now.state === 'open' ? 'bg-good' : now.state === 'ended' ? 'bg-bad' : 'bg-warn')} />
      <p role="status" className="figures min-w-0 truncate">{said(now, nowMs)}</p>
      {now.state === 'waiting' && <button type="button" className="shrink-0 text-accent-ink underline-offset-2 hover:underline" onClick={() => lodge.retryNow()}>{t('retryNow')}</button>}
      {now.state === 'waiting' && statusPage && <a href={statusPage} target="_blank" rel="noreferrer" className="shrink-0 text-accent-ink underline-offset-2 hover:underline">{t('settingsStatus')}</a>}
      <span className="flex-1" />
      <button type="button" className="hidden shrink-0 items-center gap-1.5 hover:text-ink md:flex" onClick={onPalette}><Keys of="Mod+K" />{t('forAnything')}</button>
    </footer>
  )
}

/** A tab that has been away for longer than this is offline, and says since when. */
const offlineAfterMs = 20_000

function said({ state, sinceMs, retryAtMs, pending, failed, storage, because }: Status, nowMs: number): string {
  const own = [
    failed > 0 && t('footFailed', { n: failed }),
    pending > 0 && (state === 'open' || storage === 'failing' ? t('footPending', { n: pending }) : t('footKept', { n: pending })),
    storage === 'failing' && pending > 0 && t('footNotKept'),
  ].filter((s) => s !== false)
  const line = (): string => {
    if (state === 'open') return t('footOpen')
    if (state === 'ended') return t('footEnded')
    if (because) return t('footPatience')
    if (state === 'waiting' && nowMs - sinceMs > offlineAfterMs || !navigator.onLine) return t('footOffline', { since: clock(sinceMs) })
    if (state === 'waiting' && retryAtMs !== undefined) return t('footRetry', { n: Math.max(1, Math.ceil((retryAtMs - nowMs) / 1000)) })
    return t('footConnecting')
  }
  return [line(), ...(own.length > 0 ? own : state === 'open' ? [t('footNothing')] : [t('footReading')])].join(' · ')
}
