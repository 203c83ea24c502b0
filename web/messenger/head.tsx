/** @jsxImportSource preact */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Translate } from '#web/ui/catalogue.ts'
import type { MessengerSentences } from './catalogues/en.ts'
import type { Chat } from './chat.ts'
import { Clock, Close, Fresh, Lantern, Mail, More, Person } from './icons.tsx'
import { useStore } from '#web/ui/preact-store.ts'
import type { Times } from './times.ts'

interface Props { chat: Chat; t: Translate<MessengerSentences>; time: Times; language: string; close: () => void; turnTo: (page: 'thread' | 'transcript' | 'details') => void }

/** Who is there and how soon they answer; what else can be done, behind ⋯. */
export function Head({ chat, t, time, language, close, turnTo }: Props) {
  const { door, offline } = useStore(chat.state)
  const online = door?.online ?? []
  return (
    <div class="head">
      <span class="faces" aria-hidden="true">
        {online.length === 0 && <span class="face"><Lantern sizePx={22} /></span>}
        {online.slice(0, 3).map((person) => <span key={person.id} class="face">{initials(person.name)}</span>)}
      </span>
      <div class="who">
        <h2><bdi>{door?.inbox.name}</bdi></h2>
        {/* Who is there nobody knows without the line. */}
        {!offline && <p><span class="light" data-on={online.length > 0} aria-hidden="true" />{door && whoIsHere(online.map((p) => p.name), t, language)}</p>}
        {door?.inbox.replyTime && <p><bdi>{door.inbox.replyTime}</bdi></p>}
      </div>
      <Menu chat={chat} t={t} time={time} turnTo={turnTo} />
      <button type="button" class="icon-button" aria-label={t('closePanel')} title={t('closePanel')} onClick={close}><Close /></button>
    </div>
  )
}

/** At most two are named. */
function whoIsHere(names: readonly string[], t: Translate<MessengerSentences>, language: string): string {
  const first = names.map((name) => name.split(' ', 1)[0] ?? name)
  if (first.length === 0) return t('nobodyHere')
  const list = new Intl.ListFormat(language, { type: first.length > 2 ? 'unit' : 'conjunction' })
  if (first.length > 2) return t('hereAndMore', { who: list.format(first.slice(0, 2)), n: first.length - 2 })
  return t('here', { who: list.format(first), n: first.length })
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letter = (word: string | undefined): string => [...new Intl.Segmenter().segment(word ?? '')][0]?.segment.toLocaleUpperCase() ?? ''
  return letter(words[0]) + (words.length > 1 ? letter(words.at(-1)) : '')
}

function Menu({ chat, t, time, turnTo }: Omit<Props, 'close' | 'language'>) {
  const { conversation, conversations } = useStore(chat.state)
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const earlier = conversations.filter((c) => c.id !== conversation).slice(0, 5)

  // Before it is painted: a key that follows at once belongs to the menu, and Escape must not close the whole panel.
  useLayoutEffect(() => {
    if (!isOpen) return undefined
    place.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
    const elsewhere = (event: Event): void => {
      if (!place.current || !event.composedPath().includes(place.current)) setOpen(false)
    }
    addEventListener('pointerdown', elsewhere, true)
    return () => removeEventListener('pointerdown', elsewhere, true)
  }, [isOpen])

  const keys = (event: KeyboardEvent): void => {
    const items = [...place.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []]
    const at = items.indexOf(event.target as HTMLElement)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) items.at((at + step) % items.length)?.focus()
    else if (event.key === 'Escape') {
      setOpen(false)
      button.current?.focus()
    } else if (event.key === 'Tab') setOpen(false)
    else return
    if (event.key !== 'Tab') event.preventDefault()
    event.stopPropagation()
  }
  const item = (what: string, icon: preact.JSX.Element, act: () => void) => (
    <button type="button" role="menuitem" tabIndex={-1} onClick={() => { setOpen(false); act() }}>{icon}{what}</button>
  )
  return (
    <div class="menu" ref={place}>
      <button ref={button} type="button" class="icon-button" aria-haspopup="menu" aria-expanded={isOpen} aria-label={t('menu')} title={t('menu')} onClick={() => setOpen(!isOpen)}><More /></button>
      {isOpen && (
        <div role="menu" tabIndex={-1} aria-label={t('menu')} onKeyDown={keys}>
          {conversation && item(t('menuTranscript'), <Mail sizePx={16} />, () => turnTo('transcript'))}
          {item(t('menuDetails'), <Person sizePx={16} />, () => turnTo('details'))}
          {conversation && item(t('menuNew'), <Fresh sizePx={16} />, () => { chat.turnTo(undefined); turnTo('thread') })}
          {earlier.length > 0 && <hr />}
          {earlier.map((c) => item(t('conversationOf', { date: time.date(c.lastAt) }), <Clock sizePx={16} />, () => { chat.turnTo(c.id); turnTo('thread') }))}
        </div>
      )}
    </div>
  )
}
