/**
 * Where a reader stands in a topic. Pure.
 *
 *   stands at 7:   8, 9 → take    6, 7 → had them, drop    9 (no 8) → a gap: take nothing more, ask again from 7
 */
import type { Entry } from '#contract/entries.ts'

export interface Position { readonly epoch: string; readonly offset: number }

/** The entries that continue `offset`, in order, and whether some are missing before the rest. */
export function advance(offset: number, entries: readonly Entry[]): { taken: readonly Entry[]; isGap: boolean } {
  if (entries.every((entry, i) => entry.offset === offset + 1 + i)) return { taken: entries, isGap: false }   // as almost always
  let at = offset
  let isGap = false
  const taken = entries.filter((entry) => {
    isGap ||= entry.offset > at + 1
    if (isGap || entry.offset <= at) return false
    at = entry.offset
    return true
  })
  return { taken, isGap }
}

/** Whether a reader at `position` has all that came before these newest entries, and nothing that came after. */
export const continues = (position: Position, { epoch, head, entries }: { epoch: string; head: number; entries: readonly Entry[] }): boolean =>
  position.epoch === epoch && position.offset <= head && position.offset >= (entries[0]?.offset ?? head + 1) - 1
