import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/channels.ts'
import { route } from '#server/http/route.ts'
import type { Access } from '#server/features/conversations/conversations.ts'
import type { Channels } from './channels.ts'
import { twilioHooks } from './sms/twilio-hooks.ts'

interface Options { channels: Channels; access: Access; baseUrl: () => string }

export function channelRoutes(app: FastifyInstance, { channels, access, baseUrl }: Options): void {
  route(app, contract.listChannels)(async ({ session }) => ({ channels: await channels.list(session.account) }))
  route(app, contract.saveChannel)(({ session, params, body }) => channels.save(session, params.channel, body))
  route(app, contract.testChannel)(({ session, params, body }) => channels.test(session, params.channel, body))
  route(app, contract.retryMessage)(async ({ session, params, body }) => {
    await access.conversation(session, params.conversation)
    const { id, topic, offset, at } = await channels.retry(session, params.conversation, params.message, body.id)
    return { id, state: 'stored' as const, topic, offset, at }
  })
  twilioHooks(app, { channels, baseUrl })
}
