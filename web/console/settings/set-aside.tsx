import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { resolveOperation, type Quarantined } from '#contract/kiosks.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../live/live-context.ts'
import { quarantineQuery, useLocations } from '../live/queries.ts'
import { Confirm } from '../shell/confirm.tsx'
import { tell, why } from '../shell/notices.ts'
import { useNow } from '../use-now.ts'
import { momentIn } from '../visits/when.ts'
import { t } from '../words.ts'
import { Lines, Page } from './page.tsx'

/** What a kiosk sent and could not be entered: a person decides. */
export function SetAside() {
  const { lodge, queries } = useLive()
  const query = useQuery(quarantineQuery(lodge.call))
  const locations = useLocations()
  const now = useNow()
  const [busy, setBusy] = useState<string>()
  const [ending, setEnding] = useState<Quarantined>()
  const resolve = async (operation: Quarantined, how: 'retry' | 'dismiss'): Promise<void> => {
    setBusy(operation.id)
    const outcome = await lodge.call(resolveOperation, { params: { operation: operation.id }, body: { id: newId(), how } })
    setBusy(undefined)
    void queries.invalidateQueries({ queryKey: ['quarantine'] })
    void queries.invalidateQueries({ queryKey: ['kiosks'] })
    if (!outcome.ok) tell(why(outcome.code), { failed: true })
    else if (outcome.value.state === 'quarantined') tell(t('setAsideStill', { reason: because({ ...operation, code: outcome.value.code ?? 'refused', reason: outcome.value.reason ?? '' }) }), { failed: true })
    else tell(outcome.value.state === 'applied' ? t('didApply') : t('didDismiss'))
  }
  return (
    <>
      <Link to="/settings/kiosks" className="mb-3 inline-flex items-center gap-1 text-13 text-muted hover:text-ink">
        <ArrowLeft aria-hidden size={14} className="rtl:rotate-180" />{t('settingsKiosks')}
      </Link>
      <Page title={t('setAside')} text={t('setAsideText')}>
        <Lines query={query} lines={query.data} empty={t('setAsideEmpty')}>
          {(operation) => {
            const zone = locations.find((l) => l.id === operation.location)?.zone ?? 'UTC'
            return (
              <div className="flex flex-col gap-2 p-4">
                <div className="flex flex-wrap items-start gap-3">
                  <div className="min-w-0 flex-1 basis-60">
                    <p className="words font-medium" dir="auto">{because(operation)}</p>
                    <p className="text-12 text-muted">
                      {t('setAsideFrom', { kiosk: operation.kioskName, at: momentIn(zone, operation.receivedAt, now) })}
                      {nameIn(operation.raw) && <> · <bdi>{nameIn(operation.raw)}</bdi></>}
                    </p>
                  </div>
                  <Button disabled={busy === operation.id} onClick={() => void resolve(operation, 'retry')}>{t('tryAgain')}</Button>
                  <Button kind="bad" disabled={busy === operation.id} onClick={() => setEnding(operation)}>{t('dismiss')}</Button>
                </div>
                <details className="group">
                  <summary className="flex cursor-pointer list-none items-center gap-1 text-12 text-muted [&::-webkit-details-marker]:hidden">
                    <ChevronRight aria-hidden size={14} className="shrink-0 transition-transform group-open:rotate-90 rtl:not-group-open:rotate-180" />{t('setAsideRaw')}
                  </summary>
                  <p dir="ltr" lang="en" className="mt-2 text-12 text-muted">{operation.reason}</p>
                  <pre dir="ltr" tabIndex={0} className="mt-2 max-h-72 overflow-auto rounded-control border border-line bg-paper p-3 font-mono text-12">
                    {shortened(operation.raw)}
                  </pre>
                </details>
              </div>
            )
          }}
        </Lines>
      </Page>
      {ending && (
        <Confirm
          title={t('dismissTitle')} text={t('dismissText')} verb={t('dismiss')} onClose={() => setEnding(undefined)}
          onYes={() => void resolve(ending, 'dismiss')}
        />
      )}
    </>
  )
}

/** What no code is for, the server says in English. */
const because = ({ code, reason, raw }: Pick<Quarantined, 'code' | 'reason' | 'raw'>): string =>
  code === 'refused' ? t('setAside_refused', { reason }) : code === 'unknown_type' ? t('setAside_unknown_type', { type: typeIn(raw) }) : t(`setAside_${code}`)
function typeIn(raw: unknown): string {
  const type = (raw as { type?: unknown } | null)?.type
  return typeof type === 'string' ? type.slice(0, 40) : '?'
}

function nameIn(raw: unknown): string | undefined {
  const name = (raw as { body?: { name?: unknown } } | null)?.body?.name
  return typeof name === 'string' ? name : undefined
}
/** Pictures are long and say nothing here. */
const shortened = (raw: unknown): string =>
  JSON.stringify(raw, (_, value: unknown) => typeof value === 'string' && value.length > 300 ? `${value.slice(0, 60)}…` : value, 2) ?? ''
