/** @jsxImportSource preact */
import { useRef, useState } from 'preact/hooks'
import { useStore } from '#web/ui/preact-store.ts'
import { typeOf } from '../flow/steps.ts'
import { Screen, useHouse } from '../frame.tsx'
import { useWords } from '../words.ts'
import { SignaturePad, typedSignature, type Pad } from './signature.tsx'

export function DocumentQuestion() {
  const { t } = useWords()
  const { flow, kiosk } = useHouse()
  const { draft } = useStore(flow.journey)
  const asked = typeOf(draft, kiosk.state.now.snapshot!)?.document
  const padRef = useRef<Pad>(null)
  const [isTyped, setTyped] = useState(false)
  const [name, setName] = useState('')
  const [isSigned, setSigned] = useState(false)
  const [problem, setProblem] = useState(false)
  if (!asked) return null
  const isReady = isTyped ? name.trim().length > 1 : isSigned
  const sign = (): void => {
    const image = isTyped ? typedSignature(name.trim()) : padRef.current?.image()
    if (!isReady || !image) return setProblem(true)
    flow.answer({ signature: { version: asked.version, image } })
  }
  return (
    <Screen name="document" title={asked.title} wide>
      <div class="paper">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
        <section class="document" tabIndex={0} dir="auto" aria-label={t('documentText')}>{asked.text.split(/\n{2,}/).map((paragraph, i) => <p key={i}>{paragraph}</p>)}</section>
        <div class="sign">
          {isTyped
            ? <label class="typed">{t('signTypedLabel')}<input dir="auto" autoComplete="off" spellcheck={false} maxLength={100} value={name} onInput={(event) => { setName(event.currentTarget.value); setProblem(false) }} /></label>
            : <SignaturePad padRef={padRef} label={t('signHere')} changed={(is) => { setSigned(is); setProblem(false) }} />}
          <div class="choices-small">
            <button type="button" class="link" onClick={() => setTyped(!isTyped)}>{t(isTyped ? 'signDrawn' : 'signTyped')}</button>
            {!isTyped && isSigned && <button type="button" class="link" onClick={() => padRef.current?.clear()}>{t('signAgain')}</button>}
          </div>
          <p class="problem" role="alert">{problem && t('required')}</p>
          <div class="actions"><button type="button" class="main" data-primary onClick={sign}>{t('agree')}</button></div>
        </div>
      </div>
    </Screen>
  )
}
