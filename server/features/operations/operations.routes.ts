import type { FastifyInstance } from 'fastify'
import { endHolder, getOperations, pauseWork, stopServer, takeBackup, withdrawInvitations } from '#contract/operations.ts'
import { route } from '#server/http/route.ts'
import { mayNotScrape, mayScrape } from '#server/http/scrape.ts'
import type { Operations } from './operations.ts'
import { sentencesOf } from './sentences.ts'

export function operationsRoutes(app: FastifyInstance, { operations, metricsToken }: { operations: Operations; metricsToken: string | undefined }): void {
  const { refuseUnlessOperator } = operations
  // For the command line on this machine, which has no session: the same lights in sentences.
  app.get('/lights', { schema: { hide: true } }, async (request, reply) => {
    if (!mayScrape(request, metricsToken)) return reply.code(403).send(mayNotScrape)
    const board = operations.board()
    return reply.send({ node: board.node, sentences: sentencesOf(board) })
  })
  route(app, getOperations)(async ({ session }) => { await refuseUnlessOperator(session); return operations.board() })
  route(app, pauseWork)(async ({ session, params, body }) => {
    await refuseUnlessOperator(session)
    operations.pause(params.kind, body.isPaused, session.actor)
    return operations.board()
  })
  route(app, withdrawInvitations)(async ({ session, body }) => {
    await refuseUnlessOperator(session)
    operations.withdraw(body.isWithdrawn, body.why, session.actor)
    return operations.board()
  })
  route(app, endHolder)(async ({ session, params }) => {
    await refuseUnlessOperator(session)
    operations.endHolder(params.holder, session.actor)
    return operations.board()
  })
  route(app, takeBackup)(async ({ session }) => {
    await refuseUnlessOperator(session)
    operations.backUp(session.actor)
    return operations.board()
  })
  route(app, stopServer)(async ({ session, body }) => {
    await refuseUnlessOperator(session)
    operations.stopServer(body.node, session.actor)
    return {}
  })
}
