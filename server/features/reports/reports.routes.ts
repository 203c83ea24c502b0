import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { exportReport, getConversationReport } from '#contract/reports.ts'
import { route } from '#server/http/route.ts'
import { csv } from './csv.ts'
import type { Reports } from './reports.ts'

export function reportRoutes(app: FastifyInstance, { reports }: { reports: Reports }): void {
  route(app, getConversationReport)(({ session, query, reply }) => reports.conversations(session.account, query, () => !reply.raw.destroyed))
  route(app, exportReport)(async ({ session, query: { table, ...range }, reply }) => {
    const pieces = csv(reports, session.account, range, table)
    const first = await pieces.next()   // what is refused is refused before a byte is sent
    async function* rest(): AsyncGenerator<string> {
      if (!first.done) yield first.value
      yield* pieces
    }
    const name = `conversations-${table}-${range.from}-${range.to}.csv`
    return reply.headers({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` }).send(Readable.from(rest())) as unknown as Blob
  })
}
