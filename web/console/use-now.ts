import { createStore, useStore } from './live/store.ts'

const minute = createStore(Date.now())
setInterval(() => minute.set(Date.now()), 20_000)

/** The time, so that "4m" becomes "5m" without anything else happening. */
export const useNow = (): number => useStore(minute)
