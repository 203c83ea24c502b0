import { operationsMax } from '#contract/kiosks.ts'
import type { Kept } from './kept.ts'

/** As it is sent: what the log notes beside it is nobody else's. */
export const wireForm = ({ id, seq, type, visit, at, offsetMs, body }: Kept): object => ({ id, seq, type, visit, at, offsetMs, body })
export const bytesOf = (kept: Kept): number => new TextEncoder().encode(JSON.stringify(wireForm(kept))).length

/** The first ones that fit into one request; at least one, however large. */
export function firstBatch(waiting: readonly Kept[], bytesMax: number, max: number = operationsMax): Kept[] {
  const batch: Kept[] = []
  let bytes = 0
  for (const kept of waiting) {
    bytes += bytesOf(kept) + 1
    if (batch.length === max || (bytes > bytesMax && batch.length > 0)) break
    batch.push(kept)
  }
  return batch
}

export function halves<T>(batch: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}
