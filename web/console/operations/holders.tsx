import { useState } from 'react'
import { endHolder, type HolderShown } from '#contract/operations.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../live/live-context.ts'
import { went } from '../settings/page.tsx'
import { Confirm } from '../shell/confirm.tsx'
import { exact } from '../times.ts'
import { t } from '../words.ts'
import { card, Section } from './section.tsx'
import { inUnit } from './units.ts'

export function Holders({ holders, isStill }: { holders: readonly HolderShown[]; isStill: boolean }) {
  const { lodge } = useLive()
  const [ending, setEnding] = useState<HolderShown>()
  return (
    <Section title={t('opsHolders')}>
      {holders.length === 0 && <p className={`${card} px-4 py-3 text-13 text-muted`}>{t('opsHoldersNone')}</p>}
      {holders.length > 0 && (
        <ul className={card}>
          {holders.map((h) => (
            <li key={h.id} className="flex flex-col gap-1 py-2 ps-4 pe-2 text-13">
              <div className="flex items-center gap-3">
                <span lang="en" className="min-w-0 flex-1 truncate font-medium">{h.label}</span>
                {h.isLate && <span className="text-warn">{t('opsLate')}</span>}
                <span className="figures text-muted" title={exact(h.since)}>{t('opsHeldFor', { age: inUnit(h.heldMs, 'ms') })}</span>
                {h.canEnd && <Button disabled={isStill} aria-label={t('opsEndNamed', { name: h.label })} onClick={() => setEnding(h)}>{t('opsEnd')}</Button>}
              </div>
              <details><summary className="cursor-pointer text-12 text-muted">{t('opsStack')}</summary><pre tabIndex={0} dir="ltr" className="mt-1 overflow-x-auto rounded-control bg-raised p-2 text-12">{h.stack}</pre></details>
            </li>
          ))}
        </ul>
      )}
      {ending && (
        <Confirm
          title={t('opsEndTitle', { name: ending.label })} text={t('opsEndText')} verb={t('opsEnd')}
          onYes={() => void lodge.call(endHolder, { params: { holder: ending.id } }).then((outcome) => went(outcome, t('didEnd')))} onClose={() => setEnding(undefined)}
        />
      )}
    </Section>
  )
}
