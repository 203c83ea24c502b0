import type { Kept, OutboxStore } from './outbox-store.ts'

/** Survives nothing but reconnects: for servers, replays and tests that pass the same store to a second `connect`. */
export function memoryOutbox(): OutboxStore {
  const commands = new Map<string, Kept>()
  return {
    open: () => [...commands.values()],
    put: (command) => { commands.set(command.id, command) },
    remove: (ids) => { for (const id of ids) commands.delete(id) },
    close: () => {},
  }
}
