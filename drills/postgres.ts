/** The processes of the house's PostgreSQL, to be killed or frozen. */
import { processesOn, signal } from '#server/db/postmaster.ts'
import type { House } from './house.ts'

/** @returns how many there were */
export async function signalDatabase({ home }: House, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<number> {
  const pids = await processesOn(home)
  for (const pid of pids) signal(pid, name)
  return pids.length
}
