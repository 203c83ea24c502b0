import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BatteryCharging, BatteryMedium, CircleCheck, Ellipsis, Plus, Tablet, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { unpairKiosk, type Kiosk } from '#contract/kiosks.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { MenuItem, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { useLive } from '../live/live-context.ts'
import { kiosksQuery, quarantineQuery, useLocations } from '../live/queries.ts'
import { Confirm } from '../shell/confirm.tsx'
import { tell, why } from '../shell/notices.ts'
import { useNow } from '../use-now.ts'
import { ageOf } from '../visits/when.ts'
import { t } from '../words.ts'
import { KioskCode } from './kiosk-code.tsx'
import { NeedsLocation } from './needs-location.tsx'
import { Lines, Page } from './page.tsx'

export function Kiosks() {
  const { lodge, session, queries } = useLive()
  const query = useQuery(kiosksQuery(lodge.call))
  const { data: setAside = [] } = useQuery(quarantineQuery(lodge.call))
  const locations = useLocations()
  const now = useNow()
  const [pairing, setPairing] = useState<Kiosk | 'new'>()
  const [ending, setEnding] = useState<{ kiosk: Kiosk; evenUnsent: boolean }>()
  const isAdmin = session.user.role === 'admin'
  const first = locations[0]

  const unpair = async (kiosk: Kiosk, evenUnsent: boolean): Promise<void> => {
    const outcome = await lodge.call(unpairKiosk, { params: { kiosk: kiosk.id }, query: evenUnsent ? { evenUnsent } : {} })
    void queries.invalidateQueries({ queryKey: ['kiosks'] })
    if (outcome.ok) tell(t('didUnpair', { name: kiosk.name }))
    // What would be lost is named, and given up only by a second yes.
    else if (outcome.code === 'has_unsent') setEnding({ kiosk, evenUnsent: true })
    else tell(why(outcome.code), { failed: true })
  }
  return (
    <Page
      title={t('settingsKiosks')} text={t('settingsKiosksText')}
      action={isAdmin && first && <Button kind="primary" icon={<Plus size={16} />} onClick={() => setPairing('new')}>{t('kioskNew')}</Button>}
    >
      {setAside.length > 0 && (
        <p className="mb-4 flex items-center gap-3 rounded-card border border-line bg-raised px-4 py-3 text-13">
          <TriangleAlert aria-hidden size={16} className="shrink-0 text-warn" /><span className="flex-1">{t('quarantineNotice', { n: setAside.length })}</span>
          <Link to="/settings/set-aside" className="font-medium text-accent-ink underline underline-offset-2">{t('quarantineLook')}</Link>
        </p>
      )}
      {query.data && !first && <NeedsLocation text={t('kioskNeedsLocation')} />}
      <Lines
        query={query}
        lines={query.data?.filter((k) => k.state !== 'unpaired').toSorted((a, b) => Number(Boolean(b.alarm)) - Number(Boolean(a.alarm)) || a.name.localeCompare(b.name))}
        empty={t('kiosksEmpty')}
      >
        {(kiosk) => (
          <div className="flex flex-col gap-2 p-4">
            <div className="flex items-center gap-3">
              <Tablet aria-hidden size={20} className="shrink-0 text-muted" />
              <h3 className="min-w-0 flex-1 truncate font-medium"><bdi>{kiosk.name}</bdi></h3>
              <Light kiosk={kiosk} now={now} />
              {isAdmin && (
                <MenuRoot>
                  <MenuTrigger
                    aria-label={t('actionsFor', { who: kiosk.name })}
                    className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-raised"
                  >
                    <Ellipsis size={16} />
                  </MenuTrigger>
                  <MenuSheet>
                    <MenuItem onSelect={() => setPairing(kiosk)}>{t('kioskPairAnew')}</MenuItem>
                    <MenuItem bad onSelect={() => setEnding({ kiosk, evenUnsent: false })}>{t('kioskUnpair')}</MenuItem>
                  </MenuSheet>
                </MenuRoot>
              )}
            </div>
            <p className="ms-8 -mt-1 text-12 text-muted">{[locations.find((l) => l.id === kiosk.location)?.name, ...facts(kiosk)].filter(Boolean).join(' · ')}</p>
            {advice(kiosk, now) && <p className="ms-8 rounded-control bg-raised px-3 py-2 text-13">{advice(kiosk, now)}</p>}
          </div>
        )}
      </Lines>
      {pairing && first && (
        <KioskCode id={pairing === 'new' ? newId() : pairing.id} kiosk={pairing === 'new' ? undefined : pairing} onClose={() => setPairing(undefined)} />
      )}
      {ending && (
        <Confirm
          title={ending.evenUnsent ? t('unpairUnsentTitle', { n: ending.kiosk.unsent }) : t('unpairTitle', { name: ending.kiosk.name })} text={ending.evenUnsent ? t('unpairUnsentText') : t('unpairText')}
          verb={ending.evenUnsent ? t('unpairUnsent') : t('kioskUnpair')} onClose={() => setEnding(undefined)}
          onYes={() => {
            const { kiosk, evenUnsent } = ending
            setTimeout(() => void unpair(kiosk, evenUnsent))
          }}
        />
      )}
    </Page>
  )
}

function Light({ kiosk, now }: { kiosk: Kiosk; now: number }) {
  const { state, alarm, seenAt, battery } = kiosk
  const since = seenAt ? ageOf(Date.parse(seenAt), now) : undefined
  const text = state === 'pairing' ? t('kioskPairing') : state === 'online' ? t('kioskOnline') : since ? t('kioskSilent', { age: since }) : t('kioskNever')
  const isLow = battery && !battery.charging && battery.percent <= 20
  return (
    <span className="flex shrink-0 items-center gap-3 text-13">
      {battery && (
        <span
          className={cx('figures flex items-center gap-1 text-12', isLow ? 'text-warn' : 'text-muted')}
          title={battery.charging ? t('kioskCharging') : t('kioskBattery')}
        >
          {battery.charging ? <BatteryCharging aria-hidden size={16} /> : <BatteryMedium aria-hidden size={16} />}{t('percent', { n: battery.percent })}
        </span>
      )}
      <span className={cx('flex items-center gap-1.5', alarm ? 'text-warn' : state === 'online' ? 'text-good' : 'text-muted')}>
        {alarm ? <TriangleAlert aria-hidden size={14} /> : state === 'online' ? <CircleCheck aria-hidden size={14} /> : null}{text}
      </span>
    </span>
  )
}

/** Version, storage, clock: what is as it should be stays small. */
function facts({ app, storage, unsent, skewMs }: Kiosk): (string | false)[] {
  return [
    app ? t('kioskVersion', { version: app }) : false,
    unsent > 0 && t('kioskUnsent', { n: unsent }),
    storage && storage.quotaBytes > 0 ? t('kioskStorage', { n: Math.ceil(storage.usedBytes / storage.quotaBytes * 100) }) : false,
    skewMs !== null && Math.abs(skewMs) > skewWorthMs && t('kioskSkew', { age: ageOf(0, Math.abs(skewMs)) }),
  ]
}
/** The clock of a device is corrected by what was measured; from here on it is worth setting. */
const skewWorthMs = 120_000

/** One calm sentence: what it means, and what to do. */
function advice({ alarm, state, seenAt, unsent, oldestUnsentMs, missing, battery, storage }: Kiosk, now: number): string | undefined {
  const age = seenAt ? ageOf(Date.parse(seenAt), now) : ''
  if (alarm === 'silent' && seenAt) return unsent > 0 ? t('adviceSilentUnsent', { n: unsent, age }) : t('adviceSilent', { age })
  if (alarm === 'unsent') return t('adviceUnsent', { n: unsent, age: ageOf(0, oldestUnsentMs ?? 0) })
  if (alarm === 'missing') return t('adviceMissing', { n: missing })
  if (state === 'pairing' || !seenAt) return t('advicePairing')
  if (battery && !battery.charging && battery.percent <= 20) return t('adviceBattery', { n: battery.percent })
  if (storage && !storage.persisted) return t('adviceStorage')
  return undefined
}
