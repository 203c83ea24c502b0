/** Shares of the processor: control groups of Linux, version 2 or 1. The house has one, which server and PostgreSQL are born into. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { allCpuMs } from '#bench/processor.ts'
import { NotHere } from './not-here.ts'

export interface CpuGroup {
  /** Before a command: it and all its children are in the group. Its process number stays. */
  readonly launcher: readonly string[]
  /** Those that run already; their children follow them. */
  add(pids: readonly number[]): Promise<void>
  /** All of them together get so much from now on; undefined: whatever there is. */
  hold(cores: number | undefined): Promise<void>
  /** They get four times what others get when all of them want it. */
  prefer(): Promise<void>
  /** Processor time of those who are in it now. */
  usedMs(): Promise<number>
  /** In how many periods of 100 ms they had to wait, since it was opened. */
  heldBack(): Promise<number>
  close(): Promise<void>
}

const periodUs = 100_000
/** The kernel takes no less. */
const leastUs = 1_000

/** @throws NotHere, with why */
export async function openCpuGroup(): Promise<CpuGroup> {
  const { folder, isSecond } = await makeGroup()
  const file = (name: string): string => join(folder, name)
  const members = async (): Promise<number[]> => (await readFile(file('cgroup.procs'), 'utf8')).split('\n').filter(Boolean).map(Number)
  return {
    launcher: ['sh', '-c', 'echo $$ > "$0" && exec "$@"', file('cgroup.procs')],
    async add(pids) { for (const pid of pids) await writeFile(file('cgroup.procs'), String(pid)).catch(() => {}) },   // one may just have ended
    async hold(cores) {
      const us = cores === undefined ? undefined : Math.max(leastUs, Math.round(cores * periodUs))
      if (isSecond) await writeFile(file('cpu.max'), `${us ?? 'max'} ${periodUs}`)
      else await writeFile(file('cpu.cfs_quota_us'), String(us ?? -1))
    },
    prefer: () => writeFile(file(isSecond ? 'cpu.weight' : 'cpu.shares'), isSecond ? '400' : '4096'),
    usedMs: async () => allCpuMs(await members()),
    async heldBack() { return Number(/^nr_throttled (\d+)/m.exec(await readFile(file('cpu.stat'), 'utf8'))?.[1] ?? 0) },
    async close() {
      for (let tries = 0; ; tries++) {
        try { await rmdir(folder); return } catch (error) {
          if (tries > 50) throw error
          await sleep(100)   // the last of the house are on their way out
        }
      }
    },
  }
}

let made = 0
async function makeGroup(): Promise<{ folder: string; isSecond: boolean }> {
  const why: string[] = []
  for (const { root, path, isSecond } of await hierarchies()) {
    // A group of version 2 that has processes cannot have children with a share of their own; its parent can.
    for (const parent of isSecond ? [path, dirname(path)] : [path]) {
      const folder = join(root, parent, `lodge-drill-${process.pid}-${++made}`)
      try {
        await mkdir(folder)
        if (existsSync(join(folder, isSecond ? 'cpu.max' : 'cpu.cfs_quota_us'))) return { folder, isSecond }
        await rmdir(folder)
        why.push(`${join(root, parent)} hands out no processor time`)
      } catch (error) { why.push((error as Error).message) }
    }
  }
  throw new NotHere(`The house cannot be given less of the processor: ${why.join('; ') || 'this system has no control groups'}. Run it as root on Linux, where /sys/fs/cgroup can be written to.`)
}

interface Hierarchy { readonly root: string; readonly path: string; readonly isSecond: boolean }

/** Those with the processor in them, and where in them we are. */
async function hierarchies(): Promise<Hierarchy[]> {
  const [mounts, own] = await Promise.all(['/proc/self/mounts', '/proc/self/cgroup'].map((path) => readFile(path, 'utf8').catch(() => '')))
  const pathOf = (isOurs: (controllers: string[]) => boolean): string =>
    own!.split('\n').map((line) => line.split(':')).find(([, controllers]) => controllers !== undefined && isOurs(controllers.split(',')))?.[2] ?? '/'
  return mounts!.split('\n').map((line) => line.split(' ')).flatMap(([, root = '', type, options = '']): Hierarchy[] =>
    type === 'cgroup2' ? [{ root, path: pathOf((c) => c[0] === ''), isSecond: true }]
      : type === 'cgroup' && options.split(',').includes('cpu') ? [{ root, path: pathOf((c) => c.includes('cpu')), isSecond: false }] : [])
}
