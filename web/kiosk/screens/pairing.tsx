/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Screen, useHouse } from '../frame.tsx'
import { Lantern } from '../icons.tsx'
import { useWords } from '../words.ts'

const problems = { wrong: 'pairWrong', later: 'pairLater', unreachable: 'pairUnreachable' } as const

/** A link may carry the code: whoever made it need not type it again. */
const linkedCode = (): string | undefined => /^#(\d{8})$/.exec(location.hash)?.[1]

export function Pairing({ done, leave }: { done: () => void; leave?: () => void }) {
  const { t } = useWords()
  const { kiosk } = useHouse()
  const [code, setCode] = useState(() => linkedCode() ?? '')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const pair = async (typed = code): Promise<void> => {
    setBusy(true)
    const outcome = await kiosk.pair(typed)
    setBusy(false)
    if (outcome === 'paired') done()
    else setProblem(t(problems[outcome]))
  }
  const linkedRef = useRef(linkedCode())
  useEffect(() => {
    if (linkedRef.current === undefined) return
    history.replaceState(null, '', location.pathname)
    void pair(linkedRef.current)
    linkedRef.current = undefined
  })
  const given = (event: Event): void => {
    event.preventDefault()
    if (code.length !== 8) setProblem(t('pairHint'))
    else if (!isBusy) void pair()
  }
  return (
    <Screen name="pairing" title={t('pairTitle')} labels="code" focus="field">
      <form class="question" noValidate onSubmit={given}>
        <p class="hint" id="hint">{t('pairHint')}</p>
        <input id="code" class="digits" inputMode="numeric" autoComplete="one-time-code" maxLength={9} dir="ltr" value={code} aria-describedby="hint problem"
          onInput={(event) => {
            const digits = event.currentTarget.value.replace(/\D/g, '').slice(0, 8)
            event.currentTarget.value = digits
            setCode(digits)
            setProblem(undefined)
          }} />
        <p class="problem" id="problem" role="alert">{problem}</p>
        <div class="actions">
          <button type="submit" class="main" data-primary aria-disabled={isBusy}>{t('pair')}</button>
          {leave && <button type="button" class="other" onClick={leave}>{t('back')}</button>}
        </div>
      </form>
    </Screen>
  )
}

export function Fetching() {
  const { t } = useWords()
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 5000)
    return () => clearTimeout(timer)
  }, [])
  return <Screen name="fetching" title={t('fetching')}><output class="lead">{isLong && t('fetchingLong')}</output><Lantern /></Screen>
}

export function Broken() {
  const { t } = useWords()
  return <Screen name="broken" title={t('brokenTitle')}><p class="lead">{t('brokenHint')}</p></Screen>
}
