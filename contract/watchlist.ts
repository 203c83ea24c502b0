import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Id } from './ids.ts'

const closed = { additionalProperties: false } as const

/** `alert`: comes in, and reception is told. `block`: is neither invited nor let in by a kiosk. */
export const WatchAction = Type.Union([Type.Literal('alert'), Type.Literal('block')])
/** Names, e-mail domains and phones that should not come in unnoticed. */
export const Watched = Type.Object({ id: Id, name: Nullable(Type.String({ maxLength: 200 })), email: Nullable(Type.String({ maxLength: 254, description: 'An address, or a domain as `@example.com`.' })), phone: Nullable(Type.String({ maxLength: 40 })), action: WatchAction, reason: Type.String({ minLength: 1, maxLength: 500 }) })
export type Watched = Static<typeof Watched>
export const listWatched = endpoint({ method: 'GET', path: '/watchlist', access: 'agent', statements: 1, summary: 'The watchlist.', returns: Type.Object({ watched: Type.Array(Watched) }) })
export const saveWatched = endpoint({ method: 'PUT', path: '/watchlist/:watched', access: 'admin', statements: 4, summary: 'Put somebody on the watchlist, with a reason.', params: Type.Object({ watched: Id }), body: Type.Object({ name: Type.Optional(Watched.properties.name), email: Type.Optional(Watched.properties.email), phone: Type.Optional(Watched.properties.phone), action: Watched.properties.action, reason: Watched.properties.reason }, closed), returns: Watched, errors: ['invalid', 'not_found', 'unavailable'] })
export const deleteWatched = endpoint({ method: 'DELETE', path: '/watchlist/:watched', access: 'admin', statements: 4, summary: 'Take somebody off the watchlist.', params: Type.Object({ watched: Id }), returns: Type.Object({}), errors: ['not_found', 'unavailable'] })
/** As the list is now: an entry may have come or gone since the visit was flagged. */
export const listMatches = endpoint({ method: 'GET', path: '/visits/:visit/watchlist', access: 'agent', statements: 2, summary: 'Which entries of the watchlist a visit resembles, and why they stand there.', params: Type.Object({ visit: Id }), returns: Type.Object({ watched: Type.Array(Watched) }), errors: ['not_found'] })
