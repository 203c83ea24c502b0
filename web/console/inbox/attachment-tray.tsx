import { File, RotateCw, X } from 'lucide-react'
import { useState } from 'react'
import type { Attachment } from '#contract/entries.ts'
import { cx } from '#web/ui/cx.ts'
import type { Running } from '../live/uploads.ts'
import { size } from '../times.ts'
import { t } from '../words.ts'
import { isImage, useImage } from './attachments.tsx'

interface Props { attachments: readonly Attachment[]; running: readonly Running[]; onRemove: (blob: string) => void; onCancel: (id: string) => void; onRetry: (id: string) => void }

/** What goes along: on its way up, there, or failed with the reason. */
export function AttachmentTray({ attachments, running, onRemove, onCancel, onRetry }: Props) {
  if (attachments.length + running.length === 0) return null
  return (
    <ul aria-label={t('attachments')} className="flex flex-wrap gap-2 px-4 pb-2">
      {attachments.map((file) => (
        <Item key={file.blob} name={file.name} note={size(file.sizeBytes)} onRemove={() => onRemove(file.blob)}>{isImage(file) ? <Sent file={file} /> : <File aria-hidden size={18} />}</Item>
      ))}
      {running.map(({ id, file, ratio, failed }) => (
        <Item key={id} name={file.name} note={failed ?? t('uploadProgress', { percent: Math.round(ratio * 100) })} failed={failed !== undefined} onRemove={() => onCancel(id)} {...(failed !== undefined && { onRetry: () => onRetry(id) })}>
          {file.type.startsWith('image/') ? <Local file={file} /> : <File aria-hidden size={18} />}
          {failed === undefined && <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 origin-left bg-accent transition-transform" style={{ transform: `scaleX(${ratio})` }} />}
        </Item>
      ))}
    </ul>
  )
}

function Item({ name, note, failed, onRemove, onRetry, children }: { name: string; note: string; failed?: boolean; onRemove: () => void; onRetry?: () => void; children: React.ReactNode }) {
  const small = 'inline-flex size-6 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-ink'
  return (
    <li className={cx('relative flex min-h-10 max-w-64 items-center gap-2 overflow-hidden rounded-control border border-line bg-surface ps-2 pe-1', failed && 'py-1')}>
      {children}
      <span className="min-w-0 leading-tight"><bdi className="block truncate text-12 font-medium">{name}</bdi><span role="status" className={cx('figures block text-[11px]', failed ? 'text-bad' : 'truncate text-muted')}>{note}</span></span>
      {onRetry && <button type="button" aria-label={t('tryAgain')} className={small} onClick={onRetry}><RotateCw size={13} /></button>}
      <button type="button" aria-label={t('attachmentRemove', { name })} className={small} onClick={onRemove}><X size={13} /></button>
    </li>
  )
}

const thumb = 'size-7 shrink-0 rounded-[4px] object-cover'
function Sent({ file }: { file: Attachment }) {
  const { image } = useImage(file.blob)
  return image ? <img {...image} alt="" className={thumb} /> : <span className={cx(thumb, 'bg-raised')} />
}

function Local({ file }: { file: File }) {
  const [url] = useState(() => URL.createObjectURL(file))
  return <img src={url} alt="" className={thumb} onLoad={() => URL.revokeObjectURL(url)} />
}
