import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Id, Instant } from './ids.ts'
import { Nullable } from './entries.ts'

const closed = { additionalProperties: false } as const
/** An effect on the outside: a mail, a push to a browser, or what a rule posts to an address. `tray` = no SMTP is set, so it was kept for reading instead of sent. */
export const Delivery = Type.Object({
  id: Id, kind: Type.Union([Type.Literal('invitation'), Type.Literal('transcript'), Type.Literal('notice'), Type.Literal('webhook')]), channel: Type.Union([Type.Literal('mail'), Type.Literal('push'), Type.Literal('webhook')]), to: Type.String(), subject: Type.String(), text: Type.String(), messageId: Type.String(),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('sent'), Type.Literal('dead'), Type.Literal('tray')]), attempts: Type.Integer(), nextAt: Nullable(Instant), lastError: Nullable(Type.String()), createdAt: Instant, doneAt: Nullable(Instant),
})
export type Delivery = Static<typeof Delivery>
export const listDeliveries = endpoint({ method: 'GET', path: '/deliveries', access: 'admin', statements: 1, summary: 'Everything that left, waits, died, or would have left.', query: Type.Object({ state: Type.Optional(Delivery.properties.state), cursor: Type.Optional(Type.String({ maxLength: 200 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }, closed), returns: Type.Object({ deliveries: Type.Array(Delivery), smtp: Type.Boolean(), next: Nullable(Type.String()) }), errors: ['invalid'] })
export const retryDelivery = endpoint({ method: 'POST', path: '/deliveries/:delivery/attempts', access: 'admin', statements: 2, summary: 'Try a dead (or trayed) delivery again; it is really sent, with the same Message-ID.', params: Type.Object({ delivery: Id }), returns: Delivery, errors: ['not_found', 'unavailable'] })
