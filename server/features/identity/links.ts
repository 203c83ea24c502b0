import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { v7 as newId } from 'uuid'
import type { Db, Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Ceremonies } from './ceremonies.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import {
  anyUser, changePassword, deleteFirstAdminLinks, deleteSessionsOf, endLinksOf, giveAuthId, insertAccount, insertAuthUser, insertFirstAdmin, insertFirstInbox, insertLink, insertPassword, insertRevocation, lockUser,
  selectLink, useLink,
} from './identity.sql.ts'
import { hashOf } from '#server/kernel/secret.ts'
import { selectUserByEmail } from './people.sql.ts'
import type { Revocations } from './revocations.ts'
import type { Issued, Sessions } from './sessions.ts'

export interface LinkOptions { db: Db; ceremonies: () => Promise<Ceremonies>; sessions: Sessions; revocations: Revocations; changed: Changed; now: () => number }
export interface Acceptance { name?: string; email?: string; password?: string; account?: string }

/** Addresses are unique over all accounts: one person signs in to one. */
export const emailTaken = ['taken', 'Somebody with this e-mail address is here already.'] as const

const dayMs = 24 * 3_600_000
export const lifeMs = { first_admin: dayMs, invitation: 7 * dayMs, demo: dayMs }

/** `joined`: who is new in the account. `barred`: whose sessions and tickets from before end. */
interface Plan { authId: string; apply: (tx: Tx) => Promise<unknown>; joined?: { account: string; user: string }; barred?: { account: string; user: string } }

/** 32 random bytes; the database knows their hash only, so a copy of it opens nothing. */
const newSecret = (): string => randomBytes(32).toString('base64url')

/** Lets a person choose a password: the first one, or another one. Earlier links of theirs end. Returns the secret for the address of the link. */
export async function makeInvitation(tx: Tx, account: string, user: string): Promise<string> {
  const secret = newSecret()
  await tx.run(endLinksOf(account, user))
  await tx.run(insertLink(hashOf(secret), 'invitation', lifeMs.invitation, account, user))
  return secret
}

/** For whoever keeps the house and has nobody to ask. Undefined: nobody active has this address. */
export const makeLinkFor = (db: Db, email: string): Promise<{ name: string; email: string; secret: string } | undefined> => db.tx('make link', 5_000, async (tx) => {
  const found = await tx.maybe(selectUserByEmail(email))
  return found && { name: found.name, email: found.email, secret: await makeInvitation(tx, found.account, found.id) }
})

export function links({ db, ceremonies, sessions, revocations, changed, now }: LinkOptions) {
  async function look(secret: string) {
    const link = await db.read('read link', 3_000, (tx) => tx.maybe(selectLink(hashOf(secret))))
    if (!link) throw new Refusal('link_used')
    return link
  }
  type Link = Awaited<ReturnType<typeof look>>

  /** What must change for the link to be accepted, in one transaction. Returns whom to sign in. */
  async function plan(link: Link, given: Acceptance): Promise<Plan> {
    if (link.purpose === 'demo') {
      const { account, user, name, email } = link
      if (link.authId) return { authId: link.authId, apply: async () => {} }
      const authId = newId()
      return { authId, apply: async (tx) => { await tx.run(insertAuthUser(authId, name!, email!)); await tx.run(giveAuthId(account!, user!, authId, name!)) } }
    }
    const required = (field: keyof Acceptance): string => given[field] ?? (() => { throw new Refusal('invalid', `\`${field}\` is missing in the body.`) })()
    const password = required('password')
    const authId = newId()
    if (link.purpose === 'first_admin') {
      const [account, user, name, email, accountName] = [newId(), newId(), required('name'), required('email'), required('account')]
      const hash = await (await ceremonies()).hash(password)
      return { authId, joined: { account, user }, apply: async (tx) => {
        await tx.run(insertAccount(account, accountName))
        await tx.run(insertAuthUser(authId, name, email))
        await tx.run(insertPassword(authId, hash))
        await tx.run(insertFirstAdmin(account, user, name, email, authId))
        await tx.run(insertFirstInbox(account, newId(), accountName))
      } }
    }
    const [account, user, name, email] = [link.account!, link.user!, given.name ?? link.name!, link.email!]
    if (given.email && given.email.toLowerCase() !== email.toLowerCase()) throw new Refusal('invalid', `This invitation is for ${email}; leave \`email\` out.`)
    const hash = await (await ceremonies()).hash(password)
    const { authId: own } = link
    if (own) return { authId: own, barred: { account, user }, apply: async (tx) => { if (await tx.run(changePassword(own, hash)) === 0) await tx.run(insertPassword(own, hash)) } }
    return { authId, joined: { account, user }, apply: async (tx) => {
      await tx.run(insertAuthUser(authId, name, email))
      await tx.run(insertPassword(authId, hash))
      if (await tx.run(giveAuthId(account, user, authId, name)) === 0) throw new Refusal('link_used')
    } }
  }

  let isAwaited = false
  return {
    /** Nobody is here yet, and the link of the newest start was made. */
    get isAwaited() { return isAwaited },

    /** @throws Refusal `link_used` when there is no such link, it was used or has expired */
    async find(secret: string) {
      const { purpose, email, name, authId } = await look(secret)
      return { purpose: purpose === 'invitation' && authId ? 'password' as const : purpose, email, name }
    },

    /** @throws Refusal `link_used`, `invalid`, `taken`: then the link can still be used */
    async accept(secret: string, given: Acceptance, headers: IncomingHttpHeaders): Promise<Issued> {
      const { authId, apply, joined, barred } = await plan(await look(secret), given)
      const barredAtMs = await db.tx('accept link', 5_000, async (tx) => {
        if (await tx.run(useLink(hashOf(secret))) === 0) throw new Refusal('link_used')
        if (barred) await tx.run(lockUser(barred.account, barred.user))
        await apply(tx)
        if (!barred) return undefined
        await tx.run(deleteSessionsOf(barred.account, barred.user))
        const atMs = now()   // after the rows are locked: see userForTicket
        await tx.run(insertRevocation(barred.account, `user:${barred.user}`, atMs))
        return atMs
      }).catch(refuseOn({ users_email: emailTaken, user_email_key: emailTaken }))
      isAwaited = false
      if (barred && barredAtMs !== undefined) revocations.apply(barred.account, `user:${barred.user}`, barredAtMs)
      const issued = await sessions.issue(await (await ceremonies()).open(authId, headers))
      if (!issued) throw new Refusal('link_used')
      if (joined) await changed(joined.account, `user:${joined.user}`, 'people', joined.user)
      return issued
    },

    /** The secret of a link that makes the first administrator and the account, or undefined when there is a user already. An earlier one ends. */
    makeFirstAdmin: (): Promise<string | undefined> => db.tx('make first link', 5_000, async (tx) => {
      if ((await tx.one(anyUser())).any) return undefined
      const secret = newSecret()
      await tx.run(deleteFirstAdminLinks())
      await tx.run(insertLink(hashOf(secret), 'first_admin', lifeMs.first_admin, null, null))
      return secret
    }).then((secret) => { isAwaited = secret !== undefined; return secret }),

    /** The secret of a link that signs in as this user without a password. */
    makeDemo: (account: string, user: string): Promise<string> => db.tx('make demo link', 5_000, async (tx) => {
      const secret = newSecret()
      await tx.run(insertLink(hashOf(secret), 'demo', lifeMs.demo, account, user))
      return secret
    }),
  }
}
