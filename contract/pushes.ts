/** Web push: notices to a browser that a person allowed them in, also while no tab is open. RFC 8030, 8291 and 8292. */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const
/** `device`: how the person tells it from others, `Firefox on Linux`. Endpoint and keys are never shown again. */
export const PushSubscription = Type.Object({ id: Id, device: Type.String(), createdAt: Instant })
export type PushSubscription = Static<typeof PushSubscription>

export const getPushKey = endpoint({ method: 'GET', path: '/push/key', access: 'agent', statements: 0, summary: 'The key that a browser subscribes with.', returns: Type.Object({ key: Type.String({ description: 'P-256, uncompressed, base64url.' }) }) })
export const listPushSubscriptions = endpoint({ method: 'GET', path: '/push/subscriptions', access: 'agent', statements: 1, summary: 'One’s own browsers that are told.', returns: Type.Object({ subscriptions: Type.Array(PushSubscription) }) })
export const savePushSubscription = endpoint({
  method: 'PUT', path: '/push/subscriptions/:subscription', access: 'agent', statements: 3, summary: 'Tell this browser, too. What the browser gave before, to whomever, is replaced.', params: Type.Object({ subscription: Id }),
  body: Type.Object({
    endpoint: Type.String({ minLength: 10, maxLength: 2000 }), device: Type.String({ maxLength: 100 }),
    p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]{87}=?$' }), auth: Type.String({ pattern: '^[A-Za-z0-9_-]{22}(?:==)?$' }),
  }, closed), returns: PushSubscription, errors: ['invalid', 'id_reused', 'unavailable'],
})
export const deletePushSubscription = endpoint({ method: 'DELETE', path: '/push/subscriptions/:subscription', access: 'agent', statements: 1, summary: 'Tell this browser no more.', params: Type.Object({ subscription: Id }), returns: Type.Object({}), errors: ['not_found', 'unavailable'] })

/** What a browser gets, encrypted for it alone. `path`: where a click leads. */
export interface PushMessage { title: string; body: string; path: string; tag: string }
