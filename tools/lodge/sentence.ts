/** What disk, network or database throw, as a sentence for who typed the command; what is no fault of theirs keeps its stack. */
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { Refusal } from '#server/kernel/refusal.ts'

const ofDisk: Readonly<Record<string, string>> = {
  ENOENT: 'is not there', ENOTDIR: 'is not in a folder', EISDIR: 'is a folder, and a file is wanted', EEXIST: 'is there already, and is no folder',
  EACCES: 'may not be read or written by this user', EPERM: 'may not be read or written by this user', EROFS: 'is on a disk that takes nothing (read-only)',
}
const full: readonly string[] = ['ENOSPC', 'EDQUOT']
const ofNetwork: readonly string[] = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']
/** Classes of SQLSTATE: no connection, who are you, no such database, no room, going down. */
const ofDatabase = /^(?:08|28|3D|53|57P)/

/** Undefined: a defect. */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return sentenceOf(error.errors[0])   // one for each address of a host
  if (!(error instanceof Error)) return undefined
  const { code = '', path, message } = error as NodeJS.ErrnoException
  if (error instanceof CannotStart || error instanceof Refusal || code.startsWith('ERR_PARSE_ARGS')) return message
  if (full.includes(code)) return `No room is left on the disk${path === undefined ? '' : ` for ${path}`}. What was begun is not there; make room and do it again.`
  if (ofNetwork.includes(code)) return `The database cannot be reached: ${message}. Is it running, and is DATABASE_URL right? npm run lodge -- doctor says more.`
  if (ofDatabase.test(code)) return `The database refuses: ${message}. npm run lodge -- doctor says more.`
  return path !== undefined && code in ofDisk ? `${path} ${ofDisk[code]}.` : undefined
}
