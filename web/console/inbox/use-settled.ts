import { useEffect, useRef, useState } from 'react'

interface Line { readonly id: string; readonly lastAt: string; readonly recentInbound: readonly number[] }
export interface Settled<T> {
  /** In the order of the last rest; what has changed inside a line is shown at once. */
  lines: readonly T[]
  /** How many have something new from outside that is not in its place yet. */
  news: number
  settle: () => void
}

/**
 * A list that never jumps under the pointer: while it is not at rest, lines keep their places and nothing comes or goes.
 * `scope` says which list it is (another one is shown at once); `pinned` stays although it no longer fits, until it is left.
 */
export function useSettled<T extends Line>(lines: readonly T[], all: ReadonlyMap<string, T>, { atRest, scope, pinned }: { atRest: boolean; scope: string; pinned: string | undefined }): Settled<T> {
  const [, redraw] = useState(0)
  const order = useRef<{ scope: string; ids: readonly string[]; inbound: ReadonlyMap<string, number> }>(undefined)
  const was = order.current

  const place = (): void => {
    const ids = lines.map((l) => l.id)
    const row = pinned === undefined || ids.includes(pinned) ? undefined : all.get(pinned)
    // Only what stood in this list before is held in it.
    if (row && was?.scope === scope && was.ids.includes(row.id)) ids.splice(Math.min(was.ids.indexOf(row.id), ids.length), 0, row.id)
    order.current = { scope, ids, inbound: new Map(lines.map((l) => [l.id, l.recentInbound.at(-1) ?? 0])) }
  }
  if (!was || was.scope !== scope || was.ids.length === 0 || atRest) place()

  const { ids, inbound } = order.current ?? { ids: [], inbound: new Map<string, number>() }
  const places = new Map(ids.map((id, at) => [id, at]))
  const news = lines.filter((l, at) => {
    const place = places.get(l.id)
    return place === undefined ? l.recentInbound.length > 0 : place > at && (l.recentInbound.at(-1) ?? 0) > (inbound.get(l.id) ?? 0)
  }).length
  // Earlier pages are added below: nothing moves.
  const oldest = ids.length > 0 ? all.get(ids.at(-1) ?? '')?.lastAt ?? '' : ''
  const below = atRest ? [] : lines.filter((l) => !places.has(l.id) && l.lastAt < oldest)

  useEffect(() => { if (below.length > 0 && order.current) order.current = { ...order.current, ids: [...order.current.ids, ...below.map((l) => l.id)] } })

  return {
    lines: [...ids.flatMap((id) => all.get(id) ?? []), ...below],
    news: atRest ? 0 : news,
    settle() {
      place()
      redraw((n) => n + 1)
    },
  }
}
