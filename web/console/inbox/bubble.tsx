import { Ellipsis, Lock, Pencil, Trash2 } from 'lucide-react'
import { memo, useRef, useState } from 'react'
import type { Message } from '#client/thread.ts'
import { cx } from '#web/ui/cx.ts'
import { MenuItem, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { Ticks } from '#web/ui/ticks.tsx'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { useVerbs } from '../live/verbs.ts'
import { copy } from '../shell/copy.ts'
import { why } from '../shell/notices.ts'
import { clock, exact } from '../times.ts'
import { t } from '../words.ts'
import { Attachments } from './attachments.tsx'
import { canEdit } from './can-edit.ts'
import { EditBox } from './edit-box.tsx'
import { Report } from './report.tsx'
import { Words } from './words-of-message.tsx'

interface Props {
  message: Message; topic: string; conversation: string
  mine: boolean; outside: boolean; name: string
  /** It runs over a channel: what was said has left. */
  left: boolean
  /** First and last of one turn. */
  first: boolean; last: boolean
  names: ReadonlyMap<string, string>
  editing: boolean
  /** The message that is being edited, or none. */
  onEdit: (message: string | undefined) => void
}

/** A long thread draws only what changed: items are made anew at every entry, most of them alike. */
export const Bubble = memo(function Bubble({ message, conversation, mine, outside, left, name, first, last, names, editing, onEdit }: Props) {
  const verbs = useVerbs()
  const goes = useStore(useLive().deletions.going).has(message.id)
  const { kind, text, tick, deleted, edited, change } = message
  const isNote = kind === 'note'
  const pending = tick === 'pending' || tick === 'kept'
  const failed = tick === 'failed'
  const hasMeta = last || failed || pending || change !== undefined || message.report !== undefined
  const isLost = message.report?.state === 'failed' || message.report?.state === 'unknown'

  if ((deleted || goes) && !editing) {
    return (
      <p className={cx('my-1 flex items-baseline gap-2 px-1 text-13 text-muted italic', !outside && 'justify-end')}>
        {!deleted ? t('traceGoing') : deleted.by ? t('traceDeletedBy', { who: deleted.by === message.actor ? name : names.get(deleted.by.slice(5)) ?? t('somebody') }) : t('traceErased')}
        <time dateTime={message.at} title={exact(message.at)} className="figures text-12 not-italic">{clock(message.at)}</time>
      </p>
    )
  }

  return (
    <article tabIndex={-1} aria-label={t(isNote ? 'noteBy' : 'messageBy', { who: mine ? t('youObject') : name })} className={cx('group relative flex flex-col outline-none', outside ? 'items-start' : 'items-end', first ? 'mt-2' : 'mt-0.5')}>
      {first && (isNote || (!outside && !mine)) && (
        <p className="mb-0.5 flex items-center gap-1 px-1 text-12 text-muted">{isNote && <Lock aria-hidden size={11} />}{isNote ? t('noteBy', { who: mine ? t('youObject') : name }) : name}</p>
      )}
      <div className={cx('flex max-w-full items-center gap-1', outside ? 'flex-row' : 'flex-row-reverse')}>
        {editing
          ? <EditBox text={text} isGone={deleted !== undefined || goes} onSave={(next) => { if (next !== text) verbs.edit(conversation, message.id, next); onEdit(undefined) }} onCancel={() => onEdit(undefined)} />
          : (
            <div className={cx(
              'max-w-[min(540px,100%)] min-w-0 rounded-card px-3 py-1.5 text-14',
              isNote ? 'bg-note' : outside ? 'bg-raised' : mine ? 'bg-accent text-on-accent' : 'bg-[color-mix(in_srgb,var(--accent)_40%,var(--surface))]',
              (pending || failed) && !isNote && 'border border-accent bg-surface! text-ink!', failed && 'border-bad',
            )}
            >
              {text && <Words text={text} mentions={message.mentions} names={names} />}
              {message.attachments.length > 0 && <Attachments of={message.attachments} under={text !== ''} />}
            </div>
          )}
        {!editing && message.offset !== undefined && <Actions message={message} mine={mine} left={left} onEdit={() => onEdit(message.id)} onDelete={() => verbs.remove(conversation, message.id)} />}
      </div>
      {hasMeta && (
        <div className={cx('mt-0.5 flex min-h-4 items-center gap-1.5 px-1 text-12 text-muted')}>
          {failed ? <Failed message={message} /> : <time dateTime={message.at} title={exact(message.at)} className="figures">{clock(message.at)}</time>}
          <Report message={message} conversation={conversation} />
          {tick && !failed && !isNote && !isLost && <Ticks state={tick} label={t(`tick_${tick}`)} />}
          {tick === 'kept' && <span aria-hidden>{t('tick_kept')}</span>}
          {isNote && pending && <Ticks state={tick} label={t(`tick_${tick}`)} />}
          {edited && <span>{t('edited')}</span>}
          {change && change.state !== 'failed' && <span>{t('changePending')}</span>}
        </div>
      )}
      {edited && !hasMeta && <p className="px-1 text-12 text-muted">{t('edited')}</p>}
    </article>
  )
}, (a, b) => {
  const { message: one, ...before } = a
  const { message: other, ...after } = b
  return isShallowSame(before, after) && isShallowSame(one, other)
})

const isShallowSame = (a: object, b: object): boolean => {
  const [one, other] = [Object.entries(a), b as Record<string, unknown>]
  return one.length === Object.keys(b).length && one.every(([key, value]) => Object.is(value, other[key]) || (isPlain(value) && isPlain(other[key]) && isShallowSame(value, other[key])))
}
const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null && !(value instanceof Map)

/** What was refused stays here, says why, and waits for a decision. */
function Failed({ message }: { message: Message }) {
  const { lodge } = useLive()
  return (
    <span className="flex flex-wrap items-center gap-x-2 text-bad">
      <Ticks state="failed" label={t('tick_failed')} />
      <span>{why(message.code ?? 'internal')}</span>
      <button type="button" className="font-medium underline underline-offset-2" onClick={() => lodge.outbox.retry(message.id)}>{t('tryAgain')}</button>
      <button type="button" className="text-muted underline underline-offset-2" onClick={() => lodge.outbox.discard(message.id)}>{t('discard')}</button>
    </span>
  )
}

/** The menu is made when it is opened: hundreds of messages have one each. */
function Actions({ message, mine, left, onEdit, onDelete }: { message: Message; mine: boolean; /** Over a channel: it cannot be taken back. */ left: boolean; onEdit: () => void; onDelete: () => void }) {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  if (message.actor.startsWith('contact:') && message.text === '') return null
  const trigger = (
    <button
      ref={button} type="button" aria-label={t('messageActions')} aria-haspopup="menu" onClick={() => setOpen(true)}
      className="inline-flex size-7 shrink-0 items-center justify-center rounded-control text-muted opacity-0 group-hover:opacity-100 hover:bg-raised focus-visible:opacity-100 data-[state=open]:opacity-100 pointer-coarse:group-focus-within:opacity-100"
    >
      <Ellipsis size={16} />
    </button>
  )
  if (!isOpen) return trigger
  const close = (): void => {
    setOpen(false)
    // The button is a new one now; whoever came by keyboard goes on from it.
    requestAnimationFrame(() => { if (document.activeElement === document.body) button.current?.focus() })
  }
  return (
    <MenuRoot open onOpenChange={close}>
      <MenuTrigger asChild>{trigger}</MenuTrigger>
      <MenuSheet align="start">
        {message.text !== '' && <MenuItem onSelect={() => void copy(message.text)}>{t('copy')}</MenuItem>}
        {canEdit(message, { mine, left }) && <MenuItem icon={<Pencil size={14} />} onSelect={() => setTimeout(onEdit)}>{t('edit')}</MenuItem>}
        {mine && <MenuItem icon={<Trash2 size={14} />} bad onSelect={onDelete}>{t('delete')}</MenuItem>}
      </MenuSheet>
    </MenuRoot>
  )
}
