/** Pairing a screen with its account, done once by staff: eight digits, typed or brought by a link; then the wait until the screen has something to show. */
import type { TargetedEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

export type Paired = 'paired' | 'wrong' | 'later' | 'unreachable'

interface Pairing {
  readonly pair: (code: string) => Promise<Paired>
  readonly t: (key: 'pairHint' | 'pairWrong' | 'pairLater' | 'pairUnreachable') => string
  readonly done?: (() => void) | undefined
}

const problems = { wrong: 'pairWrong', later: 'pairLater', unreachable: 'pairUnreachable' } as const
/** A link may carry the code: whoever made it need not type it again. */
const linkedCode = (): string | undefined => /^#(\d{8})$/.exec(location.hash)?.[1]

/** What the form needs: its submit, and its field with the id `code`, described by the elements `hint` and `problem`. */
export function usePairing({ pair, t, done }: Pairing) {
  const [code, setCode] = useState(() => linkedCode() ?? '')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const tryCode = async (typed: string): Promise<void> => {
    setBusy(true)
    const outcome = await pair(typed)
    setBusy(false)
    if (outcome === 'paired') done?.()
    else setProblem(t(problems[outcome]))
  }
  const linkedRef = useRef(linkedCode())
  useEffect(() => {
    if (linkedRef.current === undefined) return
    history.replaceState(null, '', location.pathname)
    void tryCode(linkedRef.current)
    linkedRef.current = undefined
  })
  const onSubmit = (event: Event): void => {
    event.preventDefault()
    if (code.length !== 8) setProblem(t('pairHint'))
    else if (!isBusy) void tryCode(code)
  }
  const onInput = (event: TargetedEvent<HTMLInputElement>): void => {
    const digits = event.currentTarget.value.replace(/\D/g, '').slice(0, 8)
    event.currentTarget.value = digits
    setCode(digits)
    setProblem(undefined)
  }
  const field = { id: 'code', inputMode: 'numeric', autoComplete: 'one-time-code', maxLength: 9, dir: 'ltr', value: code, 'aria-describedby': 'hint problem', onInput } as const
  return { field, problem, isBusy, onSubmit }
}

const longMs = 5_000
/** True once it has taken so long that the screen should say why. */
export function useLong(): boolean {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), longMs)
    return () => clearTimeout(timer)
  }, [])
  return isLong
}
