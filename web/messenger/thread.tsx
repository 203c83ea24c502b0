/** @jsxImportSource preact */
import { Fragment } from 'preact'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { isMessage, thread, type Message as MessageItem, type ThreadItem } from '#client/thread.ts'
import type { Translate } from '#web/ui/catalogue.ts'
import type { MessengerSentences } from './catalogues/en.ts'
import type { Chat } from './chat.ts'
import { AskEmail } from './details.tsx'
import { Down, Lantern } from './icons.tsx'
import type { Invitation } from './invitation.ts'
import { Message } from './message.tsx'
import { useStore } from '#web/ui/preact-store.ts'
import { sameDay, type Times } from './times.ts'

interface Props { chat: Chat; t: Translate<MessengerSentences>; language: string; time: Times; invitation: Invitation | undefined; isOpen: boolean }

/** Messages of one author, at most so far apart, stand together. */
const groupMs = 5 * 60_000
const nearPx = 80

/** The conversation. It stays at its end while one is there, and says so when something arrives while one reads further up. */
export function Thread({ chat, t, language, time, invitation, isOpen }: Props) {
  const state = useStore(chat.state)
  const { door, entries, pending, kept, marks, names } = state
  const me = `contact:${chat.device.memory.contact}`
  const items = useMemo(() => thread({ entries, pending, kept, marks, me }).filter(isShown), [entries, pending, kept, marks, me])
  const inbound = items.filter((i): i is MessageItem => isMessage(i) && i.actor !== me)
  const scrollerRef = useRef<HTMLDivElement>(null)
  const lastOwn = items.findLast((i) => i.actor === me)?.id
  const newestInbound = inbound.at(-1)?.offset ?? 0
  const nameOf = (actor: string): string => actor === me ? t('you') : names[actor.slice(actor.indexOf(':') + 1)] ?? door?.inbox.name ?? t('agent')
  const { atEnd, scrolled, toEnd } = useEnd(scrollerRef, [items.at(-1)?.id, isOpen, state.typing, state.offline].join(), lastOwn)
  const below = useBelow(inbound, newestInbound, atEnd)
  useReading(scrollerRef, chat, isOpen, newestInbound)
  const { loadEarlier, isLoading } = useEarlier(scrollerRef, chat)

  const first = entries[0]?.offset ?? 1
  return (
    <div class="thread-frame">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- not every browser lets the keyboard scroll what cannot be focused */}
      <div ref={scrollerRef} class="thread" tabIndex={0} role="log" aria-live="off" aria-label={t('thread')} onScroll={scrolled}>
        {first > 1
          ? <button type="button" class="earlier" disabled={isLoading} onClick={loadEarlier}>{t(isLoading ? 'loading' : 'earlier')}</button>
          : <div class="greeting"><Lantern sizePx={40} /><p><bdi>{door?.inbox.greeting || t('greeting')}</bdi></p></div>}
        {invitation && items.length === 0 && <p class="message theirs" dir="auto"><span class="text">{invitation.text}</span></p>}
        <ol>
          {items.map((item, i) => {
            const [before, after] = [items[i - 1], items[i + 1]]
            return (
              <Fragment key={item.id}>
                {(!before || !sameDay(before.at, item.at)) && <li class="day"><span>{time.day(item.at)}</span></li>}
                {isMessage(item)
                  ? <Message item={item} isOwn={item.actor === me} startsGroup={!together(before, item)} endsGroup={!together(item, after)} author={nameOf(item.actor)} chat={chat} t={t} language={language} time={time} />
                  : <li class="line">{t(item.kind === 'closed' ? 'closedLine' : 'reopenedLine')} · {time.clock(item.at)}</li>}
              </Fragment>
            )
          })}
        </ol>
        {state.typing && <p class="typing"><span class="dots" aria-hidden="true"><i /><i /><i /></span>{t('typing', { who: nameOf(state.typing) })}</p>}
        <AskEmail chat={chat} t={t} hasWritten={lastOwn !== undefined} />
      </div>
      {below > 0 && <button type="button" class="below" onClick={() => toEnd('smooth')}><Down sizePx={16} />{t('newBelow', { n: below })}</button>}
      <Announcements messages={inbound} isJoined={marks !== undefined} nameOf={nameOf} />
    </div>
  )
}

const isShown = (item: ThreadItem): boolean => item.kind === 'message' || item.kind === 'closed' || item.kind === 'reopened'

function together(a: ThreadItem | undefined, b: ThreadItem | undefined): boolean {
  return !!a && !!b && isMessage(a) && isMessage(b) && a.actor === b.actor && Date.parse(b.at) - Date.parse(a.at) < groupMs && sameDay(a.at, b.at)
}

type Ref = { readonly current: HTMLElement | null }

/** Keeps the thread at its end while the reader is there; `newest` changes when something was added, `lastOwn` when the reader wrote, which always leads to the end. */
function useEnd(scrollerRef: Ref, newest: string, lastOwn: string | undefined) {
  const [atEnd, setAtEnd] = useState(true)
  const atEndRef = useRef(true)
  const toEnd = useCallback((behavior: ScrollBehavior = 'instant'): void => {
    scrollerRef.current?.scrollTo({ top: scrollerRef.current.scrollHeight, behavior })
  }, [scrollerRef])
  useLayoutEffect(() => { if (atEndRef.current) toEnd() }, [toEnd, newest])
  useLayoutEffect(() => toEnd(), [toEnd, lastOwn])
  useEffect(() => {
    if (!scrollerRef.current) return undefined
    const observer = new ResizeObserver(() => { if (atEndRef.current) toEnd() })
    observer.observe(scrollerRef.current)
    for (const child of scrollerRef.current.children) observer.observe(child)
    return () => observer.disconnect()
  }, [scrollerRef, toEnd])
  const scrolled = (): void => {
    const e = scrollerRef.current
    if (!e) return
    atEndRef.current = e.scrollHeight - e.scrollTop - e.clientHeight < nearPx
    setAtEnd(atEndRef.current)
  }
  return { atEnd, scrolled, toEnd }
}

/** How many messages of the others arrived since the reader left the end. */
function useBelow(inbound: readonly MessageItem[], newest: number, atEnd: boolean): number {
  const [seen, setSeen] = useState(newest)
  useEffect(() => { if (atEnd) setSeen(newest) }, [atEnd, newest])
  return atEnd ? 0 : inbound.filter((m) => (m.offset ?? 0) > seen).length
}

/** Read means: the panel is open, the page is being looked at, and the message is on screen. */
function useReading(scrollerRef: Ref, chat: Chat, isOpen: boolean, newest: number): void {
  const watchRef = useRef<(message: Element) => void>(undefined)
  useEffect(() => {
    const root = scrollerRef.current
    if (!isOpen || !root) return undefined
    const onScreen = new Set<number>()
    const watched = new WeakSet<Element>()
    const tell = (): void => {
      if (document.visibilityState === 'visible' && onScreen.size > 0) chat.read(Math.max(...onScreen))
    }
    const observer = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) {
        const offset = Number((target as HTMLElement).dataset['offset'])
        if (isIntersecting) onScreen.add(offset)
        else onScreen.delete(offset)
      }
      tell()
    }, { root })
    watchRef.current = (message) => {
      if (watched.has(message)) return
      watched.add(message)
      observer.observe(message)
    }
    document.addEventListener('visibilitychange', tell)
    return () => {
      observer.disconnect()
      document.removeEventListener('visibilitychange', tell)
      watchRef.current = undefined
    }
  }, [scrollerRef, chat, isOpen])
  useEffect(() => {
    for (const message of scrollerRef.current?.querySelectorAll('.theirs[data-offset]') ?? []) watchRef.current?.(message)
  }, [scrollerRef, isOpen, newest])
}

/** What is put in above must not move what one reads. */
function useEarlier(scrollerRef: Ref, chat: Chat): { loadEarlier: () => void; isLoading: boolean } {
  const [isLoading, setLoading] = useState(false)
  const fromEndRef = useRef<number | undefined>(undefined)
  useLayoutEffect(() => {
    const root = scrollerRef.current
    if (!root || isLoading || fromEndRef.current === undefined) return
    root.scrollTop = root.scrollHeight - fromEndRef.current
    fromEndRef.current = undefined
  }, [scrollerRef, isLoading])
  const loadEarlier = (): void => {
    const root = scrollerRef.current
    if (!root) return
    setLoading(true)
    fromEndRef.current = root.scrollHeight - root.scrollTop
    chat.loadEarlier().finally(() => setLoading(false)).catch(() => {})
  }
  return { loadEarlier, isLoading }
}

/** New messages are read out once, apart from the list: a list that announces itself would also read out history that is loaded. */
function Announcements({ messages, isJoined, nameOf }: { messages: readonly MessageItem[]; isJoined: boolean; nameOf: (actor: string) => string }) {
  const [from, setFrom] = useState(Infinity)
  const newest = messages.at(-1)?.offset ?? 0
  const newestRef = useRef(newest)
  useEffect(() => { newestRef.current = newest })
  useEffect(() => setFrom(isJoined ? newestRef.current : Infinity), [isJoined])
  const fresh = messages.filter((m) => (m.offset ?? 0) > from).slice(-3)
  return <div class="unseen" aria-live="polite">{fresh.map((m) => <p key={m.id}>{nameOf(m.actor)}: {m.text}</p>)}</div>
}
