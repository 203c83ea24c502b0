/** Tickets as the server signs them, with its own keys: the load is about connections and messages, not about signing in. */
import { signTicket, type TicketKey } from '#server/kernel/ticket.ts'

export interface KeyText { readonly id: string; readonly secret: string }
export const keysOf = (texts: readonly KeyText[]): TicketKey[] => texts.map(({ id, secret }) => ({ id, secret: Buffer.from(secret, 'base64url') }))

type Who = { readonly account: string } & ({ readonly user: string; readonly role: 'admin' | 'agent' } | { readonly contact: string })

export const ticketFor = (keys: readonly TicketKey[], who: Who): { ticket: string; expiresAt: string } => 'user' in who
  ? signTicket(keys, { account: who.account, actor: `user:${who.user}`, role: who.role, subject: `session:${who.user}` }, Date.now())
  : signTicket(keys, { account: who.account, actor: `contact:${who.contact}`, role: 'contact', subject: `contact:${who.contact}` }, Date.now())
