/** Who is next when several accounts want the same few places: each in its turn, and none has them all. */

export interface Turns<T> {
  /** Takes a place, unless the owner has as many as it may. @returns whether it did */
  enter(owner: string | undefined): boolean
  leave(owner: string | undefined): void
  wait(owner: string | undefined, item: T): void
  /** It waits no longer. */
  forget(owner: string | undefined, item: T): void
  /** The first item of the owner whose turn it is, with a place taken for it; undefined when nobody waits who may have one. */
  next(): T | undefined
  /** All who wait, in no particular order, and none of them any more. */
  clear(): T[]
  readonly waiting: number
  inUse(owner: string | undefined): number
}

interface Side<T> { inUse: number; readonly queue: Set<T> }

/**
 * Places themselves are counted by whoever has them; this knows who may have the next. Within an owner first come, first served; between
 * owners one each. An owner never holds more than `capOf()` places; the house (undefined) has no such limit, and its turn like the others.
 */
export function turns<T>(capOf: () => number): Turns<T> {
  const sides = new Map<string | undefined, Side<T>>()
  const ring = new Set<string | undefined>()   // owners of those who wait, the next first
  let waiting = 0

  function sideOf(owner: string | undefined): Side<T> {
    let side = sides.get(owner)
    if (!side) sides.set(owner, side = { inUse: 0, queue: new Set() })
    return side
  }
  function drop(owner: string | undefined, side: Side<T>): void {
    if (side.queue.size === 0) {
      ring.delete(owner)
      if (side.inUse === 0 && owner !== undefined) sides.delete(owner)   // or accounts that were here once would stay for ever
    }
  }
  const mayEnter = (owner: string | undefined, side: Side<T>): boolean => owner === undefined || side.inUse < capOf()

  return {
    enter(owner) {
      const side = sideOf(owner)
      if (!mayEnter(owner, side)) return false
      side.inUse++
      return true
    },
    leave(owner) {
      const side = sides.get(owner)
      if (!side || side.inUse === 0) return
      side.inUse--
      drop(owner, side)
    },
    wait(owner, item) {
      sideOf(owner).queue.add(item)
      ring.add(owner)
      waiting++
    },
    forget(owner, item) {
      const side = sides.get(owner)
      if (!side?.queue.delete(item)) return
      waiting--
      drop(owner, side)
    },
    next() {
      for (const owner of ring) {
        const side = sides.get(owner)!
        if (!mayEnter(owner, side)) continue
        const [item] = side.queue
        side.queue.delete(item!)
        waiting--
        side.inUse++
        ring.delete(owner)
        if (side.queue.size > 0) ring.add(owner)   // behind the others
        return item
      }
      return undefined
    },
    clear() {
      const all = [...ring].flatMap((owner) => [...sides.get(owner)!.queue])
      for (const [owner, side] of sides) { side.queue.clear(); drop(owner, side) }
      waiting = 0
      return all
    },
    get waiting() { return waiting },
    inUse: (owner) => sides.get(owner)?.inUse ?? 0,
  }
}
