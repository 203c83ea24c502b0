import type { Door } from '#contract/inboxes.ts'
import type { Inboxes } from './inboxes.ts'

interface Kept { readonly door: Promise<Door>; readonly atMs: number; isVoid: boolean; last?: Door }

/** How long a door is given from memory although nobody said that it changed: another node may have changed it. */
const keptMs = 5_000
const maxDoors = 10_000

/**
 * Doors from memory: everybody who comes to an inbox sees the same one, and a storm comes to few inboxes. What this node changes is void
 * at once; a read that began before the change is not kept.
 */
export function doorsOf({ door: read }: Pick<Inboxes, 'door'>, now: () => number, keepsMs = keptMs) {
  const known = new Map<string, Kept>()
  return {
    /** @throws Refusal `not_found` */
    door(account: string, inbox: string): Promise<Door> {
      const key = `${account} ${inbox}`
      const old = known.get(key)
      if (old && !old.isVoid && now() - old.atMs < keepsMs) return old.door
      const door = read(account, inbox)
      const kept: Kept = { door, atMs: now(), isVoid: false, ...(old?.last && { last: old.last }) }
      if (known.size >= maxDoors) known.clear()
      known.set(key, kept)
      door.then((d) => { kept.last = d }, () => { kept.isVoid = true })
      return door
    },
    /** As it was read last, however long ago; needs no database. */
    last: (account: string, inbox: string): Door | undefined => known.get(`${account} ${inbox}`)?.last,
    changed(account: string): void {
      for (const [key, kept] of known) if (key.startsWith(`${account} `)) kept.isVoid = true
    },
  }
}
export type Doors = ReturnType<typeof doorsOf>
