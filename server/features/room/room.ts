/** Watches the disks that Lodge lives on: refuses what can wait while there is little room, and holds ballast that is let go when there is none. */
import { open, rm, stat, statfs } from 'node:fs/promises'
import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { BaseLogger } from 'pino'
import type { AnyEndpoint } from '#contract/api.ts'
import { mkdirs } from '#server/db/folder.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { roomLevel, worstLevel, type Disk, type RoomLevel } from '#server/kernel/room.ts'

export interface RoomOptions {
  /** One ballast for each disk that these are on. */
  folders: readonly string[]
  ballastBytes: number
  log: Pick<BaseLogger, 'warn' | 'info' | 'error'>
  /** For tests, and for drills of the demo. */
  diskOf?: (folder: string) => Promise<Disk>
  everyMs?: number
}

export interface Room {
  readonly level: RoomLevel
  /** Looks at once: something failed that may have wanted room. */
  look(): Promise<void>
  /** @throws Refusal `storage_full` */
  refuse(what: 'files' | 'bookings'): void
  stop(): void
}

export const diskOf = async (folder: string): Promise<Disk> => { const { bavail, blocks, bsize } = await statfs(folder); return { freeBytes: bavail * bsize, totalBytes: blocks * bsize } }
const noBookings = 'The server’s disk is nearly full. What is left is kept for messages and check-ins, so it takes no bookings until its operator frees space.'

/** Resolves after the first look, before which nothing else should ask for room. */
export async function openRoom({ folders, ballastBytes, log, diskOf: freeOf = diskOf, everyMs = 2_000 }: RoomOptions): Promise<Room> {
  for (const folder of folders) await mkdirs(folder).catch(() => {})   // a full disk is no reason not to start
  const devices = new Set<number>()
  const held: string[] = []
  for (const folder of folders) {
    const device = await stat(folder).then(({ dev }) => dev, () => undefined)
    if (device !== undefined && !devices.has(device)) { devices.add(device); held.push(folder) }
  }
  let level: RoomLevel = 'plenty'

  async function look(): Promise<void> {
    const levels: RoomLevel[] = []
    for (const folder of held) {
      try {
        const now = await freeOf(folder)
        const one = roomLevel(now)
        levels.push(one)
        if (one === 'full') await release(folder)
        else if (one === 'plenty' && now.freeBytes > 8 * ballastBytes) await hold(folder)
      } catch (error) { log.warn({ err: error, folder }, 'How much room a disk has cannot be read') }
    }
    const before = level
    level = worstLevel(levels)
    if (level !== before) log.warn({ level, before }, level === 'plenty' ? 'There is room on the disk again' : 'The disk is filling up')
  }

  const pathOf = (folder: string): string => join(folder, 'ballast')
  async function release(folder: string): Promise<void> {
    const { size } = await stat(pathOf(folder)).catch(() => ({ size: 0 }))
    if (size === 0) return
    await rm(pathOf(folder), { force: true })
    log.error({ folder, bytes: size }, 'The disk is full: the ballast is gone, so that the database can recover and messages can be kept. Free space now')
  }
  async function hold(folder: string): Promise<void> {
    const { size } = await stat(pathOf(folder)).catch(() => ({ size: 0 }))
    if (size >= ballastBytes || ballastBytes === 0) return
    const file = await open(pathOf(folder), 'w', 0o600)
    try {
      // Not zeros: some file systems would keep none of them.
      const piece = randomFillSync(Buffer.alloc(Math.min(ballastBytes, 4 * 2 ** 20)))
      for (let bytes = 0; bytes < ballastBytes; bytes += piece.length) await file.write(piece, 0, Math.min(piece.length, ballastBytes - bytes))
      await file.datasync()
    } finally { await file.close() }
  }

  await look()
  let looking = Promise.resolve()
  const timer = setInterval(() => { looking = looking.then(look) }, everyMs)
  return {
    get level() { return level },
    look: () => (looking = looking.then(look)),
    refuse(what) {
      if (level === 'plenty' || (what === 'bookings' && level === 'low')) return
      throw what === 'files' ? new Refusal('storage_full', undefined, 60_000) : new Refusal('storage_full', noBookings, 60_000)
    },
    stop() { clearInterval(timer) },
  }
}

/** Before a handler is reached: what these endpoints would take has to wait. */
export function refuseWithoutRoom(http: FastifyInstance, room: Pick<Room, 'refuse'>, needs: { files: readonly unknown[]; bookings: readonly unknown[] }): void {
  const kinds = new Map<AnyEndpoint, 'files' | 'bookings'>([...needs.files.map((e) => [e as AnyEndpoint, 'files'] as const), ...needs.bookings.map((e) => [e as AnyEndpoint, 'bookings'] as const)])
  http.addHook('preHandler', async (request) => {
    const { endpoint } = request.routeOptions.config
    const what = endpoint && kinds.get(endpoint)
    if (what) room.refuse(what)
  })
}
