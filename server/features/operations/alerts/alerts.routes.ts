import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { acknowledgeAlert, getOnCall, listAlerts, saveOnCall, tryOnCall } from '#contract/alerts.ts'
import { route } from '#server/http/route.ts'
import type { Session } from '#server/kernel/session.ts'
import { ackPage, ackStyle, noLinkPage } from './ack-page.ts'
import type { Alerts } from './alerts.ts'

interface Options { alerts: Alerts; /** The one access check. */ refuseUnlessOperator: (session: Session) => Promise<void>; nameOf: (session: Session) => Promise<string> }

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(ackStyle).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`
const formMaxBytes = 1024

export function alertRoutes(app: FastifyInstance, { alerts, refuseUnlessOperator, nameOf }: Options): void {
  route(app, getOnCall)(async ({ session }) => { await refuseUnlessOperator(session); return alerts.onCall() })
  route(app, saveOnCall)(async ({ session, body }) => { await refuseUnlessOperator(session); return alerts.save(body) })
  route(app, tryOnCall)(async ({ session, params }) => { await refuseUnlessOperator(session); return { ways: await alerts.trial(params.person) } })
  route(app, listAlerts)(async ({ session }) => { await refuseUnlessOperator(session); return { alerts: alerts.list() } })
  route(app, acknowledgeAlert)(async ({ session, params }) => {
    await refuseUnlessOperator(session)
    return alerts.acknowledge(params.alert, await nameOf(session))
  })

  // The link of a message: whoever has it was told, and need not be signed in, which takes the database.
  void app.register(async (own) => {
    own.addContentTypeParser('application/x-www-form-urlencoded', { bodyLimit: formMaxBytes, parseAs: 'string' }, (_request, _body, done) => { done(null, undefined) })
    for (const method of ['GET', 'POST'] as const) own.route<{ Params: { message: string; mac: string } }>({
      method, url: '/alerts/:message/:mac', schema: { hide: true },
      async handler(request, reply) {
        const { message, mac } = request.params
        const of = () => alerts.byLink(message, mac)
        if (method === 'POST') await of()?.acknowledge()
        const found = of()
        return reply.code(found ? 200 : 404).headers({ 'content-security-policy': policy, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).type('text/html; charset=utf-8')
          .send(found ? ackPage({ ...found, action: `/alerts/${message}/${mac}` }) : noLinkPage())
      },
    })
  })
}
