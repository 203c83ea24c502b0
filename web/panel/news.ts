/** The line over which the panel hears at once that something changed. Without it the beat is enough. */
import type { Entry } from '#contract/entries.ts'
import { connect, type Lodge } from '#client/lodge.ts'
import type { Panel } from './panel.ts'

declare const __BUILD__: string

const lifeMs = 10 * 60_000

export function followNews(panel: Panel): void {
  let lodge: Lodge | undefined
  let token: string | undefined
  let joined: string | undefined
  let leave: (() => void) | undefined
  /** Of another space's bookings only what is of all is of interest. */
  const concerns = (entry: Entry, space: string): boolean => {
    const body = entry.body as { space?: string | null; fromSpace?: string } | null
    return !body?.space || body.space === space || body.fromSpace === space
  }
  /** One line for each pairing. */
  function reconnect(ticket: string | undefined): void {
    token = ticket
    joined = undefined
    leave = undefined
    lodge?.close()
    lodge = ticket === undefined ? undefined : connect({ url: location.origin, app: `panel ${__BUILD__}`, ticket: async () => ({ ticket, expiresAt: new Date(Date.now() + lifeMs).toISOString() }) })
  }
  function follow(): void {
    if (panel.token() !== token) reconnect(panel.token())
    const state = panel.now.now.told?.state
    if (!lodge || !state || joined === state.location) return
    joined = state.location
    leave?.()
    leave = lodge.join(`bookings:${joined}`, {
      // What happened between the last answer and now.
      fresh: () => panel.look(),
      entries(entries) { if (entries.some((entry) => concerns(entry, state.space.id))) panel.look() },
    })
  }
  panel.now.follow(follow)
  follow()
}
