/** What Twilio calls: messages that came, and what became of those that left. Whoever calls proves by its signature that it knows the channel's auth token. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isId } from '#contract/ids.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Channels } from '../channels.ts'
import type { ChannelRow } from '../channels.sql.ts'
import { readStatus } from './twilio.ts'

type Form = Readonly<Record<string, string>>

export function twilioHooks(app: FastifyInstance, { channels, baseUrl }: { channels: Channels; baseUrl: () => string }): void {
  void app.register(async (hooks) => {
    hooks.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 64 * 1024 }, (_request, body, done) => { done(null, Object.fromEntries(new URLSearchParams(body as string))) })

    /** @throws Refusal `not_found`: also for a wrong signature, so that nothing is revealed */
    async function authentic(request: FastifyRequest): Promise<{ row: ChannelRow; form: Form }> {
      const { channel } = request.params as { channel: string }
      const row = isId(channel) ? await channels.find(channel) : undefined
      const token = row?.kind === 'twilio' ? channels.secretOf(row) : undefined
      const form = request.body as Form
      const signature = request.headers['x-twilio-signature']
      const { validateRequest } = (await import('twilio/lib/webhooks/webhooks.js')).default
      if (!row || token === undefined || typeof signature !== 'string' || !validateRequest(token, signature, `${baseUrl()}${request.url}`, form as Record<string, string>)) throw new Refusal('not_found')
      return { row, form }
    }

    hooks.post('/hooks/twilio/:channel/messages', { schema: { hide: true } }, async (request, reply) => {
      const { row, form } = await authentic(request)
      const pictures = Number(form['NumMedia'] ?? 0)
      await channels.inbound.receive(channels.running.feeds(row), {
        carrierId: form['MessageSid'] ?? '', sender: form['From'] ?? '', recipient: form['To'] ?? '',
        text: [form['Body'], ...(pictures > 0 ? [`[MMS: ${pictures}]`] : [])].filter(Boolean).join('\n'),
      })
      return reply.type('text/xml').send('<?xml version="1.0" encoding="UTF-8"?><Response/>')
    })
    hooks.post('/hooks/twilio/:channel/status', { schema: { hide: true } }, async (request, reply) => {
      const { row, form } = await authentic(request)
      const { reference } = request.query as { reference?: string }
      const report = readStatus(form, /^\d{1,5}$/.test(reference ?? '') ? Number(reference) : undefined)
      if (report) await channels.outbound.report(channels.running.feeds(row), report)
      return reply.code(204).send()
    })
  })
}
