/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Panel } from './panel.ts'
import { useWords } from './words.ts'

const problems = { wrong: 'pairWrong', later: 'pairLater', unreachable: 'pairUnreachable' } as const
/** A link may carry the code: whoever made it need not type it again. */
const linkedCode = (): string | undefined => /^#(\d{8})$/.exec(location.hash)?.[1]

export function Pairing({ panel, children }: { panel: Panel; children: ComponentChildren }) {
  const { t } = useWords()
  const [code, setCode] = useState(() => linkedCode() ?? '')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const pair = async (typed = code): Promise<void> => {
    setBusy(true)
    const outcome = await panel.pair(typed)
    setBusy(false)
    if (outcome !== 'paired') setProblem(t(problems[outcome]))
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
    <main class="pairing" data-screen="pairing">
      <h1><label for="code">{t('pairTitle')}</label></h1>
      <p id="hint">{t('pairHint')}</p>
      <form noValidate onSubmit={given}>
        <input id="code" inputMode="numeric" autoComplete="one-time-code" maxLength={9} dir="ltr" value={code} aria-describedby="hint problem"
          onInput={(event) => {
            const digits = event.currentTarget.value.replace(/\D/g, '').slice(0, 8)
            event.currentTarget.value = digits
            setCode(digits)
            setProblem(undefined)
          }} />
        <p class="problem" id="problem" role="alert">{problem}</p>
        <button type="submit" class="main" aria-disabled={isBusy}>{t('pair')}</button>
      </form>
      {children}
    </main>
  )
}

const longMs = 5_000
export function Fetching() {
  const { t } = useWords()
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), longMs)
    return () => clearTimeout(timer)
  }, [])
  return <main class="pairing" data-screen="fetching"><h1>{t('fetching')}</h1><output>{isLong && t('fetchingLong')}</output></main>
}
