import type { Door } from '#contract/inboxes.ts'

export type Invitation = Door['invitations'][number]

/** The invitation that is due on a page after so many seconds on it: the one that waited longest to be, of those not dismissed. */
export function dueInvitation(invitations: readonly Invitation[], page: { address: string; seconds: number }, dismissed: readonly string[]): Invitation | undefined {
  return invitations
    .filter((i) => page.address.includes(i.address) && page.seconds >= i.afterSeconds && !dismissed.includes(i.id))
    .sort((a, b) => a.afterSeconds - b.afterSeconds)[0]
}

/** Out of touch for so long a page begins to ask: those who come back together must not ask together as well. */
const patienceMs = 10_000
const againMs = 30_000

/**
 * Whether a page may invite. In touch it knows; out of touch it asks, seldom, and until there is an answer, and when there is none, it is
 * no. A yes is told to `then`.
 */
export function inviteOnlyIf(ask: () => Promise<boolean>, now: () => number): (isInTouch: boolean, then: () => void) => boolean {
  let isAllowed = false
  let nextMs: number | undefined
  return (isInTouch, then) => {
    if (isInTouch) {
      isAllowed = false
      nextMs = undefined
      return true
    }
    nextMs ??= now() + patienceMs
    if (now() >= nextMs) {
      nextMs = now() + againMs
      ask().catch(() => false).then((answer) => { isAllowed = answer; if (answer) then() }, () => {})
    }
    return isAllowed
  }
}

/** Seconds on the present address. Pages that change their address without loading start again from zero. */
export function pageWatch(now: () => number): () => { address: string; seconds: number } {
  let address = location.href
  let sinceMs = now()
  return () => {
    if (location.href !== address) {
      address = location.href
      sinceMs = now()
    }
    return { address, seconds: (now() - sinceMs) / 1000 }
  }
}
