/**
 * What opens while the server is away: the rows of the last conversations, their newest entries, and the lists that give
 * them names. Read-only copies; the truth stays on the server, and every resume continues from the position kept here.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Conversation, ConversationRow } from '#contract/conversations.ts'
import type { Contact } from '#contract/contacts.ts'
import type { Entry } from '#contract/entries.ts'
import type { Marks } from '#contract/frames.ts'

export const shelfRows = 50
export const shelfEntries = 100

export interface KeptThread {
  id: string
  epoch: string
  head: number
  entries: readonly Entry[]
  marks?: Marks | undefined
  conversation?: Conversation | undefined
  contact?: Contact | undefined
  people: readonly { id: string; name: string }[]
}
export interface KeptRow { id: string; row: ConversationRow; mark: number }

interface Shape extends DBSchema {
  rows: { key: string; value: KeptRow }
  threads: { key: string; value: KeptThread }
  lists: { key: string; value: unknown }
}

export interface Shelf {
  rows(): Promise<readonly KeptRow[]>
  /** Replaces all rows; threads that are in none of them go. */
  keepRows(rows: readonly KeptRow[]): Promise<void>
  thread(id: string): Promise<KeptThread | undefined>
  heads(): Promise<ReadonlyMap<string, number>>
  keepThread(thread: KeptThread): Promise<void>
  list<T>(name: string): Promise<T | undefined>
  keepList(name: string, value: unknown): Promise<void>
  clear(): Promise<void>
}

/** One shelf per person. Where the device keeps nothing (private window) every read is empty and every write is forgotten. */
export function openShelf(user: string): Shelf {
  const opened = openDB<Shape>(`lodge-shelf-${user}`, 1, {
    upgrade(db) {
      db.createObjectStore('rows', { keyPath: 'id' })
      db.createObjectStore('threads', { keyPath: 'id' })
      db.createObjectStore('lists')
    },
  })
  const or = async <T>(otherwise: T, fn: (db: IDBPDatabase<Shape>) => Promise<T>): Promise<T> => opened.then(fn).catch(() => otherwise)
  return {
    rows: async () => or([], async (db) => db.getAll('rows')),
    keepRows: async (rows) => or(undefined, async (db) => {
      const tx = db.transaction(['rows', 'threads'], 'readwrite')
      const keep = new Set(rows.map((r) => r.id))
      await tx.objectStore('rows').clear()
      for (const row of rows) void tx.objectStore('rows').put(row)
      for (const id of await tx.objectStore('threads').getAllKeys()) if (!keep.has(id)) void tx.objectStore('threads').delete(id)
      await tx.done
    }),
    thread: async (id) => or(undefined, async (db) => db.get('threads', id)),
    heads: async () => or(new Map(), async (db) => new Map((await db.getAll('threads')).map((t) => [t.id, t.head]))),
    keepThread: async (thread) => or(undefined, async (db) => { await db.put('threads', { ...thread, entries: thread.entries.slice(-shelfEntries) }) }),
    list: async <T>(name: string) => or(undefined, async (db) => await db.get('lists', name) as T | undefined),
    keepList: async (name, value) => or(undefined, async (db) => { await db.put('lists', value, name) }),
    clear: async () => or(undefined, async (db) => { await Promise.all([db.clear('rows'), db.clear('threads'), db.clear('lists')]) }),
  }
}
