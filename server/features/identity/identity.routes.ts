import type { FastifyInstance, FastifyReply } from 'fastify'
import * as contract from '#contract/people.ts'
import { route } from '#server/http/route.ts'
import type { Identity } from './identity.ts'
import type { Issued } from './sessions.ts'

export function identityRoutes(app: FastifyInstance, { sessions, links, people, tokens }: Pick<Identity, 'sessions' | 'links' | 'people' | 'tokens'>): void {
  const give = (reply: FastifyReply, { ticket, cookies }: Issued): contract.Ticket => {
    if (cookies.length > 0) reply.header('set-cookie', cookies)
    return ticket
  }

  route(app, contract.signIn, { cookie: true, rate: 'session' })(async ({ body, request, reply }) =>
    give(reply, await sessions.signIn(body.email, body.password, request.headers)))
  route(app, contract.renewTicket, { cookie: true })(async ({ request, reply }) => give(reply, await sessions.renew(request.headers)))
  route(app, contract.signOut, { cookie: true })(async ({ request, reply }) => {
    reply.header('set-cookie', await sessions.signOut(request.headers))
    return {}
  })

  route(app, contract.getLink, { rate: 'links' })(({ params }) => links.find(params.secret))
  route(app, contract.acceptLink, { cookie: true, rate: 'links' })(async ({ params, body, request, reply }) =>
    give(reply, await links.accept(params.secret, body, request.headers)))

  route(app, contract.listPeople)(({ session }) => people.list(session.account))
  route(app, contract.inviteUser)(({ session, body }) => people.invite(session, body))
  route(app, contract.changeUser)(({ session, params, body }) => people.change(session, params.user, body))
  route(app, contract.renewLink)(async ({ session, params }) => {
    await people.renewLink(session, params.user)
    return {}
  })
  route(app, contract.saveTeam)(({ session, params, body }) => people.saveTeam(session, { id: params.team, ...body }))

  route(app, contract.listTokens)(async ({ session }) => ({ tokens: await tokens.list(session.account) }))
  route(app, contract.createToken)(({ session, body }) => tokens.make(session, body.id, body.name))
  route(app, contract.revokeToken)(async ({ session, params }) => {
    await tokens.revoke(session, params.token)
    return {}
  })
}
