/** Ways to reach a contact beside the web: SMS over SMPP, and over the API of Twilio. */
import { Type, type Static } from 'typebox'
import { Ack } from './commands.ts'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { clockPattern, Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
const Clock = Type.String({ pattern: clockPattern })
/** A phone number, or what a carrier lets stand in its place: a short code, eleven letters. */
/** With its country, a short code, or a name. */
export const ownNumber = '^(?:\\+[1-9]\\d{6,14}|\\d{3,8}|[A-Za-z0-9 ]{1,11})$'
const Number_ = Type.String({ pattern: ownNumber })

export const channelLanguages = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'sv', 'zh', 'ja', 'ar'] as const
export type ChannelLanguage = (typeof channelLanguages)[number]
/** `to` before `from` goes over midnight. */
export const OpenHours = Type.Object({ from: Clock, to: Clock }, closed)
export type OpenHours = Static<typeof OpenHours>

/** `off`: switched off. `elsewhere`: no node speaks for it yet. `refused`: the carrier does not accept name and password. `waiting`: the line broke; tried again at `retryAt`. */
export const ChannelHealth = Type.Object({
  state: Type.Enum(['off', 'elsewhere', 'connecting', 'ready', 'waiting', 'refused']), since: Instant,
  retryAt: Type.Optional(Instant), throttledUntil: Type.Optional(Instant), lastError: Type.Optional(Type.String()), lastErrorAt: Type.Optional(Instant),
})
export type ChannelHealth = Static<typeof ChannelHealth>

export const SmppSettings = Type.Object({
  host: Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9.:_-]+$' }), port: Type.Integer({ minimum: 1, maximum: 65_535 }), tls: Type.Boolean(),
  systemId: Type.String({ minLength: 1, maxLength: 15 }), systemType: Type.String({ maxLength: 12 }),
}, closed)
export type SmppSettings = Static<typeof SmppSettings>
export const TwilioSettings = Type.Object({ accountSid: Type.String({ pattern: '^AC[0-9a-fA-F]{32}$' }) }, closed)
export type TwilioSettings = Static<typeof TwilioSettings>

const fields = {
  name: Name, inbox: Id, numbers: Type.Array(Number_, { minItems: 1, maxItems: 20 }), ratePerSecond: Type.Number({ minimum: 0.1, maximum: 500 }),
  languages: Type.Array(Type.Enum([...channelLanguages]), { minItems: 1, maxItems: channelLanguages.length }), zone: Type.String({ maxLength: 60 }),
  hours: Nullable(Type.Array(Nullable(OpenHours), { minItems: 7, maxItems: 7, description: 'Monday first; null within: closed that day. Null: always open.' })),
  automaticAnswer: Type.String({ maxLength: 1000 }), active: Type.Boolean(),
}
/** The password (SMPP) or auth token (Twilio) goes in and never comes out: `hasSecret` says that there is one. */
export const Channel = Type.Object({
  id: Id, kind: Type.Enum(['smpp', 'twilio']), settings: Type.Union([SmppSettings, TwilioSettings]), ...fields,
  hasSecret: Type.Boolean(), health: ChannelHealth, waiting: Type.Integer({ description: 'Messages that have not left yet.' }),
  webhooks: Type.Array(Type.String(), { description: 'Where the carrier’s console must send messages.' }),
})
export type Channel = Static<typeof Channel>

export const listChannels = endpoint({ method: 'GET', path: '/channels', access: 'admin', statements: 1, summary: 'Channels, with how each of them is.', returns: Type.Object({ channels: Type.Array(Channel) }) })
export const saveChannel = endpoint({
  method: 'PUT', path: '/channels/:channel', access: 'admin', statements: 6, params: Type.Object({ channel: Id }), summary: 'Create or change a channel. Without `secret` the one that is kept stays; it has to come along when the settings say another host or name (`systemType` is neither).',
  body: Type.Object({
    kind: Channel.properties.kind, settings: Channel.properties.settings, name: Name, inbox: Id, numbers: fields.numbers, secret: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    ratePerSecond: Type.Optional(fields.ratePerSecond), languages: Type.Optional(fields.languages), zone: Type.Optional(fields.zone), hours: Type.Optional(fields.hours),
    automaticAnswer: Type.Optional(fields.automaticAnswer), active: Type.Optional(Type.Boolean()),
  }, closed),
  returns: Channel, errors: ['invalid', 'not_found', 'unavailable', 'overloaded'],
})
export const testChannel = endpoint({
  method: 'POST', path: '/channels/:channel/tests', access: 'admin', statements: 12, params: Type.Object({ channel: Id }),
  summary: 'Send a test to a phone number. It stands in a conversation like everything else that leaves, and what becomes of it is shown there. Idempotent by `id`.',
  body: Type.Object({ id: Id, to: Type.String({ minLength: 3, maxLength: 40 }) }, closed), returns: Type.Object({ conversation: Id }), errors: ['invalid', 'not_found', 'opted_out', 'id_reused', 'unavailable', 'overloaded'],
})
export const retryMessage = endpoint({
  method: 'POST', path: '/conversations/:conversation/messages/:message/attempts', access: 'agent', statements: 8, params: Type.Object({ conversation: Id, message: Id }),
  summary: 'Send again what failed, or of what nobody knows whether it arrived (it may then arrive twice). Parts that arrived are left out.',
  body: Type.Object({ id: Id }, closed), returns: Ack, errors: ['not_found', 'wrong_status', 'opted_out', 'id_reused', 'unavailable', 'overloaded'],
})
