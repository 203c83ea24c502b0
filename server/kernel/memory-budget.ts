import { CannotStart } from './cannot-start.ts'

export interface MemoryUse {
  /** Of the machine, or of the container when it has a limit. */
  totalBytes: number
  /** What PostgreSQL shares and what each of its connections may take; nothing when it runs elsewhere. */
  database: { sharedBuffersBytes: number; workMemBytes: number } | undefined
  /** What Lodge itself holds at most: rings, what slow readers wait for, the spool. */
  capsBytes: number
}
export interface MemoryGrant { connections: number; /** Set when memory, not the budget, is the limit. */ why: string | undefined }

/** The rest belongs to the heap, to the system and its cache, without which the database reads from the disk. */
const share = 0.6
/** What a backend has for itself, and how many sorts and hashes of one statement use `work_mem` at once. */
const backendBytes = 1.5 * 2 ** 20
const sortsAtOnce = 2
const least = 3

const mb = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`

/**
 * How many of the wanted connections this machine has memory for, at the worst moment of all. A database whose backends are killed for
 * memory takes everybody's connections with it, so this is settled before the first is opened.
 * @throws CannotStart when not even three fit
 */
export function memoryBudget({ totalBytes, database, capsBytes }: MemoryUse, connections: number): MemoryGrant {
  const perConnection = database ? backendBytes + sortsAtOnce * database.workMemBytes : 0
  const fixed = (database?.sharedBuffersBytes ?? 0) + capsBytes
  const room = share * totalBytes - fixed
  const fitting = perConnection > 0 ? Math.floor(room / perConnection) : room >= 0 ? connections : 0
  if (fitting >= connections) return { connections, why: undefined }
  const sum = database
    ? `shared_buffers ${mb(database.sharedBuffersBytes)}, Lodge's own ${mb(capsBytes)}, and ${mb(perConnection)} for each connection (1.5 MB and twice work_mem)`
    : `Lodge's own ${mb(capsBytes)}`
  if (fitting < least) {
    throw new CannotStart(`${mb(totalBytes)} of memory are too little: 60 % of it, ${mb(share * totalBytes)}, must hold ${sum}, and ${least} connections at least. `
      + 'Give the machine or container more memory, or use a database elsewhere with DATABASE_URL.')
  }
  return { connections: fitting, why: `Memory is enough for ${fitting} of ${connections} database connections: 60 % of ${mb(totalBytes)} must hold ${sum}.` }
}
