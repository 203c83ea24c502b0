import { useCallback, useSyncExternalStore } from 'react'
import { createStore, useStore } from './live/store.ts'

const minute = createStore(Date.now())
setInterval(() => minute.set(Date.now()), 20_000)

/** The time, so that "4m" becomes "5m" without anything else happening. */
export const useNow = (): number => useStore(minute)

/** The time by the second, while somebody waits for it. */
export function useSecond(running: boolean): number {
  const follow = useCallback((fn: () => void) => {
    const timer = running ? setInterval(fn, 250) : undefined
    return () => clearInterval(timer)
  }, [running])
  return useSyncExternalStore(follow, () => Math.floor(Date.now() / 1000) * 1000)
}
