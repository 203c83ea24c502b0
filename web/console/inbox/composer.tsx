import { Ban, Lock, Paperclip, SendHorizontal, SquareSlash } from 'lucide-react'
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { Conversation } from '#contract/conversations.ts'
import { isBlank } from '#contract/text.ts'
import { cx } from '#web/ui/cx.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { keyFace } from '#web/ui/keys.tsx'
import { Tooltip } from '#web/ui/tooltip.tsx'
import { hasWords, type Draft } from '../kept/drafts.ts'
import { preferences } from '../kept/preferences.ts'
import { useLive } from '../live/live-context.ts'
import { useCanned, usePeople } from '../live/queries.ts'
import { useStore } from '../live/store.ts'
import { useVerbs } from '../live/verbs.ts'
import { tell } from '../shell/notices.ts'
import { t } from '../words.ts'
import { AttachmentTray } from './attachment-tray.tsx'
import { CharsLeft, isTooLong } from './chars-left.tsx'
import { offerComposer } from './composer-focus.ts'
import { SmsCounter } from './sms-counter.tsx'
import { choicesAt, Suggestions, type Choice } from './suggestions.tsx'
import { useUploads } from './use-uploads.ts'

interface Props { id: string; conversation: Conversation | undefined; contactName: string; onEditLast: () => void }

/** What is written here is a draft at every key: it outlives the tab. */
export function Composer({ id, conversation, contactName, onEditLast }: Props) {
  const { drafts, lodge, session } = useLive()
  const verbs = useVerbs()
  const { enterSends } = useStore(preferences)
  const { users } = usePeople()
  const canned = useCanned()
  const [draft, setDraft] = useState(() => drafts.of(id))
  /** Where the caret stands while a suggestion may be wanted; undefined once it was taken or refused. */
  const [cursor, setCursor] = useState<number>()
  const [chosen, setChosen] = useState(0)
  const box = useRef<HTMLTextAreaElement>(null)
  const caret = useRef<number>(undefined)

  /** Reply or note is each window's own: what is begun as a note here must not go on as a reply because one is written elsewhere. */
  const tabHere = useRef(draft.tab)
  const change = useCallback((part: Partial<Draft>) => {
    const next = { ...drafts.of(id), tab: tabHere.current, ...part }
    tabHere.current = next.tab
    drafts.set(id, next)
    setDraft(next)
  }, [drafts, id])
  useEffect(() => drafts.onElsewhere((of) => { if (of === id) setDraft({ ...drafts.of(id), tab: tabHere.current }) }), [drafts, id])
  const uploads = useUploads(id)
  const [running, setRunning] = useState(uploads.running)
  // What has arrived stands in the draft: seen at once, or it would be in neither for a moment.
  if (running !== uploads.running) {
    setRunning(uploads.running)
    setDraft({ ...drafts.of(id), tab: draft.tab })
  }

  const { tab, attachments } = draft
  const text = draft[tab]
  const isNote = tab === 'note'
  const isSms = Boolean(conversation?.channel) && !isNote
  /** Nothing may be sent to this number. */
  const isStopped = isSms && conversation?.optedOut === true
  const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name
  const fill = (words: string): string => words.replaceAll('{{contact.name}}', firstName(contactName)).replaceAll('{{agent.name}}', firstName(session.user.name))

  const write = (words: string, cursor = words.length): void => {
    caret.current = cursor
    change({ [tab]: words })
    suggestAt(cursor)
  }
  const suggestAt = (at: number | undefined): void => {
    setCursor(at)
    setChosen(0)
  }
  const choices = cursor === undefined ? undefined : choicesAt(text.slice(0, cursor), isNote, { canned, users: users.filter((u) => u.active && u.id !== session.user.id), fill })
  const take = (choice: Choice | undefined): void => {
    if (!choice || !choices || !box.current) return
    const end = box.current.selectionStart
    suggestAt(undefined)
    caret.current = choices.at + choice.insert.length
    change({ [tab]: text.slice(0, choices.at) + choice.insert + text.slice(end) })
  }
  // A text that was set from here puts the caret where it belongs, before anything is painted.
  useLayoutEffect(() => {
    if (caret.current === undefined || !box.current) return
    box.current.setSelectionRange(caret.current, caret.current)
    caret.current = undefined
  })

  const send = (andClose = false): void => {
    if (isStopped) return void tell(t('error_opted_out'), { failed: true })
    const words = isBlank(text) ? '' : text
    if (words === '' && attachments.length === 0) {
      if (andClose) verbs.close(id)
      else if (text.trim() !== '') tell(t('error_blank_message'), { failed: true })
      return
    }
    if (uploads.running.length > 0) return void tell(t(uploads.running.every((r) => r.failed) ? 'uploadsFailed' : 'uploadsFirst'), { failed: true })
    if (isTooLong(text)) return void tell(t('error_too_long'), { failed: true })
    const mentions = isNote ? users.filter((u) => words.includes(`@${u.name}`)).map((u) => u.id) : []
    verbs.say(id, tab, { text: words, attachments, mentions })
    suggestAt(undefined)
    change({ [tab]: '', attachments: [], ...(isNote && { tab: 'reply' }) })
    if (andClose) verbs.close(id)
  }

  const sendNow = useEffectEvent(() => send(true))
  useEffect(() => offerComposer({
    // At once, or the next key of a quick hand would be taken for a key of the page.
    focus(to, begin = '') {
      const words = drafts.of(id)[to].trim() === '' ? begin : drafts.of(id)[to]
      box.current?.focus()
      caret.current = words.length
      change({ tab: to, [to]: words })
      setCursor(begin ? words.length : undefined)
      setChosen(0)
    },
    sendAndClose() { sendNow() },
  }), [change, drafts, id])

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return
    if (choices) {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step !== 0) setChosen((chosen + step + choices.of.length) % choices.of.length)
      else if (event.key === 'Enter' || event.key === 'Tab') take(choices.of[chosen])
      else if (event.key === 'Escape') suggestAt(undefined)
      else return
      event.preventDefault()
      return
    }
    const mod = event.metaKey || event.ctrlKey
    if (event.key === 'Enter' && (mod || (enterSends && !event.shiftKey))) {
      event.preventDefault()
      send(mod && event.shiftKey)
    } else if (event.key === 'Escape') event.currentTarget.blur()
    else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault()
      onEditLast()
    }
  }

  return (
    <div className="mx-auto w-full max-w-[752px] shrink-0 px-4 pb-3 max-md:px-2 max-md:pb-2" {...uploads.drop}>
      <div className={cx('relative rounded-card border transition-colors duration-100 focus-within:border-accent-ink', isNote ? 'border-accent/50 bg-note' : 'border-line bg-surface', uploads.over && 'border-dashed border-accent-ink')}>
        {choices && <Suggestions of={choices.of} chosen={chosen} onChoose={take} label={isNote ? t('mentions') : t('canned')} />}
        <div role="tablist" aria-label={t('composerTabs')} className="flex gap-1 px-2 pt-1.5">
          {(['reply', 'note'] as const).map((of) => (
            <button
              key={of} type="button" role="tab" aria-selected={tab === of} aria-controls="composer-words"
              className={cx('flex h-7 items-center gap-1 rounded-control px-2 text-13', tab === of ? 'font-medium' : 'text-muted hover:text-ink')}
              onClick={() => {
                change({ tab: of })
                suggestAt(undefined)
                box.current?.focus()
              }}
            >
              {of === 'note' && <Lock aria-hidden size={12} />}{t(of)}
              {tab !== of && draft[of].trim() !== '' && <span aria-label={t('rowDraft')} role="img" className="size-1.5 rounded-full bg-accent-ink" />}
            </button>
          ))}
          <span className="flex-1" />
          <span className="self-center pe-1 text-12 text-muted max-sm:hidden">{isNote ? t('noteHint') : conversation?.status === 'closed' ? t('closedHint') : ''}</span>
        </div>
        {isStopped && <p className="flex items-center gap-2 px-4 pt-2 text-13 text-warn"><Ban aria-hidden size={14} className="shrink-0" />{t('optedOutNotice')}</p>}
        <textarea
          ref={box} id="composer-words" data-kept dir={text ? 'auto' : undefined} rows={1} value={text} aria-label={t(isNote ? 'noteTo' : 'replyTo', { who: contactName })} placeholder={t(isNote ? 'notePlaceholder' : 'replyPlaceholder')}
          aria-autocomplete="list" aria-controls={choices ? 'suggestions' : undefined} aria-activedescendant={choices ? `suggestion-${chosen}` : undefined}
          className="block field-sizing-content max-h-[40vh] min-h-11 w-full resize-none bg-transparent px-4 py-2 outline-none"
          onChange={(e) => {
            change({ [tab]: e.target.value })
            suggestAt(e.target.selectionStart)
            if (!isNote && e.target.value.trim() !== '') lodge.typing(`conversation:${id}`)
          }}
          onKeyDown={onKeyDown} onPaste={uploads.onPaste} onBlur={() => suggestAt(undefined)}
        />
        <AttachmentTray attachments={attachments} running={uploads.running} onRemove={(blob) => change({ attachments: attachments.filter((a) => a.blob !== blob) })} onCancel={uploads.cancel} onRetry={uploads.retry} />
        <div className="flex items-center gap-0.5 px-2 pb-2">
          {!isSms && <IconButton label={t('attach')} side="top" onClick={uploads.choose}><Paperclip size={16} /></IconButton>}
          {!isNote && canned.length > 0 && <IconButton label={t('canned')} keys="/" side="top" onMouseDown={(e) => e.preventDefault()} onClick={() => { box.current?.focus(); write(text && !text.endsWith(' ') ? `${text} /` : `${text}/`) }}><SquareSlash size={16} /></IconButton>}
          <span className="flex-1" />
          {isSms && !isStopped && <SmsCounter text={text} />}
          <CharsLeft text={text} />
          {hasWords(draft) && !isNote && !isStopped && (
            <Tooltip label={t('replyAndClose')} keys="Mod+Shift+Enter" side="top"><button type="button" className="h-8 rounded-control px-2.5 text-13 text-muted hover:bg-raised hover:text-ink max-sm:hidden" onClick={() => send(true)}>{t('sendAndClose')}</button></Tooltip>
          )}
          <Tooltip label={enterSends ? t('sendHint') : t('sendHintMod', { keys: keyFace('Mod+Enter') })} side="top">
            <button type="button" disabled={isStopped || (text.trim() === '' && attachments.length === 0)} className="flex h-8 items-center gap-1.5 rounded-control bg-accent px-3 text-13 font-medium text-on-accent transition-[filter,opacity] duration-100 hover:brightness-95 disabled:bg-raised disabled:text-muted" onClick={() => send()}>
              {isNote ? t('noteAdd') : t('send')}<SendHorizontal aria-hidden size={14} className="rtl:-scale-x-100" />
            </button>
          </Tooltip>
        </div>
      </div>
    </div>
  )
}
