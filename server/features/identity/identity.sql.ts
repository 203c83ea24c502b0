import type { Actor } from '#contract/ids.ts'
import { sql } from '#server/db/sql.ts'

type Role = 'admin' | 'agent'

// Revocations
export const insertRevocation = (account: string, subject: string, atMs: number) => sql`
  insert into revocations (account_id, subject, at) values (${account}, ${subject}, ${new Date(atMs)})
  on conflict (account_id, subject) do update set at = greatest(revocations.at, excluded.at)`
/** Of all accounts: a node serves them all. */
export const revocationsSince = (sinceMs: number) => sql<{ account: string; subject: string; at: string }>`
  select account_id as account, subject, at from revocations where at >= ${new Date(sinceMs)}`
export const forgetRevocations = (beforeMs: number) => sql`delete from revocations where at < ${new Date(beforeMs)}`
export const forgetEndedSessions = (beforeMs: number) => sql`delete from auth."session" where "expiresAt" < ${new Date(beforeMs)}`

// Accounts
const firstAccount = sql<{ id: string }>`select id from accounts order by created_at, id limit 1`
export const operatorAccount = () => firstAccount

// Sessions
/**
 * Locked against a change of the same user and the end of the same session: a ticket that was issued before this read and says
 * what the change took away is then always older than the change's revocation; no row of a session that has ended since its cookie
 * was looked at. The credential is what finds the account.
 */
export const userForTicket = (authId: string, session: string) => sql<{ account: string; accountName: string; isOperator: boolean; id: string; name: string; email: string; role: Role; seesPhones: boolean }>`
  select u.account_id as account, a.name as "accountName", u.account_id = (${firstAccount}) as "isOperator", u.id, u.name, u.email, u.role, u.sees_phones as "seesPhones"
  from users u join accounts a on a.id = u.account_id join auth."session" s on s."userId" = u.auth_id
  where u.auth_id = ${authId} and u.active and s."id" = ${session}
  for share of u, s`
/** A session is a person's, whose id is nobody else's anywhere. */
export const deleteSession = (id: string) => sql`delete from auth."session" where "id" = ${id}`
export const deleteSessionsOf = (account: string, user: string) => sql`
  delete from auth."session" where "userId" = (select auth_id from users where account_id = ${account} and id = ${user})`

// API tokens
/**
 * The secret is what finds the account. Locked as userForTicket is, against the token's end and a change of its person: what is read
 * before either is older than the revocation. The token not shared: it is touched in the same transaction, and two nodes would wait for each other.
 */
export const userOfToken = (secretHash: Buffer) => sql<{ account: string; token: string; actor: Actor; role: Role; seesPhones: boolean; unusedMs: number | null }>`
  select t.account_id as account, t.id as token, 'user:' || t.user_id as actor, u.role, u.sees_phones as "seesPhones",
    (extract(epoch from now() - t.last_used_at) * 1000)::float8 as "unusedMs"
  from api_tokens t join users u on u.account_id = t.account_id and u.id = t.user_id
  where t.secret_hash = ${secretHash} and t.revoked_at is null and u.active
  for no key update of t for share of u`
export const touchToken = (account: string, token: string) => sql`update api_tokens set last_used_at = now() where account_id = ${account} and id = ${token}`

interface TokenRow { id: string; name: string; createdAt: string; lastUsedAt: string | null }
const tokenColumns = sql`id, name, created_at as "createdAt", last_used_at as "lastUsedAt"`
export const selectTokens = (account: string) => sql<TokenRow>`
  select ${tokenColumns} from api_tokens where account_id = ${account} and revoked_at is null order by created_at, id`
/** No row when the id was used before. */
export const insertToken = (account: string, id: string, user: string, name: string, secretHash: Buffer) => sql<TokenRow>`
  insert into api_tokens (account_id, id, user_id, name, secret_hash) values (${account}, ${id}, ${user}, ${name}, ${secretHash})
  on conflict (account_id, id) do nothing returning ${tokenColumns}`
export const revokeTokenRow = (account: string, id: string) => sql`
  update api_tokens set revoked_at = now() where account_id = ${account} and id = ${id} and revoked_at is null`

// Links
type Purpose = 'first_admin' | 'invitation' | 'demo'
interface LinkRow { account: string | null; user: string | null; purpose: Purpose; name: string | null; email: string | null; authId: string | null }
/** The secret is what finds the account. */
export const selectLink = (secretHash: Buffer) => sql<LinkRow>`
  select l.account_id as account, l.user_id as user, l.purpose, u.name, u.email, u.auth_id as "authId"
  from links l left join users u on u.account_id = l.account_id and u.id = l.user_id
  where l.secret_hash = ${secretHash} and l.used_at is null and l.expires_at > now() and (l.user_id is null or u.active)`
/** Nothing when it was used or is expired; of two who try at once, one. */
export const useLink = (secretHash: Buffer) => sql`
  update links set used_at = now() where secret_hash = ${secretHash} and used_at is null and expires_at > now()`
export const insertLink = (secretHash: Buffer, purpose: Purpose, lifeMs: number, account: string | null, user: string | null) => sql`
  insert into links (secret_hash, account_id, user_id, purpose, expires_at)
  values (${secretHash}, ${account}, ${user}, ${purpose}, now() + ${lifeMs}::float8 * interval '1 millisecond')`
export const endLinksOf = (account: string, user: string) => sql`
  update links set used_at = now() where account_id = ${account} and user_id = ${user} and purpose = 'invitation' and used_at is null`
export const deleteFirstAdminLinks = () => sql`delete from links where purpose = 'first_admin'`
export const anyUser = () => sql<{ any: boolean }>`select exists (select from users) as any`

// Accepting a link
/** Named after the account: whoever has just signed in can paste the messenger into a page at once. */
export const insertFirstInbox = (account: string, id: string, name: string) => sql`insert into inboxes (account_id, id, name) values (${account}, ${id}, ${name})`
export const insertAccount = (id: string, name: string) => sql`insert into accounts (id, name) values (${id}, ${name})`
export const insertAuthUser = (authId: string, name: string, email: string) => sql`
  insert into auth."user" ("id", "name", "email", "emailVerified") values (${authId}, ${name}, ${email.toLowerCase()}, true)`
export const insertPassword = (authId: string, hash: string) => sql`
  insert into auth."account" ("id", "accountId", "providerId", "userId", "password", "updatedAt")
  values (${authId}, ${authId}, 'credential', ${authId}, ${hash}, now())`
/** Nothing when there is none yet, as of who came by a demo link. */
export const changePassword = (authId: string, hash: string) => sql`
  update auth."account" set "password" = ${hash}, "updatedAt" = now() where "userId" = ${authId} and "providerId" = 'credential'`
/** Tickets stand in line here: see userForTicket. */
export const lockUser = (account: string, user: string) => sql`select from users where account_id = ${account} and id = ${user} for update`
export const insertFirstAdmin = (account: string, id: string, name: string, email: string, authId: string) => sql`
  insert into users (account_id, id, name, email, role, auth_id) values (${account}, ${id}, ${name}, ${email}, 'admin', ${authId})`
export const giveAuthId = (account: string, user: string, authId: string, name: string) => sql`
  update users set auth_id = ${authId}, name = ${name} where account_id = ${account} and id = ${user} and auth_id is null and active`
