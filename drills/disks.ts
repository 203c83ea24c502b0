/** Small disks of their own for what a drill fills up or makes read-only: tmpfs, mounted by root on Linux. */
import { execFile } from 'node:child_process'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { NotHere } from './not-here.ts'

export interface Disk {
  readonly path: string
  /** Takes all that is free. */
  fill(): Promise<void>
  free(): Promise<void>
  /** @throws while a file on it is open for writing: whoever has one must be gone first */
  readOnly(): Promise<void>
  writable(): Promise<void>
  unmount(): Promise<void>
}

const run = promisify(execFile)

/** @throws with what to do when this machine cannot mount: a drill without its fault is none */
export async function mountDisk(path: string, sizeMb: number): Promise<Disk> {
  await mkdir(path, { recursive: true, mode: 0o755 })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=0755`, 'lodge-drill', path]).catch((error: Error) => {
    throw new NotHere(`This drill needs a small disk of its own (a tmpfs at ${path}), and it cannot be mounted: ${error.message.trim()}. Run it as root on Linux, in a container with the right to mount.`)
  })
  const ballast = join(path, 'ballast-of-the-drill')
  const remount = (how: 'ro' | 'rw'): Promise<unknown> => run('mount', ['-o', `remount,${how}`, path])
  return {
    path,
    async fill() {
      const file = await open(ballast, 'a')
      try {
        for (let sizeBytes = 1 << 20; sizeBytes >= 4096;) {
          try { await file.write(Buffer.alloc(sizeBytes, 7)) } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
            sizeBytes /= 2
          }
        }
      } finally {
        await file.close()
      }
    },
    free: () => rm(ballast, { force: true }),
    readOnly: async () => { await remount('ro') },
    writable: async () => { await remount('rw') },
    async unmount() {
      for (let tries = 0; ; tries++) {
        try { await run('umount', [path]); return } catch (error) {
          if (tries > 50) throw error
          await sleep(100)   // the last of those who worked here are on their way out
        }
      }
    },
  }
}

export const freeBytes = async (path: string): Promise<number> => { const { bavail, bsize } = await statfs(path); return bavail * bsize }
