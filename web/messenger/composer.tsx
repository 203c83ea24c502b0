/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { attachmentsMax, messageMaxChars } from '#contract/limits.ts'
import { isBlank } from '#contract/text.ts'
import type { Translate } from '#web/ui/catalogue.ts'
import type { MessengerSentences } from './catalogues/en.ts'
import { isClosed, type Chat } from './chat.ts'
import { Clip, Close, Send } from './icons.tsx'
import type { Invitation } from './invitation.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { useUploads, type Upload } from './uploads.ts'

interface Props { chat: Chat; t: Translate<MessengerSentences>; language: string; invitation: Invitation | undefined; isHidden: boolean }

/** One line to write, which grows. Enter sends, Shift+Enter starts a new line; files come by the clip, by paste and by drop. */
export function Composer({ chat, t, language, invitation, isHidden }: Props) {
  const state = useStore(chat.state)
  const { conversation, offline } = state
  const [text, setText] = useState(chat.device.memory.draft ?? '')
  const [complaint, setComplaint] = useState('')
  const lineRef = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const uploads = useUploads(chat, t, language, conversation, invitation?.id)
  useGrowing(lineRef, text)
  useDraft(chat, text)

  const add = (files: Iterable<File>): void => {
    const list = [...files]
    if (list.length === 0) return
    if (list.length + uploads.list.length > attachmentsMax) setComplaint(t('tooManyFiles', { n: attachmentsMax }))
    else setComplaint(list.map(uploads.add).find((refusal) => refusal !== undefined) ?? '')
  }
  const { isOver, ...drop } = useDrop(add)
  const ready = uploads.list.every((u) => u.attachment && u.conversation === conversation)
  const hasSomething = !isBlank(text) || uploads.list.length > 0

  const send = (): void => {
    if (!ready) return
    const wrong = whatIsWrong(text, uploads.list.length > 0, t)
    setComplaint(wrong)
    lineRef.current?.focus()
    if (wrong) return
    chat.say(text.toWellFormed(), uploads.list.flatMap((u) => u.attachment ?? []), conversation ? undefined : invitation?.id)
    setText('')
    uploads.clear()
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    send()
  }
  const change = (value: string): void => {
    setText(value)
    setComplaint('')
    if (value) chat.typing()
  }
  const closed = isClosed(state)
  const label = t(closed ? 'writeToReopen' : 'write')
  return (
    <form class="composer" hidden={isHidden} data-over={isOver} {...drop} onSubmit={(e) => { e.preventDefault(); send() }}>
      {closed && <button type="button" class="link" onClick={() => chat.turnTo(undefined)}>{t('menuNew')}</button>}
      {complaint && <p class="complaint" role="alert">{complaint}</p>}
      {uploads.list.length > 0 && <ul class="uploads">{uploads.list.map((u) => <Chip key={u.id} upload={u} isOffline={offline} t={t} language={language} remove={() => uploads.remove(u.id)} retry={() => uploads.retry(u.id)} />)}</ul>}
      <div class="row">
        <input ref={picker} type="file" multiple hidden onChange={({ currentTarget: e }) => { add(e.files ?? []); e.value = '' }} />
        <button type="button" class="icon-button" aria-label={t('attach')} title={t('attach')} onClick={() => picker.current?.click()}><Clip /></button>
        <textarea ref={lineRef} rows={1} value={text} placeholder={label} aria-label={label} dir="auto" enterkeyhint="send" autocomplete="off"
          onInput={({ currentTarget: e }) => change(e.value)} onKeyDown={keys} onPaste={(e) => pasted(e, add)} />
        <button type="submit" class="send" aria-label={t('send')} title={t('send')} disabled={!hasSomething || !ready}><Send /></button>
      </div>
      {isOver && <p class="drop" aria-hidden="true">{t('dropHere')}</p>}
    </form>
  )
}

function whatIsWrong(text: string, hasFiles: boolean, t: Translate<MessengerSentences>): string {
  if (isBlank(text) && (text !== '' || !hasFiles)) return t('blank')
  if (text.includes('\0')) return t('nul')
  // The limit counts as the server counts: in code points.
  const over = Array.from(text).length - messageMaxChars
  return over > 0 ? t('tooLong', { n: over }) : ''
}

interface ChipProps { upload: Upload; isOffline: boolean; t: Translate<MessengerSentences>; language: string; remove: () => void; retry: () => void }

function Chip({ upload: { file: { name }, state, share, why }, isOffline, t, language, remove, retry }: ChipProps) {
  const percent = new Intl.NumberFormat(language, { style: 'percent' }).format(share)
  return (
    <li data-state={state}>
      <bdi>{name}</bdi>
      {state === 'running' && <><progress value={share} aria-label={name} /><small>{isOffline ? t('uploadWaits') : t('uploading', { percent })}</small></>}
      {state === 'failed' && <small role="alert">{why ?? t('uploadFailed')}</small>}
      {state === 'failed' && !why && <button type="button" class="link" onClick={retry}>{t('tryAgain')}</button>}
      <button type="button" class="icon-button" aria-label={t('removeFile', { name })} title={t('removeFile', { name })} onClick={remove}><Close sizePx={14} /></button>
    </li>
  )
}

function useGrowing(lineRef: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const area = lineRef.current
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [lineRef, text])
}

/** What is half written is there again after a reload. */
function useDraft(chat: Chat, text: string): void {
  useEffect(() => {
    const timer = setTimeout(() => chat.device.remember({ draft: text.slice(0, messageMaxChars) }), 300)
    return () => clearTimeout(timer)
  }, [chat, text])
}

/** A picture is pasted as a file; a text keeps its characters and loses its looks, as in any textarea. */
function pasted(event: ClipboardEvent, add: (files: Iterable<File>) => void): void {
  const files = event.clipboardData?.files
  if (!files?.length) return
  event.preventDefault()
  add(files)
}

function useDrop(add: (files: Iterable<File>) => void) {
  const [isOver, setOver] = useState(false)
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
  return {
    isOver,
    onDragOver: (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: (event: DragEvent): void => {
      if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) setOver(false)
    },
    onDrop: (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      setOver(false)
      add(event.dataTransfer?.files ?? [])
    },
  }
}
