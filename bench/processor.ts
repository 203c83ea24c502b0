/** What a piece of work costs: the processor time of those who do it, however busy the machine is otherwise. */
import { readdirSync, readFileSync } from 'node:fs'

/** Of a clock tick in /proc, on every Linux. */
const tickMs = 10

/** Of the server, by its own account. */
export async function serverCpuMs(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^lodge_process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]) * 1000
}

/** Of a PostgreSQL and all its connections that are there now; undefined where there is no /proc. */
export function postgresCpuMs(dataFolder: string): number | undefined {
  if (process.platform !== 'linux') return undefined
  const postmaster = readFileSync(`${dataFolder}/postmaster.pid`, 'utf8').split('\n')[0]!
  let sumMs = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // After the name, which may hold anything: state, parent, …, user and system time at 11 and 12.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      if (pid === postmaster || fields[1] === postmaster) sumMs += (Number(fields[11]) + Number(fields[12])) * tickMs
    } catch { /* It has just ended. */ }
  }
  return sumMs
}
