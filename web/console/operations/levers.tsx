import { useState } from 'react'
import { pauseWork, withdrawInvitations, type OperationsBoard, type Pausable } from '#contract/operations.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../live/live-context.ts'
import { went } from '../settings/page.tsx'
import { Confirm } from '../shell/confirm.tsx'
import { t } from '../words.ts'
import { card, Section } from './section.tsx'

type Kind = NonNullable<OperationsBoard['classes']>[number]

/** Pausing asks, since others feel it at once; resuming does not. */
export function Levers({ classes, invitations, isStill }: { classes: readonly Kind[]; invitations: OperationsBoard['invitations']; isStill: boolean }) {
  const { lodge } = useLive()
  const [asked, setAsked] = useState<Pausable>()
  async function set(kind: Pausable, isPaused: boolean): Promise<void> {
    if (kind === 'invitations') went(await lodge.call(withdrawInvitations, { body: { isWithdrawn: isPaused } }))
    else went(await lodge.call(pauseWork, { params: { kind }, body: { isPaused } }))
  }
  return (
    <Section title={t('opsWork')} text={t('opsWorkText')}>
      <ul className={card}>
        {classes.map(({ kind, isPaused, hasGivenWay }) => {
          const name = t(`opsWork_${kind}`), isLever = kind === 'invitations'
          const on = t(isLever ? 'opsWithdraw' : 'opsPause'), back = t(isLever ? 'opsAllow' : 'opsResume')
          return (
            <li key={kind} className="flex items-center gap-3 py-2 ps-4 pe-2 text-13">
              <span className="min-w-0 flex-1"><span className="font-medium">{name}</span>{isLever && invitations?.isWithdrawn && invitations.why && <span dir="auto" className="block text-12 text-muted">{invitations.why}</span>}</span>
              <span className={isPaused || hasGivenWay ? 'text-warn' : 'text-muted'}>{t(isPaused ? 'opsPaused' : hasGivenWay ? 'opsGaveWay' : 'opsRuns')}</span>
              {isPaused
                ? <Button disabled={isStill} aria-label={t('opsVerbNamed', { verb: back, name })} onClick={() => void set(kind, false)}>{back}</Button>
                : <Button disabled={isStill} aria-label={t('opsVerbNamed', { verb: on, name })} onClick={() => setAsked(kind)}>{on}</Button>}
            </li>
          )
        })}
      </ul>
      {asked && (
        <Confirm
          title={asked === 'invitations' ? t('opsWithdrawTitle') : t('opsPauseTitle', { name: t(`opsWork_${asked}`) })} text={t(asked === 'invitations' ? 'opsWithdrawText' : 'opsPauseText')}
          verb={t(asked === 'invitations' ? 'opsWithdraw' : 'opsPause')} bad={false} onYes={() => void set(asked, true)} onClose={() => setAsked(undefined)}
        />
      )}
    </Section>
  )
}
