/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Translate } from '#web/ui/catalogue.ts'
import type { MessengerSentences } from './catalogues/en.ts'
import type { Chat } from './chat.ts'
import { Composer } from './composer.tsx'
import { LeaveDetails, Transcript } from './details.tsx'
import { Head } from './head.tsx'
import { Offline } from './icons.tsx'
import type { Invitation } from './invitation.ts'
import type { Speech } from './speech.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { StatusNotice } from './status-notice.tsx'
import { Thread } from './thread.tsx'
import { times } from './times.ts'
import style from './panel.css?inline'

export { style }

interface Props {
  chat: Chat
  speech: Speech
  t: Translate<MessengerSentences>
  isOpen: boolean
  /** Opened by the visitor just now: the line to write takes the focus. */
  focus: boolean
  close: () => void
  /** The invitation that was accepted. */
  invitation: Invitation | undefined
}

/** The open messenger. It stays in the document while closed, so that nothing half written or half uploaded is lost. */
export function Panel({ chat, speech, t, isOpen, focus, close, invitation }: Props) {
  const state = useStore(chat.state)
  const [page, setPage] = useState<'thread' | 'transcript' | 'details'>('thread')
  const panelRef = useRef<HTMLDialogElement>(null)
  const time = useMemo(() => times(speech.language, t, Date.now), [speech.language, t])
  const isNarrow = useNarrow()
  useKeyboardInset(panelRef, isOpen && isNarrow)
  useLayoutEffect(() => {
    if (isOpen && focus) panelRef.current?.querySelector('textarea')?.focus()
  }, [isOpen, focus])
  useKeys(panelRef, (event) => {
    if (event.key === 'Tab' && isNarrow) keepFocus(event, panelRef.current)
    if (event.key === 'Escape' && !event.isComposing) {
      if (page === 'thread') close()
      else setPage('thread')
    }
  })
  return (
    <dialog ref={panelRef} class="panel" open={isOpen} aria-modal={isNarrow || undefined} aria-label={state.door?.inbox.name ?? t('openPanel')}>
      <Head chat={chat} t={t} time={time} language={speech.language} close={close} turnTo={setPage} />
      <StatusNotice lodge={chat.lodge} time={time} t={t} />
      {page === 'thread' && (
        <>
          <Thread chat={chat} t={t} language={speech.language} time={time} invitation={invitation} isOpen={isOpen} />
          {(state.offline || state.ended) && <output class="quiet"><Offline sizePx={14} />{t(state.ended ? 'ended' : state.isKept ? 'offline' : 'offlineUnkept')}</output>}
        </>
      )}
      <Composer chat={chat} t={t} language={speech.language} invitation={invitation} isHidden={page !== 'thread'} />
      {page === 'transcript' && <Transcript chat={chat} t={t} time={time} done={() => setPage('thread')} />}
      {page === 'details' && <LeaveDetails chat={chat} t={t} done={() => setPage('thread')} />}
    </dialog>
  )
}

const kinds = ['keydown', 'keypress', 'keyup'] as const

/** Keys pressed in the panel stay in it: the host page's own shortcuts are not for what is typed here. */
function useKeys(panelRef: { readonly current: HTMLElement | null }, fn: (event: KeyboardEvent) => void): void {
  const latestRef = useRef(fn)
  useEffect(() => { latestRef.current = fn })
  useEffect(() => {
    const panel = panelRef.current
    const pressed = (event: KeyboardEvent): void => {
      event.stopPropagation()
      if (event.type === 'keydown') latestRef.current(event)
    }
    for (const kind of kinds) panel?.addEventListener(kind, pressed)
    return () => { for (const kind of kinds) panel?.removeEventListener(kind, pressed) }
  }, [panelRef])
}

const narrow = '(max-width: 480px), (max-height: 440px)'
function useNarrow(): boolean {
  const query = useMemo(() => matchMedia(narrow), [])
  const [is, set] = useState(query.matches)
  useEffect(() => {
    const changed = (): void => set(query.matches)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }, [query])
  return is
}

/** On a phone the on-screen keyboard covers the page without making it smaller; the panel follows what is really visible. */
function useKeyboardInset(panelRef: { readonly current: HTMLElement | null }, isOn: boolean): void {
  useEffect(() => {
    const [viewport, style] = [window.visualViewport, panelRef.current?.style]
    if (!isOn || !viewport || !style) return undefined
    const fit = (): void => {
      style.setProperty('--visible-height', `${viewport.height}px`)
      style.setProperty('--visible-top', `${viewport.offsetTop}px`)
    }
    fit()
    viewport.addEventListener('resize', fit)
    viewport.addEventListener('scroll', fit)
    return () => {
      viewport.removeEventListener('resize', fit)
      viewport.removeEventListener('scroll', fit)
    }
  }, [panelRef, isOn])
}

/** Where the panel covers the whole page, Tab goes round in it. */
function keepFocus(event: KeyboardEvent, panel: HTMLElement | null): void {
  const stops = [...panel?.querySelectorAll<HTMLElement>('button:not(:disabled), a[href], textarea, input:not([type=file]), [tabindex="0"]') ?? []].filter((e) => e.offsetParent !== null)
  const active = (panel?.getRootNode() as ShadowRoot | undefined)?.activeElement
  const [first, last] = [stops[0], stops.at(-1)]
  if (!first || !last || active !== (event.shiftKey ? first : last)) return
  event.preventDefault()
  const next = event.shiftKey ? last : first
  next.focus()
}
