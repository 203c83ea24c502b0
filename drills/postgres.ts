/** The processes of the house's PostgreSQL, to be killed or frozen. */
import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { House } from './house.ts'

/** Each of them has the data folder as working directory. */
async function processesOf({ server }: House): Promise<number[]> {
  const cluster = join(server.folder, 'data/postgres/data')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')))
  return pids.filter((_, i) => folders[i] === cluster)
}

/** @returns how many there were */
export async function signalDatabase(house: House, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<number> {
  const pids = await processesOf(house)
  for (const pid of pids) try { process.kill(pid, signal) } catch { /* It ended by itself. */ }
  return pids.length
}
