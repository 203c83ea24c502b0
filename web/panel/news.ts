/** The line over which the panel hears at once that something changed. Without it the beat is enough. */
import type { Entry } from '#contract/entries.ts'
import { connect, type Lodge } from '#client/lodge.ts'
import type { Panel } from './panel.ts'

const lifeMs = 10 * 60_000

export function followNews(panel: Panel): void {
  let lodge: Lodge | undefined
  let joined: string | undefined
  panel.onPaired((_pairing, token) => {
    lodge?.close()
    joined = undefined
    lodge = connect({ url: location.origin, app: 'panel', ticket: async () => ({ ticket: token() ?? '', expiresAt: new Date(Date.now() + lifeMs).toISOString() }) })
    follow()
  })
  /** Of another space's bookings only what is of all is of interest. */
  const concerns = (entry: Entry, space: string): boolean => {
    const body = entry.body as { space?: string | null; fromSpace?: string } | null
    return !body?.space || body.space === space || body.fromSpace === space
  }
  function follow(): void {
    const state = panel.now.now.told?.state
    if (!lodge || !state || joined === state.location) return
    joined = state.location
    let isFirst = true
    lodge.join(`bookings:${joined}`, {
      fresh() {
        if (!isFirst) panel.look()
        isFirst = false
      },
      entries(entries) { if (entries.some((entry) => concerns(entry, state.space.id))) panel.look() },
    })
  }
  panel.now.follow(follow)
}
