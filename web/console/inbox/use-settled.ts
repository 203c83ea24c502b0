import { useState } from 'react'

interface Line { readonly id: string; readonly lastAt: string; readonly recentInbound: readonly number[] }
export interface Settled<T> {
  /** In the order of the last rest; what has changed inside a line is shown at once. */
  lines: readonly T[]
  /** How many have something new from outside that is not in its place yet. */
  news: number
  settle: () => void
}
interface Order { readonly scope: string; readonly ids: readonly string[]; readonly inbound: ReadonlyMap<string, number> }

const newest = (line: Line): number => line.recentInbound.at(-1) ?? 0

/**
 * A list that never jumps under the pointer: while it is not at rest, lines keep their places and nothing comes or goes.
 * `scope` says which list it is (another one is shown at once); `pinned` stays although it no longer fits, until it is left.
 */
export function useSettled<T extends Line>(lines: readonly T[], all: ReadonlyMap<string, T>, { atRest, scope, pinned }: { atRest: boolean; scope: string; pinned: string | undefined }): Settled<T> {
  const placed = (was: Order | undefined): Order => {
    const ids = lines.map((l) => l.id)
    // Only what stood in this list before is held in it.
    if (pinned !== undefined && !ids.includes(pinned) && was?.scope === scope && was.ids.includes(pinned)) ids.splice(was.ids.indexOf(pinned), 0, pinned)
    return { scope, ids, inbound: new Map(lines.map((l) => [l.id, newest(l)])) }
  }
  const [kept, setKept] = useState<Order>(() => placed(undefined))
  const moves = atRest || kept.scope !== scope || kept.ids.length === 0
  const order = moves ? placed(kept) : kept
  if (moves && !same(order, kept)) setKept(order)

  const places = new Map(order.ids.map((id, at) => [id, at]))
  const news = moves ? 0 : lines.filter((line, at) => {
    const place = places.get(line.id)
    return place === undefined ? line.recentInbound.length > 0 : place > at && newest(line) > (order.inbound.get(line.id) ?? 0)
  }).length
  // Earlier pages are added below: nothing moves.
  const oldest = all.get(order.ids.at(-1) ?? '')?.lastAt ?? ''
  const below = moves ? [] : lines.filter((l) => !places.has(l.id) && l.lastAt < oldest)
  return { lines: [...order.ids.flatMap((id) => all.get(id) ?? []), ...below], news, settle: () => setKept(placed(kept)) }
}

const same = (a: Order, b: Order): boolean => a.scope === b.scope && a.ids.length === b.ids.length && a.ids.every((id, at) => id === b.ids[at] && a.inbound.get(id) === b.inbound.get(id))
