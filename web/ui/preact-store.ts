import { useEffect, useReducer } from 'preact/hooks'

/** One value that screens follow. */
export interface Store<T> {
  readonly now: T
  set(change: Partial<T>): void
  follow(fn: () => void): () => void
}

export function createStore<T extends object>(first: T): Store<T> {
  let now = first
  const followers = new Set<() => void>()
  return {
    get now() { return now },
    set(change) {
      now = { ...now, ...change }
      for (const fn of followers) fn()
    },
    follow(fn) {
      followers.add(fn)
      return () => { followers.delete(fn) }
    },
  }
}

export function useStore<T>(store: Store<T>): T {
  const [, draw] = useReducer((n: number) => n + 1, 0)
  useEffect(() => {
    // Between drawing and following something may have happened.
    draw(undefined)
    return store.follow(() => draw(undefined))
  }, [store])
  return store.now
}
