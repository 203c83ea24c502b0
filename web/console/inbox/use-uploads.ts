import { useEffect, useMemo, useState, type ClipboardEvent, type DragEvent } from 'react'
import { attachmentsMax, blobMaxBytes } from '#contract/limits.ts'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { tell } from '../shell/notices.ts'
import { size } from '../times.ts'
import { t } from '../words.ts'

/** Files come by button, paste and drop; they are on the server before the message that names them is sent. */
export function useUploads(conversation: string) {
  const { uploads, drafts } = useLive()
  const all = useStore(uploads.store)
  const running = useMemo(() => all.filter((r) => r.conversation === conversation), [all, conversation])
  const [over, setOver] = useState(false)
  useEffect(() => uploads.show(conversation), [uploads, conversation])
  const add = (files: readonly File[]): void => {
    const room = attachmentsMax - drafts.of(conversation).attachments.length - running.length
    if (files.length > room) tell(t('attachmentsMax', { n: attachmentsMax }), { failed: true })
    for (const file of files.slice(0, Math.max(0, room))) {
      if (file.size > blobMaxBytes) tell(t('fileTooLarge', { name: file.name, max: size(blobMaxBytes) }), { failed: true })
      else if (file.size === 0) tell(t('fileEmpty', { name: file.name }), { failed: true })
      else uploads.add(conversation, file)
    }
  }

  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')
  return {
    running, over,
    cancel: uploads.cancel, retry: uploads.retry,
    choose: (): void => {
      const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true })
      input.onchange = () => add([...input.files ?? []])
      input.click()
    },
    onPaste: (event: ClipboardEvent): void => {
      const files = [...event.clipboardData.files]
      if (files.length === 0) return
      event.preventDefault()
      add(files)
    },
    drop: {
      onDragOver: (event: DragEvent): void => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(true)
      },
      onDragLeave: (): void => setOver(false),
      onDrop: (event: DragEvent): void => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(false)
        add([...event.dataTransfer.files])
      },
    },
  }
}
