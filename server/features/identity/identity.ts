/** Who is who: signing in, tickets, links, API tokens, and the people of an account. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Db } from '#server/db/db.ts'
import type { Pool } from '#server/db/pool.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import { signTicket } from '#server/kernel/ticket.ts'
import type { Remembered } from '#server/db/remembered.ts'
import { authenticator, type AuthenticateOptions, type NotedToken } from './authenticate.ts'
import type { Ceremonies } from './ceremonies.ts'
import { openGrace } from './grace.ts'
import { insertRevocation } from './identity.sql.ts'
import type { Keys } from './keys.ts'
import { links } from './links.ts'
import { people, type SendInvitation } from './people.ts'
import { openRevocations, type Revoked } from './revocations.ts'
import { sessions } from './sessions.ts'
import { apiTokens } from './tokens.ts'

export { loadKeys, type Keys } from './keys.ts'
export { openOperator, type Operator } from './operator.ts'
export type { SendInvitation } from './people.ts'
export type { Revocations } from './revocations.ts'

export interface IdentityOptions {
  pool: Pool
  /** Refuses at once while the database is known to be away; the pool unless given. */
  db?: Db
  isSilent?: () => boolean
  /** How long an expired ticket is honoured while the database is away. */
  graceMs?: number | undefined
  keys: Keys
  log: FastifyBaseLogger
  /** People reach Lodge over TLS, so the cookie needs it too. */
  secure: boolean
  changed: Changed
  sendInvitation: SendInvitation
  devices: AuthenticateOptions['devices']
  /** For a start without the database. */
  noted?: { revocations: Remembered<Revoked>; tokens: Remembered<NotedToken> }
  now?: () => number
}

const retryMs = 250

export function openIdentity({ pool, db = pool, isSilent, graceMs, keys, log, secure, changed, sendInvitation, devices, noted, now = Date.now }: IdentityOptions) {
  let loading: Promise<Ceremonies> | undefined
  const ceremonies = (): Promise<Ceremonies> => loading ??= import('./ceremonies.ts').then(({ openCeremonies }) =>
    openCeremonies({ pool, cookieSecret: keys.cookieSecret, secure, log }))
  const grace = openGrace(pool, now, graceMs, isSilent)
  const revocations = openRevocations(db, now, noted?.revocations)
  const session = sessions({ db, keys: keys.tickets, ceremonies, revocations, now })

  const { authenticate, recall } = authenticator({ db, keys: keys.tickets, revocations, graceMs: grace.graceMs, now, devices, noted: noted?.tokens })

  return {
    /** @throws Refusal `unauthenticated`, `unavailable` */
    authenticate,
    /** Before anybody is let in: who may be as far as this disk knows, and then as the database does. `onKnown`: at once as a rule, later where the database is away. */
    async begin(isOver: () => boolean, onKnown: () => void): Promise<void> {
      await Promise.all([revocations.recall(), recall()])
      const tries = async (): Promise<boolean> => revocations.load().then(() => true, () => false)
      if (await tries()) return onKnown()
      void (async () => { while (!isOver()) { await sleep(retryMs); if (await tries()) return onKnown() } })()
    },
    revocations,
    /** How long an expired ticket is honoured now. */
    graceMs: grace.graceMs,
    sessions: session,
    links: links({ db, ceremonies, sessions: session, revocations, changed, now }),
    people: people({ db, revocations, changed, sendInvitation, now }),
    tokens: apiTokens({ db, revocations, now }),
    /** The ticket of a visitor whose secret was checked. `issuedAtMs`: before it was. */
    visitorTicket: (account: string, contact: string, issuedAtMs: number) =>
      signTicket(keys.tickets, { account, actor: `contact:${contact}`, role: 'contact', subject: `contact:${contact}` }, issuedAtMs),
    /** For what is no verb of this feature, such as the erasure of a contact: call it after the commit. */
    async revoke(account: string, subject: string): Promise<void> {
      const atMs = now()
      await db.read('revoke', 3_000, (tx) => tx.run(insertRevocation(account, subject, atMs)))
      revocations.apply(account, subject, atMs)
    },
    close: grace.close,
  }
}
export type Identity = ReturnType<typeof openIdentity>
