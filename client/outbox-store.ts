import type { Command } from '#contract/commands.ts'

/**
 * A command of this device. `pending`: no answer yet. `kept`: a server holds it in its spool and has not stored it yet; to be
 * shown as kept, not as sent. `failed`: refused for good, waits for a person. `stored` ones are held for seven days, to be
 * offered again when the journal lost them (its epoch changed).
 */
export type Kept = Command & {
  /** Position among the commands of this device: later commands have larger numbers, also across tabs and reloads. */
  order: number
  madeAtMs: number
  state: 'pending' | 'kept' | 'failed' | 'stored'
  code?: string
  message?: string
  storedAtMs?: number
  epoch?: string
}

/**
 * Where commands survive. A rejected or thrown call means that the command is not kept on this device; it is sent all the same.
 * One store belongs to one person: never share it between log-ins.
 */
export interface OutboxStore {
  /** Everything held by this owner, in any order. `adopt` hands over commands of an owner that died (another tab) later on. */
  open(adopt: (commands: readonly Kept[]) => void): readonly Kept[] | Promise<readonly Kept[]>
  /** Inserts or replaces by id; durable when it resolves. Returning nothing means: done already. A command is never changed in place. */
  put(command: Kept): void | Promise<void>
  remove(ids: readonly string[]): void | Promise<void>
  close(): void
}
