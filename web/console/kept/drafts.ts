import type { Attachment } from '#contract/entries.ts'
import { createStore, type Store } from '../live/store.ts'
import { read, write } from './preferences.ts'

export type Tab = 'reply' | 'note'
export interface Draft {
  tab: Tab
  reply: string
  note: string
  /** Uploaded already; they belong to the tab that is open. */
  attachments: readonly Attachment[]
}
export const emptyDraft: Draft = { tab: 'reply', reply: '', note: '', attachments: [] }
export const hasWords = (draft: Draft): boolean => draft.reply.trim() !== '' || draft.note.trim() !== '' || draft.attachments.length > 0

export interface Drafts {
  of(conversation: string): Draft
  /** Written through at every key: localStorage is synchronous, so a crash of the tab loses nothing. */
  set(conversation: string, draft: Draft): void
  /** Another tab of the same person wrote into one. */
  onElsewhere(fn: (conversation: string) => void): () => void
  /** Conversations in which something is begun. */
  readonly begun: Store<ReadonlySet<string>>
}

export function openDrafts(user: string): Drafts {
  const prefix = `lodge:draft:${user}:`
  const begun = createStore<ReadonlySet<string>>(new Set(keysBelow(prefix)))
  const drafts = new Map<string, Draft>()
  const elsewhere = new Set<(conversation: string) => void>()
  // Another tab of the same person writes into the same drafts.
  addEventListener('storage', ({ key }) => {
    if (!key?.startsWith(prefix)) return
    drafts.delete(key.slice(prefix.length))
    begun.set(new Set(keysBelow(prefix)))
    for (const fn of elsewhere) fn(key.slice(prefix.length))
  })
  return {
    begun,
    of(conversation) {
      const known = drafts.get(conversation)
      if (known) return known
      const draft = { ...emptyDraft, ...read<Partial<Draft>>(prefix + conversation) }
      drafts.set(conversation, draft)
      return draft
    },
    onElsewhere(fn) {
      elsewhere.add(fn)
      return () => { elsewhere.delete(fn) }
    },
    set(conversation, draft) {
      drafts.set(conversation, draft)
      const kept = hasWords(draft)
      write(prefix + conversation, kept ? draft : undefined)
      if (begun.get().has(conversation) === kept) return
      const next = new Set(begun.get())
      if (kept) next.add(conversation)
      else next.delete(conversation)
      begun.set(next)
    },
  }
}

function keysBelow(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((k) => k.startsWith(prefix)).map((k) => k.slice(prefix.length))
  } catch {
    return []
  }
}
