/** @jsxImportSource preact */
/** What a visitor is told at the end. "Checked in" stands here only after the log has it on the disk. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useStore } from '#web/ui/preact-store.ts'
import { typeOf } from '../flow/steps.ts'
import { Screen, useHouse } from '../frame.tsx'
import { Check, Person } from '../icons.tsx'
import type { Kiosk } from '../kiosk.ts'
import { givenName } from '../snapshot/names.ts'
import { useWords } from '../words.ts'
import { Badge, printBadge } from './badge.tsx'

function Ending({ name, title, icon, operation, finish = true, children }: { name: string; title: string; icon?: 'good' | 'person'; operation?: string; finish?: boolean; children?: ComponentChildren }) {
  const { t } = useWords()
  const { flow } = useHouse()
  return (
    <Screen name={name} title={title} above={icon && <div class="seal" data-is={icon}>{icon === 'good' ? <Check /> : <Person />}</div>}>
      <div class="ending" data-operation={operation || undefined}>
        {children}
        <div class="actions">{finish && <button type="button" class="main" data-home onClick={flow.reset}>{t('finish')}</button>}</div>
      </div>
    </Screen>
  )
}

const isConnected = ({ state }: Kiosk): boolean => state.now.isReachable && !state.now.isUnpaired
const toldForMs = 10_000
/** Whether the host was told, asked until it is so or ten seconds have passed. */
function useTold(visit: string, isAsked: boolean): 'told' | 'soon' | 'offline' {
  const { kiosk } = useHouse()
  const [told, setTold] = useState<'told' | 'soon' | 'offline'>(isConnected(kiosk) ? 'soon' : 'offline')
  useEffect(() => {
    if (!isAsked) return undefined
    let isOn = true
    const look = async (): Promise<void> => {
      for (const endMs = performance.now() + toldForMs; isOn && performance.now() < endMs;) {
        const known = await kiosk.ask(visit)
        if (!isOn) return
        const isTold = typeof known === 'object' && known.told
        setTold(isTold ? 'told' : known === 'unreachable' ? 'offline' : 'soon')
        if (isTold) return
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
    void look()
    return () => { isOn = false }
  }, [kiosk, visit, isAsked])
  return told
}

export function Done() {
  const { t } = useWords()
  const { flow, kiosk } = useHouse()
  const { draft } = useStore(flow.journey)
  const host = draft.host && givenName(draft.host.name)
  const told = useTold(draft.visit, host !== undefined)
  const hasBadge = typeOf(draft, kiosk.state.now.snapshot!)?.badge === true
  useEffect(() => {
    if (hasBadge) return printBadge()
    return undefined
  }, [hasBadge])
  return (
    <>
      <Ending name="done" icon="good" title={t('doneTitle', { name: givenName(draft.name) })} operation={draft.operation}>
        <output class="lead" data-told={told}>{host && t(told === 'told' ? 'doneTold' : told === 'soon' ? 'doneSoon' : 'doneOffline', { host })}</output>
        {hasBadge && <p class="hint">{t('doneBadge')} <button type="button" class="link" onClick={() => print()}>{t('printAgain')}</button></p>}
      </Ending>
      {hasBadge && <Badge draft={draft} />}
    </>
  )
}

export function Waiting() {
  const { t } = useWords()
  const { flow, kiosk } = useHouse()
  const { draft } = useStore(flow.journey)
  const [state, setState] = useState<'waiting' | 'unreachable' | 'refused'>(isConnected(kiosk) ? 'waiting' : 'unreachable')
  useEffect(() => {
    let isOn = true
    const look = async (): Promise<void> => {
      while (isOn) {
        const known = await kiosk.ask(draft.visit)
        if (!isOn) return
        const status = typeof known === 'object' ? known.status : undefined
        if (status === 'checked_in') {
          kiosk.learn(draft.visit, 'checked_in')
          return flow.go('done')
        }
        setState(status === 'refused' || status === 'cancelled' ? 'refused' : known === 'unreachable' ? 'unreachable' : 'waiting')
        await new Promise((resolve) => setTimeout(resolve, 3000))
      }
    }
    void look()
    return () => { isOn = false }
  }, [kiosk, flow, draft.visit])
  return (
    <Ending name="waiting" icon="person" title={t(state === 'refused' ? 'refusedTitle' : 'waitingTitle')} operation={draft.operation}>
      <output class="lead" data-state={state}>{t(state === 'refused' ? 'receptionHint' : state === 'unreachable' ? 'waitingOffline' : 'waitingHint')}</output>
    </Ending>
  )
}

export function Left() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { draft } = useStore(flow.journey)
  return <Ending name="left" icon="good" title={t('leftTitle', { name: givenName(draft.name) })} operation={draft.operation}><p class="lead">{t('leftHint')}</p></Ending>
}
export function Already() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { draft } = useStore(flow.journey)
  return <Ending name="already" icon="good" title={t('already', { name: givenName(draft.name) })} />
}
export function Reception() {
  const { t } = useWords()
  return <Ending name="reception" icon="person" title={t('receptionTitle')}><p class="lead">{t('receptionHint')}</p></Ending>
}
export function Failed() {
  const { t } = useWords()
  const { flow } = useHouse()
  return (
    <Ending name="failed" icon="person" title={t('failedTitle')} finish={false}>
      <p class="lead">{t('failedHint')}</p>
      <div class="actions"><button type="button" class="main" data-primary onClick={flow.again}>{t('tryAgain')}</button><button type="button" class="other" data-home onClick={flow.reset}>{t('finish')}</button></div>
    </Ending>
  )
}
export function Saving() {
  const { t } = useWords()
  return <Screen name="saving" title={t('saving')} />
}
