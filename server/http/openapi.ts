import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** OpenAPI 3.1 from the schemas of the contract. Registered before any route, else it does not see them. */
export const openApi = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Lodge', version: '1' } } })
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
Object.assign(openApi, { [Symbol.for('skip-override')]: true })
