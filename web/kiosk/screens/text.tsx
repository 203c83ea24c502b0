/** @jsxImportSource preact */
/** A question that is answered by one line of text. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Screen } from '../frame.tsx'
import { useWords } from '../words.ts'

interface Props {
  name: string
  title: string
  hint?: string
  value: string
  /** What the button says beside "Next"; `leaveOut` while nothing is typed. */
  action?: string
  leaveOut?: string
  isOptional?: boolean
  /** What is wrong with an answer. */
  check?: (text: string) => string | undefined
  /** What was wrong with the last one. */
  wrong?: string | undefined
  input?: { inputMode?: 'email' | 'tel'; autoCapitalize?: 'none'; maxLength?: number }
  children?: ComponentChildren
  answer: (text: string) => void
}

export function TextQuestion({ name, title, hint, value, action, leaveOut, isOptional, check, wrong, input, children, answer }: Props) {
  const { t } = useWords()
  const [text, setText] = useState(value)
  const [problem, setProblem] = useState<string>()
  const shown = problem ?? wrong
  const given = (event: Event): void => {
    event.preventDefault()
    const answered = text.trim()
    const found = answered === '' ? (isOptional ? undefined : t('required')) : check?.(answered)
    setProblem(found)
    if (found === undefined) answer(answered)
  }
  return (
    <Screen name={name} title={title} labels="answer" focus="field">
      <form class="question" noValidate onSubmit={given}>
        {hint && <p class="hint" id="hint">{hint}</p>}
        <input
          id="answer" dir="auto" autoComplete="off" autoCorrect="off" spellcheck={false} autoCapitalize="words" enterKeyHint="next" maxLength={200} {...input}
          aria-describedby={[hint && 'hint', shown && 'problem'].filter(Boolean).join(' ') || undefined} aria-invalid={shown ? true : undefined} aria-required={!isOptional || undefined}
          value={text} onInput={(event) => { setText(event.currentTarget.value); setProblem(undefined) }}
        />
        <p class="problem" id="problem" role="alert">{shown}</p>
        <div class="actions">
          <button type="submit" class="main" data-primary>{isOptional && text.trim() === '' ? leaveOut ?? t('skip') : action ?? t('next')}</button>
          {children}
        </div>
      </form>
    </Screen>
  )
}
