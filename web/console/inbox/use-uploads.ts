import { useEffect, useRef, useState, type ClipboardEvent, type DragEvent } from 'react'
import type { Attachment } from '#contract/entries.ts'
import { attachmentsMax, blobMaxBytes } from '#contract/limits.ts'
import { newId, Refused } from '#client/lodge.ts'
import { uploadBlob } from '#client/upload.ts'
import { useLive } from '../live/live-context.ts'
import { busy } from '../live/upkeep.ts'
import { tell, why } from '../shell/notices.ts'
import { size } from '../times.ts'
import { t } from '../words.ts'

export interface Running { id: string; file: File; ratio: number; failed?: string }

/** Files come by button, paste and drop; they are on the server before the message that names them is sent. */
export function useUploads(conversation: string, onDone: (file: Attachment) => void) {
  const { lodge, drafts } = useLive()
  const [running, setRunning] = useState<readonly Running[]>([])
  const [over, setOver] = useState(false)
  const stops = useRef(new Map<string, AbortController>())
  useEffect(() => {
    const all = stops.current
    return () => { for (const stop of all.values()) stop.abort() }
  }, [])
  const patch = (id: string, change: Partial<Running>): void => setRunning((list) => list.map((r) => r.id === id ? { ...r, ...change } : r))
  const drop = (id: string): void => {
    stops.current.get(id)?.abort()
    stops.current.delete(id)
    setRunning((list) => list.filter((r) => r.id !== id))
  }

  const run = async (id: string, file: File): Promise<void> => {
    const stop = new AbortController()
    stops.current.set(id, stop)
    busy.add(stop)
    try {
      const done = await uploadBlob(lodge, { conversation, file, name: file.name || t('pastedName'), mediaType: file.type || 'application/octet-stream' }, { id, signal: stop.signal, onProgress: (sent, all) => patch(id, { ratio: sent / all }) })
      drop(id)
      onDone(done)
    } catch (error) {
      if (stop.signal.aborted) return
      patch(id, { failed: why(error instanceof Refused ? error.code : 'internal') })
    } finally {
      busy.delete(stop)
    }
  }
  const add = (files: readonly File[]): void => {
    const room = attachmentsMax - drafts.of(conversation).attachments.length - running.length
    if (files.length > room) tell(t('attachmentsMax', { n: attachmentsMax }), { failed: true })
    for (const file of files.slice(0, Math.max(0, room))) {
      if (file.size > blobMaxBytes) tell(t('fileTooLarge', { name: file.name, max: size(blobMaxBytes) }), { failed: true })
      else if (file.size > 0) {
        const id = newId()
        setRunning((list) => [...list, { id, file, ratio: 0 }])
        void run(id, file)
      }
    }
  }

  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')
  return {
    running, over,
    cancel: drop,
    retry: (id: string): void => {
      const one = running.find((r) => r.id === id)
      if (!one) return
      setRunning((list) => list.map((r) => r.id === id ? { id, file: r.file, ratio: 0 } : r))
      void run(id, one.file)
    },
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
