import type { IncomingHttpHeaders } from 'node:http'
import type { Ticket } from '#contract/people.ts'
import type { Db } from '#server/db/db.ts'
import { hidesPhones } from '#server/kernel/phone.ts'
import { rateLimiter } from '#server/kernel/rates.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { signTicket, type TicketKey } from '#server/kernel/ticket.ts'
import type { Ceremonies, SignedIn } from './ceremonies.ts'
import { deleteSession, insertRevocation, userForTicket } from './identity.sql.ts'
import type { Revocations } from './revocations.ts'

export interface SessionOptions { db: Db; keys: readonly TicketKey[]; ceremonies: () => Promise<Ceremonies>; revocations: Revocations; now: () => number }
/** A ticket and the cookies that go with it. */
export interface Issued { readonly ticket: Ticket; readonly cookies: readonly string[] }

/** Wrong passwords for one address, from wherever they come; the right one clears it. */
const guesses = { burst: 10, perMinute: 1 }

export function sessions({ db, keys, ceremonies, revocations, now }: SessionOptions) {
  const wrong = rateLimiter(guesses, now)

  /** Undefined when this user is no longer there, or not active, or the session has ended. */
  async function issue({ authId, session, cookies }: SignedIn): Promise<Issued | undefined> {
    const issuedAtMs = now()
    const found = await db.read('issue ticket', 3_000, (tx) => tx.maybe(userForTicket(authId, session)))
    if (!found) return undefined
    const { account, accountName, isOperator, ...user } = found
    const signed = signTicket(keys, { account, actor: `user:${user.id}`, role: user.role, subject: `session:${session}`, hidesPhones: hidesPhones(user.role, user.seesPhones) }, issuedAtMs)
    return { ticket: { ...signed, user: { ...user, active: true }, account: { id: account, name: accountName, isOperator } }, cookies }
  }

  async function end(session: string, account: string | undefined): Promise<void> {
    const atMs = await db.tx('sign out', 3_000, async (tx) => {
      await tx.run(deleteSession(session))
      const revokedAtMs = now()   // after the row is gone: see userForTicket
      if (account) await tx.run(insertRevocation(account, `session:${session}`, revokedAtMs))
      return revokedAtMs
    })
    if (account) revocations.apply(account, `session:${session}`, atMs)
  }

  return {
    issue,

    /** @throws Refusal `wrong_password`, `rate_limited`, `unavailable` */
    async signIn(email: string, password: string, headers: IncomingHttpHeaders): Promise<Issued> {
      const key = email.toLowerCase()
      const waitMs = wrong.take(key)
      if (waitMs > 0) throw new Refusal('rate_limited', 'Too many wrong passwords for this address. Wait a little and try again.', waitMs)
      const signedIn = await (await ceremonies()).signIn(email, password, headers)
      const issued = await issue(signedIn)
      if (!issued) {
        await end(signedIn.session, undefined)
        throw new Refusal('wrong_password')   // a deactivated user learns no more than a stranger
      }
      wrong.forget(key)
      return issued
    },

    /** A new ticket from the cookie. @throws Refusal `unauthenticated`; `unavailable` when the database is away, never `unauthenticated` */
    async renew(headers: IncomingHttpHeaders): Promise<Issued> {
      const signedIn = await (await ceremonies()).find(headers)
      const issued = signedIn && await issue(signedIn)
      if (!issued) throw new Refusal('unauthenticated', 'Nobody is signed in here.')
      return issued
    },

    /** Ends the session of the cookie, if there is one. Returns the cookie that forgets it. */
    async signOut(headers: IncomingHttpHeaders): Promise<string> {
      const ceremony = await ceremonies()
      const signedIn = await ceremony.find(headers)
      if (signedIn) await end(signedIn.session, (await issue(signedIn))?.ticket.account.id)
      return ceremony.forgotten()
    },
  }
}
export type Sessions = ReturnType<typeof sessions>
