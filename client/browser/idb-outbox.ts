/// <reference lib="dom" />
/**
 * The outbox of a browser: IndexedDB with strict durability, on the disk before `put` resolves. It survives reload and crash.
 *
 * Tabs share the store. Each tab owns the commands it made and holds a Web Lock for as long as it lives; whoever gets the
 * lock of another owner knows that it died, and takes its commands over. Without Web Locks (no HTTPS) a new page takes
 * everything over at once: two tabs may then send the same command, and the id makes that harmless.
 */
import { newId } from '../id.ts'
import type { Kept, OutboxStore } from '../outbox-store.ts'

type Row = Kept & { owner: string }
const table = 'commands'
const lookMs = 15_000

const result = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error ?? new Error('The request failed'))
})
const settled = (tx: IDBTransaction): Promise<void> => new Promise((resolve, reject) => {
  tx.oncomplete = () => resolve()
  tx.onabort = tx.onerror = () => reject(tx.error ?? new Error('The transaction was aborted'))
})

/** `name`: one per person, so that nobody sends what another one wrote: `lodge outbox <id of user or contact>`. */
export function idbOutbox(name: string): OutboxStore {
  const owner = newId()
  const lockOf = (who: string): string => `${name} ${who}`
  const closing = new AbortController()
  const watched = new Set([owner])
  let opening: Promise<IDBDatabase> | undefined

  function database(): Promise<IDBDatabase> {
    opening ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1)
      request.onupgradeneeded = () => { request.result.createObjectStore(table, { keyPath: 'id' }) }
      request.onsuccess = () => {
        const db = request.result
        // Browsers close a database on their own (storage pressure, site data cleared): the next access opens it again.
        db.onclose = () => { opening = undefined }
        db.onversionchange = () => { opening = undefined; db.close() }
        resolve(db)
      }
      request.onerror = () => reject(request.error ?? new Error('The database did not open'))
    }).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  async function write(change: (rows: IDBObjectStore) => void, durability: IDBTransactionDurability = 'strict'): Promise<void> {
    const tx = (await database()).transaction(table, 'readwrite', { durability })
    change(tx.objectStore(table))
    await settled(tx)
  }
  const read = async (): Promise<Row[]> => result<Row[]>((await database()).transaction(table).objectStore(table).getAll())

  /** Takes over what this owner left. One transaction: of several tabs that try, one finds it. */
  async function inherit(from: (row: Row) => boolean): Promise<Kept[]> {
    const taken: Row[] = []
    const tx = (await database()).transaction(table, 'readwrite', { durability: 'strict' })
    const rows = tx.objectStore(table)
    const all = rows.getAll()
    all.onsuccess = () => {
      for (const row of all.result as Row[]) {
        if (!from(row)) continue
        taken.push(row)
        rows.put({ ...row, owner })
      }
    }
    await settled(tx)
    return taken
  }

  /** Waits, for each other owner in the store, until it dies. */
  async function lookForOthers(adopt: (commands: readonly Kept[]) => void): Promise<void> {
    for (const { owner: other } of await read()) {
      if (watched.has(other)) continue
      watched.add(other)
      navigator.locks.request(lockOf(other), { signal: closing.signal }, async () => {
        const taken = await inherit((row) => row.owner === other)
        if (taken.length > 0) adopt(taken)
      }).catch(() => { watched.delete(other) })
    }
  }

  return {
    async open(adopt) {
      if (!('locks' in navigator)) return inherit(() => true)
      await new Promise<void>((resolve) => {
        // Held until the tab ends.
        navigator.locks.request(lockOf(owner), { signal: closing.signal }, () => {
          resolve()
          return new Promise((release) => { closing.signal.addEventListener('abort', release) })
        }).catch(() => {})
      })
      const held = new Set((await navigator.locks.query()).held?.map((lock) => lock.name))
      const left = await inherit((row) => !held.has(lockOf(row.owner)))
      const look = (): void => { lookForOthers(adopt).catch(() => {}) }
      look()
      const timer = setInterval(look, lookMs)
      closing.signal.addEventListener('abort', () => clearInterval(timer))
      return left
    },
    async put(command) {
      // A power cut that undoes `stored` costs one more send, not a message.
      await write((rows) => { rows.put({ ...command, owner }) }, command.state === 'stored' ? 'relaxed' : 'strict')
    },
    async remove(ids) {
      await write((rows) => { for (const id of ids) rows.delete(id) }, 'relaxed')
    },
    close() {
      closing.abort()
      opening?.then((db) => db.close(), () => {})
    },
  }
}
