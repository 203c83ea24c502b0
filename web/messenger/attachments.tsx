/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks'
import { linkBlob } from '#contract/blobs.ts'
import type { Attachment } from '#contract/entries.ts'
import { imageTypes } from '#contract/limits.ts'
import type { Translate } from '#web/ui/catalogue.ts'
import type { MessengerSentences } from './catalogues/en.ts'
import type { Chat } from './chat.ts'
import { Paper } from './icons.tsx'

interface Props { attachments: readonly Attachment[]; chat: Chat; t: Translate<MessengerSentences>; language: string }

export function Attachments({ attachments, ...rest }: Props) {
  return <div class="attachments">{attachments.map((a) => isImage(a) ? <Picture key={a.blob} attachment={a} {...rest} /> : <File key={a.blob} attachment={a} {...rest} />)}</div>
}

type One = Omit<Props, 'attachments'> & { attachment: Attachment }

/** Links live for an hour, so each is asked for when it is needed and not kept. */
async function linkTo(blob: string, chat: Chat): Promise<string | undefined> {
  const outcome = await chat.lodge.call(linkBlob, { params: { blob } })
  if (outcome.ok) return new URL(outcome.value.url, `${chat.url}/`).href
  return outcome.code === 'not_found' || outcome.code === 'gone' ? '' : undefined
}

/** The space of a picture is known before it is loaded, so that nothing jumps. */
function Picture({ attachment, chat, t }: One) {
  const { name, widthPx = 240, heightPx = 160 } = attachment
  const [src, setSrc] = useState<string>()
  /** What failed may have ended, and is gone only if no other link can be had. */
  const load = (failed?: string): void => {
    linkTo(attachment.blob, chat).then((link) => setSrc(failed && link === failed ? '' : link), () => {})
  }
  useEffect(load, [attachment.blob, chat])
  if (src === '') return <p class="text deleted">{t('attachmentGone')}</p>
  const space = `aspect-ratio: ${widthPx} / ${heightPx}; --width: ${Math.min(widthPx, 248)}px`
  if (!src) return <span class="picture" style={space} />
  return (
    <a class="picture" href={src} target="_blank" rel="noopener" onClick={(e) => openFresh(e, linkTo(attachment.blob, chat))} style={space}>
      <img src={src} alt={t('image', { name })} onError={() => load(src)} />
    </a>
  )
}

/** A picture is shown for as long as the page is open. The tab is opened at once: later it would be taken for one that nobody asked for. */
function openFresh(event: MouseEvent, link: Promise<string | undefined>): void {
  const tab = open('about:blank')
  if (!tab) return
  event.preventDefault()
  tab.opener = null
  link.then((href) => { if (href) tab.location.replace(href); else tab.close() }, () => tab.close())
}

function File({ attachment: { blob, name, sizeBytes }, chat, t, language }: One) {
  const [isGone, setGone] = useState(false)
  const save = (): void => {
    linkTo(blob, chat).then(async (href) => {
      setGone(href === '')
      if (href) await saveAs(name, href)
    }).catch(() => {})
  }
  if (isGone) return <p class="text deleted">{t('attachmentGone')}</p>
  return <button type="button" class="file" aria-label={t('attachment', { name })} onClick={save}><Paper /><span><bdi>{name}</bdi><small>{size(sizeBytes, language)}</small></span></button>
}

/** The bytes are fetched and not followed: a link that ended meanwhile would put an error in place of the host page. */
async function saveAs(name: string, href: string): Promise<void> {
  const response = await fetch(href)
  if (!response.ok) return
  const url = URL.createObjectURL(await response.blob())
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

const isImage = ({ mediaType }: { mediaType: string }): boolean => (imageTypes as readonly string[]).includes(mediaType)

/** 820 kB, 2.4 MB */
export function size(bytes: number, language: string): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kilobyte'] : [bytes / 1024 / 1024, 'megabyte']
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
}
