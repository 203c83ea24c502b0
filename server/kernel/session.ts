import type { ChannelRef } from '#contract/entries.ts'
import type { Actor } from '#contract/ids.ts'

/** Who is calling, as a verified ticket or API token says. Never built from anything a client claims. */
export interface Session {
  readonly account: string
  readonly actor: Actor
  readonly role: 'contact' | 'agent' | 'admin' | 'kiosk' | 'panel'
  /** What a revocation names: `session:<id>`, `token:<id>`, `contact:<id>`, `kiosk:<id>` or `panel:<id>`. */
  readonly subject: string
  readonly expiresAtMs: number
  /** Phone numbers of contacts are masked for this person. */
  readonly hidesPhones?: boolean
  /** A contact who speaks over a channel: made inside by that channel, never from a ticket. */
  readonly channel?: ChannelRef
}

export const isInside = (s: Pick<Session, 'role'>): boolean => s.role === 'agent' || s.role === 'admin'
