import { ticketLifeMs } from '#contract/limits.ts'
import type { Db, Tx } from '#server/db/db.ts'
import type { Remembered } from '#server/db/remembered.ts'
import { hidesPhones } from '#server/kernel/phone.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { hashOf } from '#server/kernel/secret.ts'
import type { Session } from '#server/kernel/session.ts'
import { verifyTicket, type TicketKey, type Ticketed } from '#server/kernel/ticket.ts'
import { touchToken, userOfToken } from './identity.sql.ts'
import type { Revocations } from './revocations.ts'

export interface AuthenticateOptions {
  db: Db
  keys: readonly TicketKey[]
  revocations: Pick<Revocations, 'isRevoked'>
  /** How long an expired ticket is honoured now. */
  graceMs: () => number
  now: () => number
  /** Where a start without the database finds what it said of tokens. */
  noted?: Remembered<NotedToken> | undefined
  /** Whose tokens they are that begin with `kt_` and `pt_`. */
  devices: Readonly<Record<Device, (tx: Tx, hash: Buffer) => Promise<{ account: string; actor: `${Device}:${string}` } | undefined>>>
}

type Device = 'kiosk' | 'panel'
const deviceOfPrefix: Readonly<Record<string, Device>> = { kt_: 'kiosk', pt_: 'panel' }

/** What the database said of a token, and when it was asked. */
interface Cached { readonly session: Ticketed | undefined; readonly readAtMs: number }
/** By the hash: a token is a secret. */
export interface NotedToken extends Cached { readonly hash: string }

/** The prefix is for those who look for secrets in the wrong places. */
const tokenForm = /^(?:lk|kt|pt)_[A-Za-z0-9_-]{43}$/
/** A revoked token works this much longer on other nodes. */
const cachedMs = 5_000
const touchedEveryMs = 60_000
const maxCached = 10_000
/** What did not change is noted again after this: its age counts when it is all that is known. */
const notedEveryMs = 3_600_000

/** Who holds a bearer token: a ticket (no database) or an API token (the database, at most every 5 s). @throws Refusal `unauthenticated`, `unavailable` */
export function authenticator({ db, keys, revocations, graceMs, now, devices, noted }: AuthenticateOptions) {
  const cache = new Map<string, Cached>()
  const notedAtMs = new Map<string, number>()   // of those that are known
  const reading = new Map<string, Promise<Cached>>()

  function fromTicket(token: string): Session {
    const session = verifyTicket(keys, token, now(), graceMs())
    if (revocations.isRevoked(session)) throw new Refusal('unauthenticated', 'This session has ended or was changed. Get a new ticket.')
    return session
  }

  async function fromToken(token: string): Promise<Session> {
    const hash = hashOf(token)
    const key = hash.toString('base64')
    let cached = cache.get(key)
    if (!cached || now() - cached.readAtMs >= cachedMs) {
      try {
        cached = await readOnce(key, hash, deviceOfPrefix[token.slice(0, 3)])
      } catch (error) {
        // While the database is away what it said last still holds, within the same grace as for tickets.
        if (!cached?.session || !(error instanceof Refusal) || error.code !== 'unavailable' || now() - cached.readAtMs >= graceMs()) throw error
      }
    }
    const { session } = cached
    if (!session || revocations.isRevoked(session)) throw new Refusal('unauthenticated', 'This token is not known here, or was revoked.')
    return { ...session, expiresAtMs: now() + ticketLifeMs }
  }

  /** One read for all who ask at the same time. */
  function readOnce(key: string, hash: Buffer, device: Device | undefined): Promise<Cached> {
    const shared = reading.get(key) ?? (device ? readDevice(device, hash) : read(hash)).then((cached) => {
      cache.delete(key)
      cache.set(key, cached)
      note(key, cached)
      if (cache.size > maxCached) cache.delete(cache.keys().next().value!)
      return cached
    }).finally(() => { reading.delete(key) })
    reading.set(key, shared)
    return shared
  }

  function note(hash: string, cached: Cached): void {
    const before = notedAtMs.get(hash)
    if (cached.session ? before !== undefined && cached.readAtMs - before < notedEveryMs : before === undefined) return
    if (notedAtMs.size > maxCached) notedAtMs.clear()
    if (cached.session) notedAtMs.set(hash, cached.readAtMs); else notedAtMs.delete(hash)
    noted?.note({ hash, ...cached })
  }

  async function read(hash: Buffer): Promise<Cached> {
    const readAtMs = now()
    const found = await db.read('find API token', 3_000, async (tx) => {
      const row = await tx.maybe(userOfToken(hash))
      if (row && (row.unusedMs === null || row.unusedMs > touchedEveryMs)) await tx.run(touchToken(row.account, row.token))
      return row
    })
    if (!found) return { readAtMs, session: undefined }
    const { account, actor, role, seesPhones, token } = found
    return { readAtMs, session: { account, actor, role, subject: `token:${token}`, issuedAtMs: readAtMs, expiresAtMs: 0, ...(hidesPhones(role, seesPhones) && { hidesPhones: true }) } }
  }

  async function readDevice(role: Device, hash: Buffer): Promise<Cached> {
    const readAtMs = now()
    const found = await db.read(`find ${role}`, 3_000, (tx) => devices[role](tx, hash))
    return { readAtMs, session: found && { ...found, role, subject: found.actor, issuedAtMs: readAtMs, expiresAtMs: 0 } }
  }

  return {
    authenticate: (token: string): Session | Promise<Session> => tokenForm.test(token) ? fromToken(token) : fromTicket(token),
    /** What earlier lives of this node were told of tokens: it holds while the database cannot be asked. */
    async recall(): Promise<void> {
      for (const { hash, ...cached } of await noted?.read() ?? []) {
        if (cached.session) { cache.set(hash, cached); notedAtMs.set(hash, cached.readAtMs) } else { cache.delete(hash); notedAtMs.delete(hash) }
      }
    },
  }
}
