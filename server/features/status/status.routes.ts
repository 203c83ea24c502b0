import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/status-endpoints.ts'
import type { Endpoint } from '#contract/endpoint.ts'
import type { ErrorCode } from '#contract/errors.ts'
import { route, type Handler } from '#server/http/route.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { settled } from '#server/status/components.ts'
import { draftPostmortem } from '#server/status/draft.ts'
import { incidentIn } from '#server/status/incidents.ts'
import type { Status } from './status.ts'

export function statusRoutes(app: FastifyInstance, { status, now }: { status: Status; now: () => number }): void {
  /** For the operator alone. A disk that is full is said to be so. */
  const written = <P, Q, B, R, C extends ErrorCode>(e: Endpoint<P, Q, B, R, C>, handler: Handler<P, Q, B, R, C>): void => route(app, e)(async (input) => {
    await status.refuseUnlessOperator(input.session)
    return kept(() => handler(input))
  })
  const { incidents, maintenances, proposals, subscribers, book } = status

  route(app, contract.getStatus)(async ({ session }) => {
    await book.refresh()
    return status.board(session)
  })
  written(contract.openStatusIncident, ({ session, body }) => incidents.open(session.actor, body))
  written(contract.updateStatusIncident, ({ session, params, body }) => incidents.update(session.actor, params.incident, body))
  written(contract.resolveStatusIncident, ({ session, params, body }) => incidents.resolve(session.actor, params.incident, body))
  written(contract.editStatusIncident, ({ session, params, body }) => incidents.edit(session.actor, params.incident, body))
  written(contract.draftStatusPostmortem, async ({ params }) => ({ text: draftPostmortem(incidentIn(await book.refresh(), params.incident), book.state, now()) }))
  written(contract.saveStatusComponent, ({ session, params, body }) => book.change(session.actor, 'component', (state) => {
    const value = { ...body, id: params.component }
    return { puts: [...settled(state), { kind: 'component', id: value.id, value }], result: value }
  }))
  written(contract.saveStatusMaintenance, ({ session, params, body }) => maintenances.announce(session.actor, { ...body, id: params.maintenance }))
  written(contract.updateStatusMaintenance, ({ session, params, body }) => maintenances.update(session.actor, params.maintenance, body))
  written(contract.addStatusSubscriber, async ({ session, body }) => {
    const { id, kind, key } = await subscribers.subscribe(session.actor, { ...body, confirmed: true })
    return { id, secret: kind === 'webhook' ? key : null }
  })
  written(contract.removeStatusSubscriber, async ({ session, params }) => {
    if (!book.state.subscriber.has(params.subscriber)) throw new Refusal('not_found')
    await subscribers.unsubscribe(session.actor, params.subscriber)
    return {}
  })
  written(contract.decideStatusProposal, async ({ session, params, body: { how, ...words } }) => {
    if (how === 'publish') return { incident: (await proposals.publish(session.actor, params.proposal, words)).id }
    await proposals.dismiss(session.actor, params.proposal)
    return { incident: null }
  })
  written(contract.saveStatusPage, ({ session, body }) => book.change(session.actor, 'page', () => ({ puts: [{ kind: 'page', id: 'page', value: body }], result: body })))
  // Every administrator, of conversations of the own account.
  route(app, contract.replyToAffected)(({ session, params, body }) => kept(() => status.replyToAffected(session, params.incident, body)))
  route(app, contract.countAffected)(async ({ session, params }) => ({ conversations: await status.countAffected(session, params.incident) }))
}

async function kept<R>(fn: () => Promise<R>): Promise<R> {
  try { return await fn() }
  catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw new Refusal('storage_full')
    throw error
  }
}
