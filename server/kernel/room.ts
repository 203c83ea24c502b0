/**
 * What a disk still has room for (P10): files are refused first, then bookings; the rest is for messages and check-ins. `full`: the
 * ballast has to go, or the database, which stops when its log has no room, could not even recover.
 */
export interface Disk { readonly freeBytes: number; readonly totalBytes: number }
export type RoomLevel = 'plenty' | 'low' | 'scarce' | 'full'

const mb = 2 ** 20, gb = 2 ** 30
/** A share of the disk, but of a large one no more than anybody needs, and never less than what the last messages need. */
const below = ({ freeBytes, totalBytes }: Disk, leastBytes: number, share: number, mostBytes: number): boolean =>
  freeBytes < Math.max(leastBytes, Math.min(totalBytes * share, mostBytes))

export function roomLevel(disk: Disk): RoomLevel {
  if (disk.freeBytes < 256 * mb) return 'full'
  if (below(disk, 512 * mb, 0.05, 10 * gb)) return 'scarce'
  return below(disk, gb, 0.1, 20 * gb) ? 'low' : 'plenty'
}
/** Of several disks that matter, the worst. */
export const worstLevel = (levels: readonly RoomLevel[]): RoomLevel => roomLevels[Math.max(0, ...levels.map((level) => roomLevels.indexOf(level)))]!
export const roomLevels: readonly RoomLevel[] = ['plenty', 'low', 'scarce', 'full']
