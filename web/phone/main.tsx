/** @jsxImportSource preact */
import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { phoneFaults, type PhoneMessage } from '#contract/demo-phone.ts'
import { smsParts } from '#contract/sms-parts.ts'
import { isBlank } from '#contract/text.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { line, misbehave, number, send } from './line.ts'
import { t } from './words.ts'
import './phone.css'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const spaced = (n: string): string => n.replace(/^(\+46)(\d\d)(\d{3})(\d\d)(\d+)$/, '$1 $2 $3 $4 $5')

function Phone() {
  const { state, isOffline } = useStore(line)
  const messages = state?.messages ?? []
  const end = useRef<HTMLLIElement>(null)
  useEffect(() => { end.current?.scrollIntoView({ block: 'end' }) }, [messages.length])
  return (
    <main>
      <section class="phone" aria-label={t('hotel')}>
        <header><span class="face" aria-hidden="true">H</span><div><h1>{t('hotel')}</h1><p>{spaced(state?.hotel ?? '')}</p></div></header>
        {isOffline ? <output class="strip">{t('offline')}</output> : state && !state.isBound && <output class="strip">{t('away')}</output>}
        {/* It scrolls, so a keyboard must reach it. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <ol tabIndex={0} aria-label={t('hotel')}>
          {messages.length === 0 && state && <li class="empty">{t('empty')}</li>}
          {messages.map((m) => <Bubble key={m.key} message={m} />)}
          <li ref={end} aria-hidden="true" />
        </ol>
        <Composer />
        <p class="own">{t('yourNumber', { number: spaced(number) })}</p>
      </section>
      <section class="carrier">
        <h2>{t('carrier')}</h2>
        <p>{t('carrierText')}</p>
        {phoneFaults.map((fault) => (
          <label key={fault} htmlFor={fault}>
            <input id={fault} type="checkbox" checked={state?.faults[fault] ?? false} disabled={!state} onChange={(e) => { if (state) void misbehave({ ...state.faults, [fault]: e.currentTarget.checked }) }} />
            <span>{t(fault)}<small>{t(`${fault}Text`)}</small></span>
          </label>
        ))}
      </section>
    </main>
  )
}

function Bubble({ message: { by, text, state, atMs } }: { message: PhoneMessage }) {
  return (
    <li class={by === 'phone' ? 'mine' : 'hotel'}>
      <p dir="auto">{text}</p>
      <small><time dateTime={new Date(atMs).toISOString()}>{clock.format(atMs)}</time>{by === 'phone' && ` · ${t(state === 'taken' ? 'taken' : 'sent')}`}</small>
    </li>
  )
}

function Composer() {
  const [text, setText] = useState('')
  const box = useRef<HTMLTextAreaElement>(null)
  const { parts, used, room } = smsParts(text)
  const go = async (): Promise<void> => {
    if (isBlank(text)) return
    if (await send(text)) setText('')
    box.current?.focus()
  }
  const fill = (words: string): void => { setText(words); box.current?.focus() }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void go() }}>
      <div class="quick">{(['long', 'emoji', 'stop'] as const).map((what) => <button key={what} type="button" onClick={() => fill(t(`${what}Text`))}>{t(what)}</button>)}</div>
      <div class="row">
        <textarea
          ref={box} rows={1} value={text} maxLength={2000} aria-label={t('write')} placeholder={t('write')} dir="auto" onInput={(e) => setText(e.currentTarget.value)}
          onKeyDown={(e) => { if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); void go() } }}
        />
        <button type="submit" class="go" aria-label={t('send')} disabled={isBlank(text)}><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M12 19V5m-6 6 6-6 6 6" fill="none" stroke="currentColor" stroke-width="2.500" stroke-linecap="round" stroke-linejoin="round" /></svg></button>
      </div>
      <output class="count">{text && `${used} / ${room}${parts.length > 1 ? ` · ${t('parts', { n: parts.length })}` : ''}`}</output>
    </form>
  )
}

render(<Phone />, document.getElementById('phone')!)
