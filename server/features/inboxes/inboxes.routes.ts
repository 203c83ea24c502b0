import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/inboxes.ts'
import { route } from '#server/http/route.ts'
import type { Inboxes } from './inboxes.ts'
import type { OpenVisitorSession } from './visitor-sessions.ts'

interface Options { inboxes: Inboxes; openVisitorSession: OpenVisitorSession; ownOrigin: string | undefined; isWithdrawn: () => boolean }

export function inboxRoutes(app: FastifyInstance, { inboxes, openVisitorSession, ownOrigin, isWithdrawn }: Options): void {
  route(app, contract.listInboxes)(async ({ session }) => ({ inboxes: await inboxes.list(session.account) }))
  route(app, contract.saveInbox)(({ session, params, body }) => inboxes.save(session, params.inbox, body))

  route(app, contract.listCanned)(async ({ session }) => ({ canned: await inboxes.listCanned(session.account) }))
  route(app, contract.saveCanned)(({ session, params, body }) => inboxes.saveCanned(session, { id: params.canned, ...body }))
  route(app, contract.deleteCanned)(async ({ session, params }) => {
    await inboxes.deleteCanned(session, params.canned)
    return {}
  })

  route(app, contract.listInvitations)(async ({ session }) => ({ invitations: await inboxes.listInvitations(session.account) }))
  route(app, contract.saveInvitation)(({ session, params, body }) => inboxes.saveInvitation(session, { id: params.invitation, ...body }))

  route(app, contract.mayInvite, { anyOrigin: true })(async () => ({ allowed: !isWithdrawn() }))
  route(app, contract.openVisitorSession, { anyOrigin: true, rate: 'visitors' })(({ params, body, request }) =>
    openVisitorSession(params.inbox, body, { origin: request.headers.origin, own: ownOrigin ?? `${request.protocol}://${request.host}` }))
}
