/** The kiosk's database. A new one, after the device lost its storage, is a new log with an id of its own. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { newId } from '#client/id.ts'
import type { Kept, LocalVisit, LogMeta } from './kept.ts'

interface Tables extends DBSchema {
  operations: { key: number; value: Kept; indexes: { id: string; state: [string, number] } }
  visits: { key: string; value: LocalVisit }
  meta: { key: string; value: unknown }
}
export type Database = IDBPDatabase<Tables>

export interface Device {
  database(): Promise<Database>
  /** For when it misbehaves: browsers lose the connection to their own storage (WebKit in the background does). */
  reopen(): Promise<Database>
}

const patienceMs = 10_000
/** Rejects when there is no answer in time: a storage that hangs is a broken one. */
export async function inTime<T>(work: Promise<T>, ms = patienceMs): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error('The storage does not answer')), ms) })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export function openDevice(name = 'lodge-kiosk'): Device {
  let opening: Promise<Database> | undefined

  function open(): Promise<Database> {
    const mine: Promise<Database> = inTime(openDB<Tables>(name, 1, {
      upgrade(db) {
        const operations = db.createObjectStore('operations', { keyPath: 'seq' })
        operations.createIndex('id', 'id', { unique: true })
        operations.createIndex('state', ['state', 'seq'])
        db.createObjectStore('visits', { keyPath: 'id' })
        db.createObjectStore('meta').put({ id: newId(), nextSeq: 1 } satisfies LogMeta, 'log').catch(() => {})
      },
      blocking: (_current, _blocked, event) => { forget(); (event.target as IDBDatabase).close() },
      terminated: () => forget(),
    }))
    const forget = (): void => { if (opening === mine) opening = undefined }
    mine.catch(forget)
    return mine
  }
  return {
    database: () => opening ??= open(),
    async reopen() {
      const old = opening
      opening = open()
      old?.then((db) => db.close(), () => {})
      return opening
    },
  }
}
