import type { Door } from '#contract/inboxes.ts'

export type Invitation = Door['invitations'][number]

/** The invitation that is due on a page after so many seconds on it: the one that waited longest to be, of those not dismissed. */
export function dueInvitation(invitations: readonly Invitation[], page: { address: string; seconds: number }, dismissed: readonly string[]): Invitation | undefined {
  return invitations
    .filter((i) => page.address.includes(i.address) && page.seconds >= i.afterSeconds && !dismissed.includes(i.id))
    .sort((a, b) => a.afterSeconds - b.afterSeconds)[0]
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
