import { useQuery } from '@tanstack/react-query'
import { Download, File, ImageOff, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { linkBlob } from '#contract/blobs.ts'
import type { Attachment } from '#contract/entries.ts'
import { imageTypes } from '#contract/limits.ts'
import { cx } from '#web/ui/cx.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { tell, why } from '../shell/notices.ts'
import { size } from '../times.ts'
import { t } from '../words.ts'

const linkLifeMs = 50 * 60_000
const previewPx = { width: 320, height: 240 }

export const isImage = ({ mediaType }: Pick<Attachment, 'mediaType'>): boolean => (imageTypes as readonly string[]).includes(mediaType)

/** A link ends after an hour, and a picture may be drawn again later: one that fails is asked for anew, and is broken if it stays the same. */
export function useImage(blob: string) {
  const { lodge } = useLive()
  const { data: src, isError, isFetching, refetch } = useQuery({
    queryKey: ['blob', blob], staleTime: linkLifeMs, gcTime: linkLifeMs, queryFn: async () => (await ask(lodge.call, linkBlob, { params: { blob } })).url,
  })
  const [failed, setFailed] = useState<string>()
  const onError = (): void => {
    setFailed(src)
    void refetch()
  }
  const hasFailed = src !== undefined && src === failed
  return { image: src === undefined || hasFailed ? undefined : { src, onError }, isBroken: isError || (hasFailed && !isFetching) }
}

/** By a link of this moment. */
function useSave({ blob, name }: Attachment): () => Promise<void> {
  const { lodge } = useLive()
  return async () => {
    const outcome = await lodge.call(linkBlob, { params: { blob } })
    if (outcome.ok) Object.assign(document.createElement('a'), { href: outcome.value.url, download: name }).click()
    else tell(why(outcome.code), { failed: true })
  }
}

export function Attachments({ of, under }: { of: readonly Attachment[]; under: boolean }) {
  return <div className={cx('flex flex-wrap gap-1.5', under && 'mt-1.5')}>{of.map((file) => isImage(file) ? <Picture key={file.blob} file={file} /> : <Document key={file.blob} file={file} />)}</div>
}

/** Takes its room before it is loaded, so that nothing moves when it comes. */
function Picture({ file }: { file: Attachment }) {
  const { image, isBroken } = useImage(file.blob)
  const save = useSave(file)
  const [large, setLarge] = useState(false)
  const scale = Math.min(1, previewPx.width / (file.widthPx ?? previewPx.width), previewPx.height / (file.heightPx ?? previewPx.height))
  const box = { width: Math.round((file.widthPx ?? previewPx.width) * scale), height: Math.round((file.heightPx ?? previewPx.height) * scale) }
  if (isBroken) return <span className="flex h-10 items-center gap-2 text-13"><ImageOff aria-hidden size={16} />{t('imageAway', { name: file.name })}</span>
  return (
    <Dialog.Root open={large} onOpenChange={setLarge}>
      <Dialog.Trigger aria-label={t('imageOpen', { name: file.name })} className="-mx-1.5 overflow-hidden rounded-control bg-line first:mt-0.5 last:mb-0.5" style={{ maxWidth: box.width, width: '100%', aspectRatio: `${box.width} / ${box.height}` }}>
        {image && <img {...image} alt={file.name} loading="lazy" decoding="async" className="size-full object-cover" />}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[rgb(20_17_15/0.85)]" />
        <Dialog.Content aria-describedby={undefined} className="fixed inset-0 z-50 flex flex-col" onClick={() => setLarge(false)}>
          <div className="flex items-center gap-1 p-2 text-[#f5f3f0]">
            <Dialog.Title className="flex-1 truncate px-2 text-13">{file.name} · {size(file.sizeBytes)}</Dialog.Title>
            <IconButton
              label={t('download')} className="text-current! hover:bg-[#36302b]!"
              onClick={(e) => {
                e.stopPropagation()
                void save()
              }}
            >
              <Download size={16} />
            </IconButton>
            <Dialog.Close asChild><IconButton label={t('closeDialog')} className="text-current! hover:bg-[#36302b]!"><X size={18} /></IconButton></Dialog.Close>
          </div>
          {image && <img {...image} alt={file.name} className="m-auto min-h-0 max-w-full object-contain p-4 pt-0" />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Document({ file }: { file: Attachment }) {
  const save = useSave(file)
  return (
    <button
      type="button" aria-label={t('downloadNamed', { name: file.name })} onClick={() => void save()}
      className="flex max-w-72 items-center gap-2.5 rounded-control border border-current/15 bg-surface/40 px-2.5 py-1.5 text-start"
    >
      <File aria-hidden size={18} className="shrink-0" />
      <span className="min-w-0"><bdi className="block truncate text-13 font-medium">{file.name}</bdi><span className="figures text-12 opacity-75">{size(file.sizeBytes)}</span></span>
      <Download aria-hidden size={14} className="shrink-0" />
    </button>
  )
}
