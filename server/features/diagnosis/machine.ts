/** Is this machine adequate? */
import { constants as files } from 'node:fs'
import { access, lstat, open, rm, stat, statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#contract/config.ts'
import { bad, ok, warn, type Finding, type Look } from './finding.ts'

export type Settings = Config & { readonly keys: string }
export interface Machine { readonly config: Settings; readonly now: () => number; /** Lodge was never started on this data: what the first start makes is not missing. */ readonly isNew?: boolean }

const gb = (bytes: number): string => bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.round(bytes / 2 ** 20)} MB`

const node: Look<Machine> = {
  name: 'Node',
  async run() {
    const major = Number(process.versions.node.split('.')[0])
    return major >= 24 ? ok('Node', `Node ${process.versions.node} runs here.`) : bad('Node', `Node ${process.versions.node} runs here, and Lodge needs 24.`, 'Start it with npm: the packages bring their own Node.')
  },
}

export function judgeMemory(bytes: number): Finding {
  if (bytes < 512 * 2 ** 20) return bad('memory', `${gb(bytes)} may be used.`, 'Give it 1 GB: server and database alone take half of that when nobody is there.')
  if (bytes < 2 ** 30) return warn('memory', `${gb(bytes)} may be used: enough for a small house.`, 'Give it 1 GB and 12 kB for every visitor who is connected at once.')
  return ok('memory', `${gb(bytes)} may be used.`)
}
const memory: Look<Machine> = {
  name: 'memory',
  async run() {
    const limit = process.constrainedMemory()   // 0 or huge: none
    return judgeMemory(limit > 0 ? Math.min(limit, totalmem()) : totalmem())
  },
}
const processors: Look<Machine> = {
  name: 'processors',
  async run() {
    const n = availableParallelism()
    return n >= 2 ? ok('processors', `${n} processors.`) : warn('processors', 'One processor: server and database wait for each other.', 'Give it two.')
  },
}

export function judgeSpace(freeBytes: number, sizeBytes: number, where: string): Finding {
  const text = `${gb(freeBytes)} of ${gb(sizeBytes)} are free at ${where}.`
  if (freeBytes < 0.05 * sizeBytes || freeBytes < 512 * 2 ** 20) return bad('disk space', text, 'Make room now: a database whose disk is full stops. See docs/operations.md, "The disk is full".')
  if (freeBytes < 0.1 * sizeBytes || freeBytes < 2 ** 30) return warn('disk space', text, 'Make room, or give it a larger disk.')
  return ok('disk space', text)
}
const space: Look<Machine> = {
  name: 'disk space',
  async run({ config }) {
    const places = [config.folder, config.backupFolder, config.spool].filter((place) => place !== undefined)
    const found: Finding[] = []
    for (const place of places) {
      const at = await statfs(place).catch(() => undefined)
      if (at) found.push(judgeSpace(at.bavail * at.bsize, at.blocks * at.bsize, place))
    }
    return found
  },
}

export function judgeSync(p99Ms: number): Finding {
  const text = `The disk keeps a small write after ${p99Ms.toFixed(1)} ms (99 of 100).`
  if (p99Ms > 100) return bad('disk speed', text, 'Every message waits for that. Use a local SSD, not a network folder.')
  if (p99Ms > 15) return warn('disk speed', text, 'Every message waits for that. A local SSD takes 1 to 3 ms.')
  if (p99Ms < 0.05) return warn('disk speed', `${text} That is faster than a disk can be: it may not keep what it says it kept.`, 'Check that the folder is on a real disk, and not on a RAM disk or one that ignores fsync.')
  return ok('disk speed', text)
}
const speed: Look<Machine> = {
  name: 'disk speed',
  async run({ config }) {
    const path = join(config.folder, '.doctor.partial')
    const handle = await open(path, 'w', 0o600).catch(() => undefined)
    if (!handle) return []   // the look at the folder says why
    const times: number[] = []
    try {
      const block = Buffer.alloc(8192, 7)
      for (let i = 0; i < 100; i++) {
        const startMs = performance.now()
        await handle.write(block, 0, block.length, (i % 16) * block.length)
        await handle.datasync()
        times.push(performance.now() - startMs)
      }
    } finally {
      await handle.close()
      await rm(path, { force: true })
    }
    return judgeSync(times.toSorted((a, b) => a - b)[98]!)
  },
}

const descriptors: Look<Machine> = {
  name: 'open files',
  async run() {
    const limits = (process.report.getReport() as unknown as { userLimits?: { open_files?: { soft: number | string; hard: number | string } } }).userLimits?.open_files
    const most = limits?.soft === 'unlimited' ? Infinity : Number(limits?.soft)   // Node raises it to the hard limit as it starts
    if (!limits || Number.isNaN(most)) return ok('open files', 'This system does not tell how many files may be open.')
    const text = `${most === Infinity ? 'Any number of' : most.toLocaleString('en')} files and sockets may be open at once.`
    if (most < 1024) return bad('open files', text, 'Raise it: LimitNOFILE=65536 in the systemd unit, or ulimit -n.')
    return most < 8192 ? warn('open files', text, 'Each visitor takes one. Raise it: LimitNOFILE=65536 in the systemd unit, or ulimit -n.') : ok('open files', text)
  },
}
const clock: Look<Machine> = {
  name: 'clock',
  async run({ now }) {
    const at = now()
    return at < Date.parse('2025-01-01') ? bad('clock', `The clock says ${new Date(at).toISOString()}.`, 'Set it, and let it be kept right (NTP): tickets, appointments and certificates depend on it.') : ok('clock', `The clock says ${new Date(at).toISOString().slice(0, 16)}Z, the time zone here is ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`)
  },
}

const folder: Look<Machine> = {
  name: 'data folder',
  async run({ config }) {
    const there = await stat(config.folder).catch(() => undefined)
    if (!there) return warn('data folder', `There is no ${config.folder} yet.`, 'The first start makes it. Set LODGE_DATA if the data should be elsewhere.')
    if (!there.isDirectory()) return bad('data folder', `${config.folder} is no folder.`, 'Set LODGE_DATA to one.')
    if (!await access(config.folder, files.R_OK | files.W_OK | files.X_OK).then(() => true, () => false)) return bad('data folder', `${config.folder} cannot be written by this user.`, `chown -R it to the user that Lodge runs as.`)
    return ok('data folder', `${config.folder} can be read and written.`)
  },
}
const keys: Look<Machine> = {
  name: 'keys',
  async run({ config }) {
    const found = await lstat(config.keys).catch(() => undefined)
    if (!found) return ok('keys', 'There are no keys yet; the first start makes them.')
    if (found.mode & 0o077) return bad('keys', `Others than the owner may read or change ${config.keys}: who has it can sign in as anybody.`, `chmod 600 ${config.keys}, and exchange the keys if somebody else could read them.`)
    return ok('keys', 'Only the owner may read the keys.')
  },
}

export const machine: readonly Look<Machine>[] = [node, processors, memory, folder, keys, space, speed, descriptors, clock]
