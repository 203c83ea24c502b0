import { useEffect, useRef, useState } from 'react'

export interface Placed<K extends string> { readonly key: K; readonly ids: readonly string[] }
const restMs = 2500
/** What one does oneself takes so long to come back. */
const ownMs = 1000

/** Hands are still when nothing moved over the list for a moment: a pointer that lies there is no reader. */
export function useRest() {
  const [atRest, setAtRest] = useState(true)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const freeUntilMs = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  const rest = (): void => {
    clearTimeout(timer.current)
    setAtRest(true)
  }
  const touch = (): void => {
    if (Date.now() < freeUntilMs.current) return
    clearTimeout(timer.current)
    setAtRest(false)
    timer.current = setTimeout(rest, restMs)
  }
  const settle = (): void => {
    freeUntilMs.current = Date.now() + ownMs
    rest()
  }
  return { atRest, settle, hands: { onPointerMove: touch, onPointerLeave: rest, onScrollCapture: touch } }
}

type Order<K extends string> = readonly Placed<K>[]
/** Lines keep their places while somebody's hand is over them; `news` says how many would be elsewhere. `scope`: another list is shown at once. */
export function useCalm<K extends string>(next: Order<K>, { atRest, scope }: { atRest: boolean; scope: string }): { shown: Order<K>; news: number } {
  const [kept, setKept] = useState({ scope, placed: next })
  const moves = atRest || kept.scope !== scope
  if (moves && (kept.scope !== scope || !same(kept.placed, next))) setKept({ scope, placed: next })
  const shown = moves ? next : kept.placed
  const places = new Map(shown.flatMap(({ key, ids }) => ids.map((id) => [id, key] as const)))
  const news = moves ? 0 : next.flatMap(({ key, ids }) => ids.filter((id) => places.get(id) !== key)).length
  return { shown, news }
}

const same = (a: readonly Placed<string>[], b: readonly Placed<string>[]): boolean =>
  a.length === b.length && a.every(({ key, ids }, at) => key === b[at]?.key && ids.length === b[at].ids.length && ids.every((id, i) => id === b[at]?.ids[i]))
