import { createContext, use } from 'react'
import type { Live } from './live.ts'

export const LiveContext = createContext<Live | undefined>(undefined)

/** Everything that is live in a signed-in tab. */
export function useLive(): Live {
  const live = use(LiveContext)
  if (!live) throw new Error('Nobody is signed in on this screen')
  return live
}
