/** The fault of `proxyclick` without root: whoever watches the disks is told that little is left. No byte is written. */
import type { Disk } from '#server/kernel/room.ts'

export interface NarrowDisk {
  /** For `openRoom`. */
  diskOf: (folder: string) => Promise<Disk>
  /** At most so much is free from now on, for at most `forMs`; undefined ends it. */
  narrow(leftBytes: number | undefined, forMs?: number): void
}

export function narrowDisk(real: (folder: string) => Promise<Disk>): NarrowDisk {
  let leftBytes: number | undefined
  let ends: NodeJS.Timeout | undefined
  return {
    async diskOf(folder) {
      const disk = await real(folder)
      return leftBytes === undefined ? disk : { ...disk, freeBytes: Math.min(disk.freeBytes, leftBytes) }
    },
    narrow(wanted, forMs) {
      clearTimeout(ends)
      leftBytes = wanted
      if (wanted !== undefined && forMs !== undefined) ends = setTimeout(() => { leftBytes = undefined }, forMs).unref()
    },
  }
}
