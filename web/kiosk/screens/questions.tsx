/** @jsxImportSource preact */
import { useStore } from '#web/ui/preact-store.ts'
import { fieldValue, withField } from '../flow/draft.ts'
import { typeOf, walkInTypes } from '../flow/steps.ts'
import { Screen, useHouse } from '../frame.tsx'
import { dayAt, findByName, findLeaving } from '../snapshot/find.ts'
import { discreet, givenName } from '../snapshot/names.ts'
import { useWords } from '../words.ts'
import { TextQuestion } from './text.tsx'

const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
const emailInput = { inputMode: 'email', autoCapitalize: 'none', maxLength: 254 } as const

export function NameQuestion() {
  const { t } = useWords()
  const { flow, kiosk } = useHouse()
  const { draft } = useStore(flow.journey)
  const remembers = draft.kind === 'walkIn' && kiosk.state.now.snapshot!.returning.length > 0
  return (
    <TextQuestion name="name" title={t('nameTitle')} hint={t(draft.kind === 'expected' ? 'nameHint' : 'nameWalkInHint')} value={draft.name} answer={(name) => flow.answer({ name })}>
      {remembers && <button type="button" class="other" onClick={() => flow.go('email')}>{t('beenHere')}</button>}
    </TextQuestion>
  )
}

export function EmailQuestion() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { draft, isWrong } = useStore(flow.journey)
  return <TextQuestion name="email" title={t('emailTitle')} hint={t('emailHint')} value={draft.email} input={emailInput} wrong={isWrong ? t('emailUnknown') : undefined}
    check={(text) => looksLikeEmail(text) ? undefined : t('emailWrong')} answer={flow.email} />
}

export function CompanyQuestion() {
  const { t } = useWords()
  const { flow, kiosk } = useHouse()
  const { draft } = useStore(flow.journey)
  const { snapshot } = kiosk.state.now
  const isWalkIn = draft.kind === 'walkIn'
  // Of several of one name who have a company, one may have none: that is an answer too.
  const isOptional = isWalkIn || (draft.kind === 'leaving' ? findLeaving(snapshot!, kiosk.locals, draft.name, '') : findByName(snapshot!, kiosk.locals, draft.name, kiosk.now(), '')).is === 'one'
  return <TextQuestion name="company" title={t('companyTitle')} hint={t(isWalkIn ? 'optional' : 'companySeveral')} value={draft.company} isOptional={isOptional} answer={(company) => flow.answer({ company })} />
}

export function HostQuestion() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { draft } = useStore(flow.journey)
  return <TextQuestion name="host" title={t('hostTitle')} hint={t('hostHint')} value={draft.hostName} isOptional leaveOut={t('hostNobody')} answer={(hostName) => flow.answer({ hostName })} />
}

export function FieldQuestion({ field }: { field: string }) {
  const { t } = useWords()
  const { flow, kiosk } = useHouse()
  const { draft } = useStore(flow.journey)
  const asked = typeOf(draft, kiosk.state.now.snapshot!)?.fields.find(({ key }) => key === field)
  const input = field === 'email' ? emailInput : field === 'phone' ? { inputMode: 'tel', maxLength: 40 } as const : { maxLength: 500 }
  return <TextQuestion key={field} name="field" title={asked?.label ?? field} {...(!asked?.required && { hint: t('optional') })} isOptional={!asked?.required} value={fieldValue(draft, field)} input={input}
    check={(text) => field !== 'email' || looksLikeEmail(text) ? undefined : t('emailWrong')} answer={(value) => flow.answer(withField(draft, field, value))} />
}

export function RememberQuestion() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { draft } = useStore(flow.journey)
  return (
    <TextQuestion name="remember" title={t('rememberTitle')} hint={`${t('rememberHint')} ${t('emailTitle')}`} value={draft.email} input={emailInput} isOptional leaveOut={t('rememberNo')} action={t('rememberYes')}
      check={(text) => looksLikeEmail(text) ? undefined : t('emailWrong')} answer={(email) => flow.answer({ email, remember: email !== '' })}>
      {draft.email !== '' && <button type="button" class="other" onClick={() => flow.answer({ remember: false })}>{t('rememberNo')}</button>}
    </TextQuestion>
  )
}

export function TypeQuestion() {
  const { t } = useWords()
  const { flow, kiosk } = useHouse()
  return (
    <Screen name="type" title={t('typeTitle')}>
      <div class="choices">
        {walkInTypes(kiosk.state.now.snapshot!).map((type) => <button key={type.id} type="button" class="choice" data-primary dir="auto" onClick={() => flow.answer({ type })}>{type.name}</button>)}
      </div>
    </Screen>
  )
}

export function ConfirmQuestion() {
  const { t, time } = useWords()
  const { flow, kiosk } = useHouse()
  const { draft } = useStore(flow.journey)
  const who = discreet(draft.name)
  if (draft.kind === 'leaving') return (
    <Screen name="confirm" title={t('leaveConfirm', { who })}>
      <div class="actions"><button type="button" class="main" data-primary onClick={() => flow.answer()}>{t('leaveYes')}</button><button type="button" class="other" onClick={flow.back}>{t('confirmNo')}</button></div>
    </Screen>
  )
  const { found } = draft
  const host = draft.host && givenName(draft.host.name)
  const at = found?.expectedAt ? time(Date.parse(found.expectedAt)) : undefined
  const isToday = found?.day === dayAt(kiosk.state.now.snapshot!.location.zone, kiosk.now())
  return (
    <Screen name="confirm" title={t('confirmTitle')}>
      <p class="lead">{!isToday ? t('confirmTomorrow', { who }) : host && at ? t('confirmHostTime', { who, host, time: at }) : host ? t('confirmHost', { who, host }) : at ? t('confirmTime', { who, time: at }) : t('confirmName', { who })}</p>
      <div class="actions"><button type="button" class="main" data-primary onClick={() => flow.answer()}>{t('confirmYes')}</button><button type="button" class="other" onClick={flow.back}>{t('confirmNo')}</button></div>
    </Screen>
  )
}

export function Unknown() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { draft } = useStore(flow.journey)
  const isLeaving = draft.kind === 'leaving'
  return (
    <Screen name="unknown" title={t('unknownTitle')}>
      <p class="lead">{isLeaving ? t('unknownLeaving') : t('unknownHint', { name: draft.name })}</p>
      <div class="actions">
        <button type="button" class="main" data-primary onClick={flow.back}>{t('tryAgain')}</button>
        {!isLeaving && <button type="button" class="other" onClick={flow.asWalkIn}>{t('unknownVisiting')}</button>}
        <button type="button" class="other" onClick={() => flow.go('reception')}>{t('toReception')}</button>
      </div>
    </Screen>
  )
}

export function UnknownHost() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { draft } = useStore(flow.journey)
  return (
    <Screen name="unknown-host" title={t('hostUnknownTitle')}>
      <p class="lead">{t('hostUnknownHint', { name: draft.hostName })}</p>
      <div class="actions"><button type="button" class="main" data-primary onClick={flow.back}>{t('tryAgain')}</button><button type="button" class="other" onClick={flow.leaveOutHost}>{t('hostWithout')}</button></div>
    </Screen>
  )
}
