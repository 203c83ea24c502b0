import type { CanaryShown } from '#contract/operations.ts'
import { brief, exact } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { Light } from './light.tsx'
import { card, Section } from './section.tsx'
import { inUnit } from './units.ts'

const lightOf = { ok: 'ok', late: 'warn', failing: 'bad', unwatched: 'unknown', waiting: 'unknown' } as const
const named = { web: 'opsChannel_web', smpp: 'opsChannel_smpp', twilio: 'opsChannel_twilio', email: 'opsChannel_email' } as const

/** What cannot come back is watched by its line. */
const lines: Readonly<Record<string, 'opsCanaryLine' | 'opsCanaryMail' | 'opsCanaryMailFails'>> = { 'smpp ok': 'opsCanaryLine', 'email ok': 'opsCanaryMail', 'email failing': 'opsCanaryMailFails' }

export function Delivery({ canary }: { canary: readonly CanaryShown[] }) {
  const nowMs = useNow()
  return (
    <Section title={t('opsDelivery')} text={t('opsDeliveryText')}>
      <ul className={card}>
        {canary.map((c) => (
          <li key={c.channel} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-13">
            <Light light={lightOf[c.state]} isBrief />
            <span className="min-w-28 font-medium">{c.channel in named ? t(named[c.channel as keyof typeof named]) : c.channel}</span>
            <span className="text-muted">{t(lines[`${c.channel} ${c.state}`] ?? `opsCanary_${c.state}`)}</span>
            {c.latencyMs !== null && <span className="figures">{inUnit(c.latencyMs, 'ms')}</span>}
            {c.why && <span lang="en" dir="auto" className="words text-bad">{c.why}</span>}
            <span className="flex-1" />
            {c.at && <span className="text-12 text-muted" title={exact(c.at)}>{brief(c.at, nowMs)}</span>}
          </li>
        ))}
      </ul>
    </Section>
  )
}
