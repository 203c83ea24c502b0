/** A folder on a disk that fills up, tears, hangs, refuses to sync and forgets in a crash what it had not synced. */
import type { SpoolDisk } from '#server/kernel/spool.ts'
import type { Chance } from '#drills/chance.ts'
import type { Scheduler } from './scheduler.ts'

/** Probabilities per call. */
export interface DiskFaults {
  /** No room: a part is written. */
  full: number
  /** EIO on sync: what was not synced is gone from the disk, and the next sync of the file says that all is well (fsyncgate). */
  lost: number
  /** Comes back much later, and was done. */
  late: number
  /** Nothing can be read, made or removed. */
  broken: number
}
export const sound: DiskFaults = { full: 0, lost: 0, late: 0, broken: 0 }

/** `synced`: this much of it outlives a crash. */
interface File { bytes: Buffer; synced: number }

export class SimDisk {
  readonly files = new Map<string, File>()
  /** Files whose sync was tried again after it had failed: nobody may. */
  readonly triedAgain: string[] = []
  faults: DiskFaults = sound
  capacityBytes = Infinity
  #life = 0
  readonly #time: Scheduler
  readonly #chance: Chance
  constructor(time: Scheduler, dice: Chance) { this.#time = time; this.#chance = dice }

  /** The process is gone, and with `isPower` the machine: of what was not synced nothing, a part, or a part that is wrong is left. */
  crash(isPower: boolean): void {
    this.#life++
    for (const file of this.files.values()) {
      if (!isPower) continue
      const loose = file.bytes.length - file.synced
      const left = file.synced + this.#chance.below(loose + 1)
      file.bytes = Buffer.from(file.bytes.subarray(0, left))
      if (left > file.synced && this.#chance.is(0.5)) {   // pages are written in any order
        const from = file.synced + this.#chance.below(left - file.synced)
        file.bytes.fill(this.#chance.is(0.5) ? 0 : 0xa5, from, this.#chance.is(0.5) ? left : Math.min(left, from + this.#chance.below(100)))
      }
      file.synced = file.bytes.length
    }
  }
  /** Rots: one bit of what was synced. */
  flip(name: string, bit: number): void { this.files.get(name)!.bytes[bit >> 3]! ^= 1 << (bit & 7) }

  #refuse(code: string): never { throw Object.assign(new Error(code), { code }) }
  get usedBytes(): number { let sum = 0; for (const f of this.files.values()) sum += f.bytes.length; return sum }

  /** The disk as one process sees it: after a crash it is answered no more, and does nothing. */
  mount(): SpoolDisk {
    const life = this.#life
    const never = new Promise<never>(() => {})
    const call = async <T>(work: () => T): Promise<T> => {
      await this.#time.sleep(this.#chance.is(this.faults.late) ? 5_000 : this.#chance.between(0.1, 3))
      return life === this.#life ? work() : never
    }
    const fileOf = (name: string): File => this.files.get(name) ?? this.#refuse('ENOENT')
    const sync = (file: File & { hasFailed?: boolean }, name: string): void => {
      if (file.hasFailed) { this.triedAgain.push(name); return }
      if (this.#chance.is(this.faults.lost)) {
        file.hasFailed = true   // in the cache it still reads well; after a crash it will not
        this.#refuse('EIO')
      }
      file.synced = file.bytes.length
    }
    return {
      list: () => call(() => this.#chance.is(this.faults.broken) ? this.#refuse('EIO') : [...this.files.keys()]),
      read: (name) => call(() => Buffer.from(fileOf(name).bytes)),
      readAt: (name, offset, bytes) => call(() => Buffer.from(fileOf(name).bytes.subarray(offset, offset + bytes))),
      put: (name, bytes) => call(() => { this.files.set(name, { bytes: Buffer.from(bytes), synced: bytes.length }) }),
      remove: (name) => call(() => { if (this.#chance.is(this.faults.broken)) this.#refuse('EROFS'); this.files.delete(name) }),
      create: (name) => call(() => {
        if (this.#chance.is(this.faults.broken)) this.#refuse('EROFS')
        if (this.files.has(name)) this.#refuse('EEXIST')
        const file: File & { hasFailed?: boolean } = { bytes: Buffer.alloc(0), synced: 0 }
        this.files.set(name, file)
        return {
          append: (bytes) => call(() => {
            const room = this.capacityBytes - this.usedBytes
            if (bytes.length <= room && !this.#chance.is(this.faults.full)) { file.bytes = Buffer.concat([file.bytes, bytes]); return }
            file.bytes = Buffer.concat([file.bytes, bytes.subarray(0, this.#chance.below(Math.max(0, Math.min(room, bytes.length)) + 1))])
            this.#refuse('ENOSPC')
          }),
          sync: () => call(() => sync(file, name)),
          cut: (bytes) => call(() => { if (file.hasFailed) this.#refuse('EIO'); file.bytes = file.bytes.subarray(0, bytes); file.synced = Math.min(file.synced, bytes) }),
          close: () => call(() => {}),
        }
      }),
    }
  }
}
