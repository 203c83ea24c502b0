/**
 * Tickets: signed tokens that say who is calling, checked without the database (some 20 µs).
 *
 *   <key id>.<base64url of [account, actor, role, subject, issued, expires]>.<base64url of HMAC-SHA256 over all before>
 *
 * Several keys are accepted so that they can be exchanged: add one, wait a ticket's life, remove the old one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { ticketLifeMs } from '#contract/limits.ts'
import { Refusal } from './refusal.ts'
import type { Session } from './session.ts'

export interface TicketKey { readonly id: string; readonly secret: Uint8Array }
/** A revocation at or after `issuedAtMs` voids it. */
export interface Ticketed extends Session { readonly issuedAtMs: number }

type Claims = [account: string, actor: Session['actor'], role: Session['role'], subject: string, issuedAtMs: number, expiresAtMs: number, hidesPhones?: true]

const hmac = (key: TicketKey, text: string): Buffer => createHmac('sha256', key.secret).update(text).digest()

/**
 * Signed with the last key. `issuedAtMs` must be a time before the caller read what the ticket says, or a change that was
 * revoked in between would slip through.
 */
export function signTicket(keys: readonly TicketKey[], of: Omit<Session, 'expiresAtMs' | 'channel'>, issuedAtMs: number): { ticket: string; expiresAt: string } {
  const key = keys.at(-1)
  if (!key) throw new Error('There is no key to sign tickets with')
  const expiresAtMs = issuedAtMs + ticketLifeMs
  const claims: Claims = of.hidesPhones ? [of.account, of.actor, of.role, of.subject, issuedAtMs, expiresAtMs, true] : [of.account, of.actor, of.role, of.subject, issuedAtMs, expiresAtMs]
  const text = `${key.id}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return { ticket: `${text}.${hmac(key, text).toString('base64url')}`, expiresAt: new Date(expiresAtMs).toISOString() }
}

/** @param graceMs how long an expired ticket is still honoured: 0 unless the database, and with it renewal, is away. @throws Refusal `unauthenticated` */
export function verifyTicket(keys: readonly TicketKey[], ticket: string, nowMs: number, graceMs: number): Ticketed {
  const [keyId, payload, signature, more] = ticket.split('.')
  const key = keys.find((k) => k.id === keyId)
  if (!key || payload === undefined || signature === undefined || more !== undefined) throw new Refusal('unauthenticated', 'This is no ticket of this server.')
  const given = Buffer.from(signature, 'base64url')
  const right = hmac(key, `${keyId}.${payload}`)
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw new Refusal('unauthenticated', 'This ticket was not signed here.')
  const [account, actor, role, subject, issuedAtMs, expiresAtMs, hidesPhones] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
  if (nowMs >= expiresAtMs + graceMs) throw new Refusal('unauthenticated', 'The ticket has expired.')
  return { account, actor, role, subject, issuedAtMs, expiresAtMs, ...(hidesPhones && { hidesPhones }) }
}
