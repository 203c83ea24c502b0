import type { FastifyRequest } from 'fastify'
import type { Access } from '#contract/endpoint.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'

/** The bearer token. @throws Refusal `unauthenticated` */
export function tokenOf(request: FastifyRequest): string {
  const found = /^Bearer +([\w.~+/=-]{1,4000})$/i.exec(request.headers.authorization ?? '')
  if (!found) throw new Refusal('unauthenticated', 'Send the header `authorization: Bearer …` with a ticket or an API token.')
  return found[1]!
}

const allowed: Record<Session['role'], readonly Access[]> = {
  contact: ['public', 'visitor'],
  agent: ['public', 'visitor', 'agent'],
  admin: ['public', 'visitor', 'agent', 'admin'],
  kiosk: ['public', 'kiosk'],
  panel: ['public', 'panel'],
}

/** The coarse check by role; the verb still loads and authorises the noun itself. @throws Refusal `forbidden` */
export function refuseWithoutAccess(session: Session, access: Access): void {
  if (!allowed[session.role].includes(access)) throw new Refusal('forbidden')
}
