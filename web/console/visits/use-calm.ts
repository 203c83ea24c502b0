import { useEffect, useRef, useState } from 'react'

export interface Placed<K extends string> { readonly key: K; readonly ids: readonly string[] }
const restMs = 2500

/** Hands are still when nothing moved over the list for a moment: a pointer that lies there is no reader. */
export function useRest() {
  const [atRest, setAtRest] = useState(true)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const touch = (): void => {
    clearTimeout(timer.current)
    setAtRest(false)
    timer.current = setTimeout(() => setAtRest(true), restMs)
  }
  const rest = (): void => {
    clearTimeout(timer.current)
    setAtRest(true)
  }
  return { atRest, rest, hands: { onPointerMove: touch, onPointerLeave: rest, onScrollCapture: touch } }
}

/** Lines keep their places while somebody's hand is over them; `news` says how many would be elsewhere. `scope`: another list is shown at once. */
export function useCalm<K extends string>(next: readonly Placed<K>[], { atRest, scope }: { atRest: boolean; scope: string }): { shown: readonly Placed<K>[]; news: number } {
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
