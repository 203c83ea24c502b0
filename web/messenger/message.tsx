/** @jsxImportSource preact */
import { Component } from 'preact'
import type { Message as Item } from '#client/thread.ts'
import type { Translate } from '#web/ui/catalogue.ts'
import { Attachments } from './attachments.tsx'
import type { MessengerSentences } from './catalogues/en.ts'
import type { Chat } from './chat.ts'
import { linkPieces } from './links.ts'
import { Tick } from './tick.tsx'
import type { Times } from './times.ts'

interface Props {
  item: Item
  isOwn: boolean
  startsGroup: boolean
  endsGroup: boolean
  author: string
  chat: Chat
  t: Translate<MessengerSentences>
  language: string
  time: Times
}

const tickKeys = { pending: 'tickPending', kept: 'tickKept', stored: 'tickStored', delivered: 'tickDelivered', read: 'tickRead', failed: 'tickFailed' } as const

/** A thread is worked out anew at every change, so its items are other objects with mostly the same in them: only what differs is drawn again. */
export class Message extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    return !isSame(this.props.item, next.item) || (['isOwn', 'startsGroup', 'endsGroup', 'author', 't'] as const).some((key) => this.props[key] !== next[key])
  }
  override render() {
    return <Drawn {...this.props} />
  }
}

/** Attachments never change, and changes under way do not show here. */
const isSame = (a: Item, b: Item): boolean => (['text', 'at', 'tick', 'edited', 'offset', 'code'] as const).every((key) => a[key] === b[key]) && !a.deleted === !b.deleted

/** One message. Its text is only ever text: what looks like HTML is shown as it was written. */
function Drawn({ item, isOwn, startsGroup, endsGroup, author, chat, t, language, time }: Props) {
  const isUnsent = item.tick === 'pending' || item.tick === 'kept' || item.tick === 'failed'
  return (
    <li class={`message ${isOwn ? 'own' : 'theirs'}`} data-offset={item.offset} data-state={item.tick} data-first={startsGroup} data-last={endsGroup}>
      {startsGroup && <span class={isOwn ? 'unseen' : 'author'} dir="auto">{author}</span>}
      {item.deleted
        ? <p class="text deleted">{t('deleted')}</p>
        : <>
          {item.attachments.length > 0 && <Attachments attachments={item.attachments} chat={chat} t={t} language={language} />}
          {item.text && <p class="text" dir="auto">{linkPieces(item.text).map(({ text, href }) => href
            ? <a key={href} href={href} target="_blank" rel="noopener noreferrer nofollow ugc">{text}</a>
            : text)}</p>}
        </>}
      {(endsGroup || isUnsent || item.edited) && (
        <p class="meta">
          <time dateTime={item.at} title={time.exact(item.at)}>{time.clock(item.at)}</time>
          {item.edited && !item.deleted && <span>{t('edited')}</span>}
          {(isOwn || item.tick === 'kept') && item.tick && item.tick !== 'failed' && <Tick state={item.tick} label={t(tickKeys[item.tick])} />}
          {/* So small, a hollow tick could pass for two. */}
          {item.tick === 'kept' && <span aria-hidden="true">{t('tickKept')}</span>}
        </p>
      )}
      {item.tick === 'failed' && (
        <p class="failed" role="alert">
          <Tick state="failed" />
          <span>{reason(item, t)}</span>
          <button type="button" onClick={() => chat.retry(item.id)}>{t('tryAgain')}</button>
          <button type="button" onClick={() => chat.lodge.outbox.discard(item.id)}>{t('discard')}</button>
        </p>
      )}
    </li>
  )
}

function reason(item: Item, t: Translate<MessengerSentences>): string {
  switch (item.code) {
    case undefined: return `${t('tickFailed')}.`
    case 'blank_message': return t('blank')
    case 'nul_character': return t('nul')
    case 'too_long': return t('tooLongAlready')
    default: return `${t('tickFailed')} (${item.code}).`
  }
}
