import { getConversation, listEntries, type Conversation } from '#contract/conversations.ts'
import type { Contact } from '#contract/contacts.ts'
import type { Entry } from '#contract/entries.ts'
import type { KeptEntry, Marks } from '#contract/frames.ts'
import { fold } from '#client/fold.ts'
import type { Lodge, Position } from '#client/lodge.ts'
import type { Shelf } from '../kept/shelf.ts'
import type { Rows } from './rows.ts'
import { createStore, type Store } from './store.ts'

export interface ThreadState {
  /** `kept`: from the shelf, to be continued when the server answers. */
  readonly phase: 'loading' | 'kept' | 'live' | 'refused'
  readonly entries: readonly Entry[]
  readonly marks?: Marks
  /** What the server keeps while its database is away: provisional. */
  readonly unstored?: readonly KeptEntry[]
  readonly conversation?: Conversation
  readonly contact?: Contact
  readonly people: ReadonlyMap<string, string>
  readonly earlier: 'some' | 'loading' | 'none' | 'failed'
  /** Who is writing, until when. */
  readonly typing: ReadonlyMap<string, number>
}
export interface Thread {
  readonly id: string
  readonly store: Store<ThreadState>
  loadEarlier(): Promise<void>
  /** Reads conversation and contact again. */
  refresh(): void
}
export interface Threads {
  /** Joins it at once if it is not joined yet: asked for beforehand, it is there when it is opened. */
  get(id: string): Thread
  /** Stays joined until the result is called. */
  hold(id: string): () => void
  close(): void
}

const topicOf = (id: string): string => `conversation:${id}`
const earlierAtOnce = 100
const typingMs = 5000
/** So many conversations stay joined behind the open one: going back to them is instant, and they are up to date. */
const joinedMax = 12

export function openThreads(lodge: Lodge, rows: Rows, shelf: Shelf): Threads {
  const open = new Map<string, { thread: Thread; leave: () => void }>()
  const held = new Set<string>()
  return {
    get(id) {
      const known = open.get(id)
      const here = known ?? start(lodge, rows, shelf, id)
      open.delete(id)
      open.set(id, here)
      for (const [oldest, { leave }] of open) {
        if (open.size <= joinedMax) break
        if (held.has(oldest) || oldest === id) continue
        leave()
        open.delete(oldest)
      }
      return here.thread
    },
    hold(id) {
      held.add(id)
      return () => { held.delete(id) }
    },
    close() {
      for (const { leave } of open.values()) leave()
      open.clear()
    },
  }
}

function start(lodge: Lodge, rows: Rows, shelf: Shelf, id: string): { thread: Thread; leave: () => void } {
  const store = createStore<ThreadState>({ phase: 'loading', entries: [], people: new Map(), earlier: 'none', typing: new Map() })
  const set = (change: Partial<ThreadState>): void => store.set({ ...store.get(), ...change })
  let epoch = ''
  let left = false
  let leaveTopic = (): void => {}
  let keeping: ReturnType<typeof setTimeout> | undefined

  const keep = (): void => {
    clearTimeout(keeping)
    keeping = setTimeout(() => {
      const { entries, marks, conversation, contact, people } = store.get()
      const head = entries.at(-1)?.offset
      if (epoch && head) void shelf.keepThread({ id, epoch, head, entries, marks, conversation, contact, people: [...people].map(([person, name]) => ({ id: person, name })) })
    }, 1000)
  }
  const setEntries = (entries: readonly Entry[], change: Partial<ThreadState> = {}): void => {
    const conversation = change.conversation ?? store.get().conversation
    const folded = entries.reduce(fold, conversation)
    set({ ...change, entries, ...(folded && { conversation: folded }), phase: 'live', earlier: (entries[0]?.offset ?? 1) > 1 ? 'some' : 'none' })
    keep()
  }
  const readMarks = (marks: Marks): void => {
    set({ marks })
    rows.mark(id, marks.mine)
  }
  const refresh = async (): Promise<void> => {
    const outcome = await lodge.call(getConversation, { params: { conversation: id } })
    if (left) return
    if (!outcome.ok) {
      if (outcome.code === 'not_found' || outcome.code === 'invalid') set({ phase: 'refused' })
      return
    }
    const { conversation, contact, people } = outcome.value
    const { entries } = store.get()
    set({ conversation: entries.reduce(fold, conversation) ?? conversation, contact, people: new Map(people.map((p) => [p.id, p.name])) })
    keep()
  }
  const join = (from?: Position): void => {
    leaveTopic = lodge.join(topicOf(id), {
      fresh(state) {
        epoch = state.epoch
        setEntries(state.entries)
        readMarks(state.marks)
        if (from) void refresh()
      },
      entries(more) {
        // Whoever sent is no longer writing.
        const typing = new Map(store.get().typing)
        for (const { actor } of more) typing.delete(actor)
        setEntries([...store.get().entries, ...more], { typing })
      },
      kept(unstored) {
        const typing = new Map(store.get().typing)
        for (const { actor } of unstored) typing.delete(actor)
        set({ unstored, typing })
      },
      marks: readMarks,
      typing(actor) {
        set({ typing: new Map(store.get().typing).set(actor, Date.now() + typingMs) })
        setTimeout(() => {
          const typing = new Map([...store.get().typing].filter(([, untilMs]) => untilMs > Date.now()))
          if (typing.size < store.get().typing.size) set({ typing })
        }, typingMs + 50)
      },
      refused() { set({ phase: 'refused' }) },
    }, from)
  }

  void shelf.thread(id).then((kept) => {
    if (left) return
    if (!kept) {
      join()
      return
    }
    epoch = kept.epoch
    set({
      phase: 'kept', entries: kept.entries, people: new Map(kept.people.map((p) => [p.id, p.name])), earlier: (kept.entries[0]?.offset ?? 1) > 1 ? 'some' : 'none',
      ...(kept.marks && { marks: kept.marks }), ...(kept.conversation && { conversation: kept.conversation }), ...(kept.contact && { contact: kept.contact }),
    })
    join({ epoch: kept.epoch, offset: kept.head })
  })
  void refresh()

  const thread: Thread = {
    id, store,
    refresh() { void refresh() },
    async loadEarlier() {
      const first = store.get().entries[0]?.offset ?? 1
      if (store.get().earlier === 'loading' || first <= 1) return
      set({ earlier: 'loading' })
      const outcome = await lodge.call(listEntries, { params: { conversation: id }, query: { before: first, limit: earlierAtOnce } })
      if (left) return
      // A fresh start in between has other entries: what was asked for no longer fits in front of them.
      const now = store.get().entries
      if (!outcome.ok || outcome.value.epoch !== epoch || now[0]?.offset !== first) set({ earlier: outcome.ok ? 'some' : 'failed' })
      else set({ entries: [...outcome.value.entries as Entry[], ...now], earlier: (outcome.value.entries[0]?.offset ?? 1) > 1 ? 'some' : 'none' })
    },
  }
  return {
    thread,
    leave() {
      left = true
      leaveTopic()
    },
  }
}
