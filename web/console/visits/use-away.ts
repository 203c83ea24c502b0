import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'

/** Nothing can be changed while it is; what is kept can be read. */
export const useAway = (): boolean => useStore(useLive().away)
