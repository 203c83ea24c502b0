import { useSyncExternalStore } from 'react'

/** One value that screens follow; it lives outside React, so a frame from the socket draws only what looks at it. */
export interface Store<T> {
  readonly get: () => T
  readonly set: (next: T) => void
  readonly follow: (fn: () => void) => () => void
}

export function createStore<T>(first: T): Store<T> {
  let now = first
  const followers = new Set<() => void>()
  return {
    get: () => now,
    set(next) {
      if (Object.is(next, now)) return
      now = next
      for (const fn of followers) fn()
    },
    follow(fn) {
      followers.add(fn)
      return () => { followers.delete(fn) }
    },
  }
}

export const useStore = <T>(store: Store<T>): T => useSyncExternalStore(store.follow, store.get)

/** Draws again only when `select` gives something else; it must return the same object for the same state. */
export const useSelected = <T, S>(store: Store<T>, select: (value: T) => S): S => useSyncExternalStore(store.follow, () => select(store.get()))
