/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { sendTranscript } from '#contract/conversations.ts'
import type { Translate } from '#web/ui/catalogue.ts'
import { commandId } from '#web/ui/command-id.ts'
import type { MessengerSentences } from './catalogues/en.ts'
import type { Chat } from './chat.ts'
import { Back } from './icons.tsx'
import { useStore } from '#web/ui/preact-store.ts'
import type { Times } from './times.ts'

type T = Translate<MessengerSentences>
interface Props { chat: Chat; t: T; done: () => void }

/** Nobody is there, and it is not known where an answer may go: asked once, below what was written, one field at a time, and easy to decline. */
export function AskEmail({ chat, t, hasWritten }: { chat: Chat; t: T; hasWritten: boolean }) {
  const { door } = useStore(chat.state)
  const [step, setStep] = useState<'email' | 'name' | 'thanks'>('email')
  const { email, name, anonymous } = chat.device.memory
  const [wasKnown] = useState(email !== undefined)
  if (!hasWritten || wasKnown || anonymous || (step === 'email' && door?.online.length !== 0)) return null
  const decline = (): void => {
    if (step === 'email') chat.device.remember({ anonymous: true })
    setStep('thanks')
  }
  if (step === 'thanks') return email ? <p class="line">{t('reachAt', { email })}</p> : null
  return step === 'email'
    ? <Field key="email" kind="email" ask={t('askEmail')} label={t('email')} value="" act={t('save')} t={t} decline={decline}
        save={async (value) => saved(await chat.identify({ email: value }), () => setStep(name ? 'thanks' : 'name'), t)} />
    : <Field key="name" kind="text" ask={t('askName')} label={t('name')} value="" act={t('save')} t={t} decline={decline} hasFocus
        save={async (value) => saved(await chat.identify({ name: value }), () => setStep('thanks'), t)} />
}

/** The same from the menu: name first, then the address. */
export function LeaveDetails({ chat, t, done }: Props) {
  const [step, setStep] = useState<'name' | 'email'>('name')
  const { name = '', email = '' } = chat.device.memory
  return (
    <Page title={t('menuDetails')} t={t} done={done}>
      {step === 'name'
        ? <Field key="name" kind="text" label={t('name')} value={name} act={t('save')} t={t} hasFocus decline={() => setStep('email')} save={async (value) => saved(await chat.identify({ name: value }), () => setStep('email'), t)} />
        : <Field key="email" kind="email" label={t('email')} value={email} act={t('save')} t={t} hasFocus save={async (value) => saved(await chat.identify({ email: value }), done, t)} />}
    </Page>
  )
}

export function Transcript({ chat, t, time, done }: Props & { time: Times }) {
  const { conversation } = useStore(chat.state)
  const [idFor] = useState(commandId)
  const [sent, setSent] = useState<{ to: string; leaves: boolean }>()
  const send = async (to: string): Promise<string> => {
    if (!conversation) return t('transcriptFailed')
    const outcome = await chat.lodge.call(sendTranscript, { params: { conversation }, body: { id: idFor(to), to } })
    const againMs = !outcome.ok && outcome.code === 'rate_limited' ? outcome.retryAfterMs : undefined
    if (againMs !== undefined) return t('transcriptLimit', { time: time.next(againMs) })
    if (!outcome.ok) return t(outcome.code === 'invalid' ? 'emailWrong' : 'transcriptFailed')
    setSent({ to, leaves: outcome.value.leaves })
    return ''
  }
  return (
    <Page title={t('menuTranscript')} t={t} done={done}>
      {sent
        ? <output class="thanks">{t(sent.leaves ? 'transcriptSent' : 'transcriptKept', { email: sent.to })}</output>
        : <Field kind="email" ask={t('transcriptTo')} label={t('email')} value={chat.device.memory.email ?? ''} act={t('transcriptSend')} t={t} hasFocus save={send} />}
    </Page>
  )
}

function saved(outcome: { ok: boolean; code?: string }, next: () => void, t: T): string {
  if (!outcome.ok) return t(outcome.code === 'invalid' ? 'emailWrong' : 'saveFailed')
  next()
  return ''
}

function Page({ title, t, done, children }: { title: string; t: T; done: () => void; children: ComponentChildren }) {
  return (
    <div class="page">
      <div class="page-head"><button type="button" class="icon-button" aria-label={t('back')} title={t('back')} onClick={done}><Back /></button><h3>{title}</h3></div>
      {children}
    </div>
  )
}

interface FieldProps {
  kind: 'email' | 'text'
  ask?: string
  label: string
  value: string
  act: string
  t: T
  hasFocus?: boolean
  decline?: () => void
  /** Resolves to what went wrong, in words; empty = all is well. */
  save: (value: string) => Promise<string>
}

function Field({ kind, ask, label, value, act, t, hasFocus, decline, save }: FieldProps) {
  const [text, setText] = useState(value)
  const [wrong, setWrong] = useState('')
  const [isBusy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => { if (hasFocus) input.current?.focus() }, [hasFocus])
  const submit = async (): Promise<void> => {
    const given = text.trim()
    if (!given && kind === 'text') return decline?.()   // nobody has to give a name
    if (!given || (kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given))) {
      setWrong(t('emailWrong'))
      input.current?.focus()
      return
    }
    setBusy(true)
    setWrong(await save(given))
    setBusy(false)
  }
  return (
    <form class="field" noValidate onSubmit={(e) => { e.preventDefault(); submit().catch(() => setWrong(t('saveFailed'))) }}>
      {ask && <p>{ask}</p>}
      <label><span class={ask ? 'unseen' : ''}>{label}</span>
        <input ref={input} type={kind as 'email'} name={kind} autocomplete={kind === 'email' ? 'email' as const : 'name' as const} placeholder={ask ? label : ''} maxLength={kind === 'email' ? 254 : 200} value={text} dir="auto"
          aria-invalid={wrong !== ''} onInput={({ currentTarget: e }) => setText(e.value)} />
      </label>
      {wrong && <p class="complaint" role="alert">{wrong}</p>}
      <div class="choices">
        {decline && <button type="button" onClick={decline}>{t('notNow')}</button>}
        <button type="submit" class="primary" disabled={isBusy}>{act}</button>
      </div>
    </form>
  )
}
