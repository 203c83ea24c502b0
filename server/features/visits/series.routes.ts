import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/visit-series.ts'
import { route } from '#server/http/route.ts'
import type { Series } from './series.ts'

export function seriesRoutes(app: FastifyInstance, { series }: { series: Series }): void {
  route(app, contract.previewSeries)(({ session, query }) => series.preview(session.account, query))
  route(app, contract.createSeries)(({ session, body }) => series.expect(session, body))
  route(app, contract.getSeries)(({ session, params }) => series.get(session.account, params.series))
  route(app, contract.changeSeries)(({ session, params, body: { id, from, ...to } }) => series.change(session, params.series, id, from, to))
  route(app, contract.cancelSeries)(({ session, params, body }) => series.cancel(session, params.series, body.id, body.from))
}
