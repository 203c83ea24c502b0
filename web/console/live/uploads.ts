/** Files on their way into a conversation. They go on whatever is open, and stand in its draft when they are there. */
import { newId, Refused, type Lodge } from '#client/lodge.ts'
import { uploadBlob } from '#client/upload.ts'
import type { Drafts } from '../kept/drafts.ts'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import { createStore, type Store } from './store.ts'
import { busy } from './upkeep.ts'

export interface Running { id: string; conversation: string; file: File; ratio: number; failed?: string }
export interface Uploads {
  readonly store: Store<readonly Running[]>
  add(conversation: string, file: File): void
  retry(id: string): void
  cancel(id: string): void
  /** Whoever looks at it sees what fails, until the result is called. */
  show(conversation: string): () => void
  close(): void
}

export function openUploads({ lodge, drafts }: { lodge: Lodge; drafts: Drafts }): Uploads {
  const store = createStore<readonly Running[]>([])
  const stops = new Map<string, AbortController>()
  const shown = new Set<string>()
  const patch = (id: string, change: Partial<Running>): void => store.set(store.get().map((r) => r.id === id ? { ...r, ...change } : r))
  const drop = (id: string): void => {
    stops.get(id)?.abort()
    stops.delete(id)
    store.set(store.get().filter((r) => r.id !== id))
  }
  const run = async ({ id, conversation, file }: Omit<Running, 'ratio'>): Promise<void> => {
    const stop = new AbortController()
    const name = file.name || t('pastedName')
    stops.set(id, stop)
    busy.add(stop)
    store.set([...store.get().filter((r) => r.id !== id), { id, conversation, file, ratio: 0 }])
    try {
      const done = await uploadBlob(lodge, { conversation, file, name, mediaType: file.type || 'application/octet-stream' }, {
        id, signal: stop.signal, onProgress: (sent, all) => patch(id, { ratio: sent / all }),
      })
      const draft = drafts.of(conversation)
      drafts.set(conversation, { ...draft, attachments: [...draft.attachments, done] })
      drop(id)
    } catch (error) {
      if (stop.signal.aborted) return
      const failed = why(error instanceof Refused ? error.code : 'internal')
      patch(id, { failed })
      if (!shown.has(conversation)) tell(t('uploadFailed', { name, why: failed }), { failed: true })
    } finally {
      busy.delete(stop)
    }
  }
  return {
    store,
    add(conversation, file) { void run({ id: newId(), conversation, file }) },
    retry(id) {
      const one = store.get().find((r) => r.id === id)
      if (one) void run({ id, conversation: one.conversation, file: one.file })
    },
    cancel: drop,
    show(conversation) {
      shown.add(conversation)
      return () => { shown.delete(conversation) }
    },
    close() { for (const stop of stops.values()) stop.abort() },
  }
}
