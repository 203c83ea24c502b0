/** The log as the flusher and the beat see it. Marks may be lost by a power cut: what was acknowledged is then sent once more, harmlessly. */
import type { OperationResult } from '#contract/kiosks.ts'
import type { Kept, LogMeta } from './kept.ts'

export interface Shelf {
  log(): Promise<LogMeta>
  /** Unsent ones with a number above `after`, by number. */
  unsent(after: number, max: number): Promise<Kept[]>
  waiting(): Promise<{ count: number; oldest: Kept | undefined }>
  mark(results: readonly OperationResult[], nowMs: number): Promise<void>
  /** The server has lost these: they are sent again. */
  unmark(seqs: readonly number[]): Promise<void>
  /** All from this number on, whatever their state. */
  from(seq: number, max: number): Promise<Kept[]>
  prune(keepAfterMs: number, picturesAfterMs: number): Promise<void>
}
