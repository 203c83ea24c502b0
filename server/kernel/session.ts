import type { Actor } from '#contract/ids.ts'

/** Who is calling, as a verified ticket or API token says. Never built from anything a client claims. */
export interface Session {
  readonly account: string
  readonly actor: Actor
  readonly role: 'contact' | 'agent' | 'admin'
  /** What a revocation names: `session:<id>`, `token:<id>` or `contact:<id>`. */
  readonly subject: string
  readonly expiresAtMs: number
}

export const isInside = (s: Session): boolean => s.role !== 'contact'
