import { useEffect, useRef, useState } from 'preact/hooks'
import type { Attachment } from '#contract/entries.ts'
import { blobMaxBytes } from '#contract/limits.ts'
import { newId, Refused } from '#client/lodge.ts'
import { uploadBlob } from '#client/upload.ts'
import type { Translate } from '#web/ui/catalogue.ts'
import { size } from './attachments.tsx'
import type { MessengerSentences } from './catalogues/en.ts'
import type { Chat } from './chat.ts'

/** A file beside the line to write. */
export interface Upload {
  readonly id: string
  readonly file: File
  /** Nobody may name it in another one. */
  readonly conversation: string | undefined
  readonly state: 'running' | 'failed' | 'done'
  /** 0 to 1 */
  readonly share: number
  readonly attachment?: Attachment
  /** Why it can never be sent; a failure without it may be tried again. */
  readonly why?: string
}

interface Uploads {
  readonly list: readonly Upload[]
  /** Begins at once; returns why not, in words. */
  readonly add: (file: File) => string | undefined
  readonly retry: (id: string) => void
  readonly remove: (id: string) => void
  readonly clear: () => void
}

/** Files go ahead of the message that names them, across breaks of the line; sending is then as quick as without. */
export function useUploads(chat: Chat, t: Translate<MessengerSentences>, language: string, conversation: string | undefined, invitation: string | undefined): Uploads {
  const [list, setList] = useState<readonly Upload[]>([])
  const aborts = useRef(new Map<string, AbortController>())
  const change = (id: string, to: Partial<Upload>): void => setList((all) => all.map((u) => u.id === id ? { ...u, ...to } : u))

  const run = async (id: string, file: File): Promise<void> => {
    const abort = new AbortController()
    aborts.current.set(id, abort)
    change(id, { state: 'running' })
    try {
      const conversation = await chat.ready(invitation)
      const attachment = await uploadBlob(chat.lodge, { conversation, file, name: file.name.slice(0, 255) || '?', mediaType: file.type.slice(0, 127) }, {
        id, signal: abort.signal, onProgress: (sent, all) => change(id, { share: sent / all }),
      })
      change(id, { state: 'done', share: 1, attachment })
    } catch (error) {
      change(id, { state: 'failed', ...(error instanceof Refused && error.code === 'unsupported_type' && { why: t('fileType') }) })
    }
  }
  const add = (file: File): string | undefined => {
    if (file.size > blobMaxBytes) return t('fileTooLarge', { size: size(blobMaxBytes, language) })
    if (file.size === 0) return t('fileEmpty')
    const id = newId()
    void run(id, file)   // opens a conversation if there is none
    setList((all) => [...all, { id, file, conversation: chat.state.now.conversation, state: 'running', share: 0 }])
    return undefined
  }
  const remove = (id: string): void => {
    aborts.current.get(id)?.abort()
    setList((all) => all.filter((u) => u.id !== id))
  }
  // Into another conversation the files go along, uploaded anew.
  useEffect(() => {
    for (const u of list) if (u.conversation !== conversation) {
      remove(u.id)
      add(u.file)
    }
  })
  return {
    list, add, remove,
    retry(id) {
      const found = list.find((u) => u.id === id)
      if (found) void run(id, found.file)
    },
    clear: () => setList([]),
  }
}
