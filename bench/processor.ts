/** What a piece of work costs: the processor time of those who do it, however busy the machine is otherwise. */
import { readFile } from 'node:fs/promises'
import type { Home } from '#server/db/home.ts'
import { processesOn } from '#server/db/postmaster.ts'

/** Of a clock tick in /proc, on every Linux. */
const tickMs = 10

/** Of the server, by its own account. */
export async function serverCpuMs(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^lodge_process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]) * 1000
}

/** Of a process, by the kernel's account; 0 of one that has ended. Only where there is /proc. */
export async function processCpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // After the name, which may hold anything: state, parent, …, user and system time at 11 and 12.
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number)
  return (user + system) * tickMs
}
export const allCpuMs = async (pids: readonly number[]): Promise<number> => (await Promise.all(pids.map(processCpuMs))).reduce((sum, ms) => sum + ms, 0)

/** Of a PostgreSQL and all its connections that are there now; undefined where there is no /proc. */
export const postgresCpuMs = async (home: Home): Promise<number | undefined> => process.platform === 'linux' ? allCpuMs(await processesOn(home)) : undefined
