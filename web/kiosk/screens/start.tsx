/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks'
import { nameOf } from '#web/ui/place-words.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { ContrastButton, LanguageChoice, Screen, useHouse } from '../frame.tsx'
import { Code, Invited, Lantern, Leave, Warning, Wave } from '../icons.tsx'
import { codeIn } from '../snapshot/find.ts'
import { useWords } from '../words.ts'

const oldMs = 5 * 60_000

export function Start({ pairAgain }: { pairAgain: () => void }) {
  const { t, time, date } = useWords()
  const { kiosk, flow, hasCamera } = useHouse()
  const { snapshot, isUnpaired, notice, listedAtMs = 0, offsetMs = 0 } = useStore(kiosk.state)
  const { isWrong } = useStore(flow.journey)
  const nowMs = useNow()
  useHandScanner(flow.code)
  const isOld = nowMs - listedAtMs > oldMs
  return (
    <Screen name="start" title={t('welcome', { place: snapshot!.account })} bar={<Languages />} wide>
      <p class="clock"><span>{time(nowMs + offsetMs)}</span> {date(nowMs + offsetMs)}</p>
      <nav class="doors" aria-label={t('welcome', { place: snapshot!.account })}>
        <button type="button" class="door main" data-begin="expected" onClick={() => flow.begin('expected')}><Invited /><span><b>{t('expected')}</b><small>{t('expectedHint')}</small></span></button>
        <button type="button" class="door" data-begin="walkIn" onClick={() => flow.begin('walkIn')}><Wave /><span><b>{t('walkIn')}</b><small>{t('walkInHint')}</small></span></button>
        {hasCamera && <button type="button" class="other" onClick={() => { flow.begin('expected'); flow.go('scan') }}><Code /><span>{t('scan')}</span></button>}
        <button type="button" class="other" data-begin="leaving" onClick={() => flow.begin('leaving')}><Leave /><span>{t('checkOut')}</span></button>
      </nav>
      <Lantern />
      <p class="problem" role="alert">{isWrong && t('scanUnknown')}</p>
      <footer class="foot">
        {notice && <output class="notice" dir="auto"><b>{notice.title}</b> {notice.text.slice(0, 240)}</output>}
        {isOld && <span data-age>{t('listOf', { time: time(listedAtMs + offsetMs) })}</span>}
        {isUnpaired && <span class="warn"><Warning />{t('unpaired')} <button type="button" class="link" onClick={pairAgain}>{t('pairAgain')}</button></span>}
      </footer>
    </Screen>
  )
}

function Languages() {
  const { t, language } = useWords()
  const { languages, speak } = useHouse()
  return (
    <header class="bar">
      <fieldset class="row">
        <legend class="unseen">{t('language')}</legend>
        {languages.length > 1 && languages.map((l) => <button key={l} type="button" class="quiet" lang={l} aria-pressed={l === language} onClick={() => speak(l)}>{nameOf(l)}</button>)}
      </fieldset>
      <LanguageChoice />
      <ContrastButton />
    </header>
  )
}

function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}

/** A scanner in the hand is a keyboard that types fast and ends with Enter. */
function useHandScanner(code: (text: string) => void): void {
  useEffect(() => {
    let typed = ''
    let atMs = 0
    const pressed = (event: KeyboardEvent): void => {
      if (event.timeStamp - atMs > 300) typed = ''
      atMs = event.timeStamp
      if (event.key.length === 1) typed += event.key
      if (event.key !== 'Enter' || codeIn(typed) === undefined) return
      event.preventDefault()
      code(typed)
      typed = ''
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [code])
}
