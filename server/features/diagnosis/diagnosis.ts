/**
 * Two questions. `examine`: are this machine and its settings adequate? `checkWhole`: is this database whole? Both are lists of
 * small looks; one more look is one more line in a list.
 */
import { addressed } from './addresses.ts'
import { backedUp } from './backed-up.ts'
import { besideDatabase } from './beside.ts'
import { database, type Server } from './database.ts'
import { lookAll, type Finding, type Look } from './finding.ts'
import { machine } from './machine.ts'
import { running } from './running.ts'
import { inDatabase, type Whole } from './whole.ts'

export { bad, ok, warn, worst, type Finding, type Level, type Look } from './finding.ts'
export type { Server } from './database.ts'
export type { Machine, Settings } from './machine.ts'
export type { Whole } from './whole.ts'

export const examinations: readonly Look<Server>[] = [...machine, ...database, ...addressed, ...backedUp, ...running]
export const wholeness: readonly Look<Whole>[] = [...inDatabase, ...besideDatabase]

interface Told { onFinding?: (finding: Finding) => void; onLook?: (name: string, n: number, of: number) => void }
export const examine = (server: Server, told: Told = {}): Promise<Finding[]> => lookAll(examinations, server, { ...told, deadlineMs: 20_000 })
/** The client is the caller's alone. */
export async function checkWhole(whole: Whole, { lookMaxMs = 120_000, ...told }: Told & { lookMaxMs?: number } = {}): Promise<Finding[]> {
  await whole.client.query(`set statement_timeout = ${Math.round(lookMaxMs)}`)
  return lookAll(wholeness, whole, { ...told, deadlineMs: lookMaxMs + 10_000 })
}
