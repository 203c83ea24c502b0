/**
 * Kiosks. A kiosk decides by itself, from its snapshot, and writes what happened into its log: operations, numbered 1, 2, 3 …
 * The server applies each once. A log is one IndexedDB: when the device loses its storage the next log begins at 1.
 */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Id, Instant } from './ids.ts'
import { Location, VisitorType } from './places.ts'
import { WatchAction } from './watchlist.ts'

const closed = { additionalProperties: false } as const
export const operationsMax = 50
/** A kiosk that was not heard of for this long raises an alarm, and so does one whose oldest operation is unsent for `unsentMs`. */
export const kioskSilenceMs = 90_000
export const unsentMs = 60_000
export const kioskBeatMs = 15_000
/** Clock differences above this are flagged; the time is corrected by what was measured. */
export const skewMs = 120_000
export const photoMaxBytes = 100 * 1024

const Image = Type.String({ pattern: '^data:image/(?:jpeg|webp|png);base64,[A-Za-z0-9+/=]+$', maxLength: 140_000 })
const Text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
/** Bodies by operation. All but `check_out` may name the person: a walk-in is made by its first operation. */
export const operationBodies = {
  /** Shown as "checked in" on the screen. `expected`: it is a visit of the snapshot; without it a walk-in. */
  check_in: Type.Object({
    expected: Type.Boolean(), name: Type.String({ minLength: 1, maxLength: 200 }), company: Text(200), email: Text(254), phone: Text(40), language: Text(20),
    host: Type.Optional(Id), visitorType: Type.Optional(Id), fields: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 500 }))),
    photo: Type.Optional(Image), signature: Type.Optional(Type.Object({ version: Type.Integer({ minimum: 1 }), image: Image }, closed)),
    /** The visitor wants to be recognised next time. */
    remember: Type.Optional(Type.Boolean()),
  }, closed),
  /** A walk-in who needs approval: shown as "Reception is coming". `watched`: a neutral screen because of the watchlist. */
  ask: Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }), company: Text(200), email: Text(254), phone: Text(40), language: Text(20), host: Type.Optional(Id), visitorType: Type.Optional(Id), fields: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 500 }))), photo: Type.Optional(Image), signature: Type.Optional(Type.Object({ version: Type.Integer({ minimum: 1 }), image: Image }, closed)), watched: Type.Optional(Type.Boolean()), remember: Type.Optional(Type.Boolean()) }, closed),
  check_out: Type.Object({}, closed),
} as const
export type OperationType = keyof typeof operationBodies

/** `at`: the kiosk's clock. `offsetMs`: server's clock minus the kiosk's as last measured; null if it never was. */
export const Operation = Type.Object({
  id: Id, seq: Type.Integer({ minimum: 1 }), type: Type.String({ maxLength: 40 }), visit: Id, at: Type.String({ maxLength: 40 }), offsetMs: Nullable(Type.Number()), body: Type.Unknown(),
}, { additionalProperties: true })
export type Operation = Static<typeof Operation>
export type KnownOperation = { [T in OperationType]: Omit<Operation, 'type' | 'body'> & { type: T; body: Static<(typeof operationBodies)[T]> } }[OperationType]

/** `applied`: its effect is committed (now or before). `held`: kept until the visit it speaks of arrives. `quarantined`: kept, reception sees it. In each case the kiosk need not send it again.
 * `kept`: on the server's disk while its database is away; the kiosk goes on offering it until one of the others is the answer. */
export const OperationResult = Type.Object({ id: Id, seq: Type.Integer(), state: Type.Union([Type.Literal('applied'), Type.Literal('held'), Type.Literal('quarantined'), Type.Literal('kept')]), reason: Nullable(Type.String()) })
export type OperationResult = Static<typeof OperationResult>

export const sendOperations = endpoint({
  method: 'POST', path: '/kiosk/operations', access: 'kiosk', statements: 20 * operationsMax, summary: 'Operations of a kiosk’s log. The answer names every one: an answer that does not is none.',
  body: Type.Object({ log: Id, operations: Type.Array(Type.Unknown(), { minItems: 1, maxItems: operationsMax }) }, { ...closed, 'x-broken-text': 'kept' }),
  returns: Type.Object({ lodge: Type.Literal('operations'), results: Type.Array(OperationResult) }), errors: ['invalid', 'unavailable', 'overloaded'],
})

/**
 * A sign of life, with what the server is believed to have: of the log's operations `fromSeq` … `uptoSeq` all were acknowledged,
 * `count` of them, and `digest` is the XOR of the last 16 hex digits of their ids. `missing`: what the server has not; they are sent again.
 */
export const beatKiosk = endpoint({
  method: 'POST', path: '/kiosk/beats', access: 'kiosk', statements: 6, summary: 'A kiosk’s sign of life and reconciliation of its log.',
  body: Type.Object({
    log: Id, now: Type.String({ maxLength: 40 }), app: Type.String({ maxLength: 40 }), unsent: Type.Integer({ minimum: 0 }), oldestUnsentMs: Nullable(Type.Integer({ minimum: 0 })),
    fromSeq: Type.Integer({ minimum: 1 }), uptoSeq: Type.Integer({ minimum: 0 }), count: Type.Integer({ minimum: 0 }), digest: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    storage: Type.Optional(Type.Object({ usedBytes: Type.Integer(), quotaBytes: Type.Integer(), persisted: Type.Boolean() }, closed)),
    battery: Type.Optional(Type.Object({ percent: Type.Integer({ minimum: 0, maximum: 100 }), charging: Type.Boolean() }, closed)),
  }, closed),
  returns: Type.Object({ lodge: Type.Literal('beat'), now: Instant, missing: Type.Array(Type.Integer(), { maxItems: 1000 }), build: Type.String(), snapshotVersion: Type.String(),
    /** What the status page says to visitors here. */
    notice: Nullable(Type.Object({ title: Type.String(), text: Type.String() })) }), errors: ['unavailable', 'overloaded'],
})

/** What a kiosk needs to decide alone: today and tomorrow. `watch`: SHA-256 (hex) of salt + key, of the keys of contract/watch-keys.ts. */
export const Snapshot = Type.Object({
  asOf: Instant, version: Type.String(), kiosk: Type.Object({ id: Id, name: Type.String() }), account: Type.String(), location: Location, visitorTypes: Type.Array(VisitorType),
  hosts: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  visits: Type.Array(Type.Object({ id: Id, name: Type.String(), company: Type.String(), host: Nullable(Id), visitorType: Nullable(Id), day: Type.String(), expectedAt: Nullable(Instant), status: Type.String(), code: Type.String(), fields: Type.Record(Type.String(), Type.String()) })),
  /** Of people who asked to be remembered: SHA-256 (hex) of salt + lower-case e-mail, and what need not be typed again. */
  returning: Type.Array(Type.Object({ key: Type.String(), name: Type.String(), company: Type.String(), phone: Nullable(Type.String()) })),
  salt: Type.String(), watch: Type.Array(Type.Object({ key: Type.String(), action: WatchAction })),
})
export type Snapshot = Static<typeof Snapshot>
export const getSnapshot = endpoint({ method: 'GET', path: '/kiosk/snapshot', access: 'kiosk', statements: 8, summary: 'What a kiosk needs to decide alone.', returns: Snapshot, errors: ['unavailable', 'overloaded'] })
/** `told`: the notice left for the host, or the host looks at the console. */
export const getKioskVisit = endpoint({ method: 'GET', path: '/kiosk/visits/:visit', access: 'kiosk', statements: 2, summary: 'Whether the host was told, and what was decided of one who waits.', params: Type.Object({ visit: Id }),
  returns: Type.Object({ status: Type.String(), told: Type.Boolean(), reason: Nullable(Type.String()) }), errors: ['not_found', 'unavailable', 'overloaded'] })

export const Kiosk = Type.Object({
  id: Id, name: Type.String(), location: Id, state: Type.Union([Type.Literal('pairing'), Type.Literal('online'), Type.Literal('silent'), Type.Literal('unpaired')]),
  app: Nullable(Type.String()), seenAt: Nullable(Instant), unsent: Type.Integer(), oldestUnsentMs: Nullable(Type.Integer()), missing: Type.Integer(), skewMs: Nullable(Type.Integer()), quarantined: Type.Integer(),
  storage: Nullable(Type.Object({ usedBytes: Type.Integer(), quotaBytes: Type.Integer(), persisted: Type.Boolean() })), battery: Nullable(Type.Object({ percent: Type.Integer(), charging: Type.Boolean() })),
  /** In words a screen can show beside it: silent, or something unsent for more than a minute, or missing. */
  alarm: Nullable(Type.Union([Type.Literal('silent'), Type.Literal('unsent'), Type.Literal('missing')])),
})
export type Kiosk = Static<typeof Kiosk>
export const listKiosks = endpoint({ method: 'GET', path: '/kiosks', access: 'agent', statements: 1, summary: 'Kiosks and how each is.', returns: Type.Object({ kiosks: Type.Array(Kiosk) }) })
/** The code is typed at the kiosk within 30 minutes. Saving an existing kiosk makes a new code for it; the old device goes on until the new one is paired. */
export const saveKiosk = endpoint({ method: 'PUT', path: '/kiosks/:kiosk', access: 'admin', statements: 5, summary: 'Create a kiosk, or pair it anew: makes a code.', params: Type.Object({ kiosk: Id }),
  body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }), location: Id }, closed), returns: Type.Object({ kiosk: Kiosk, code: Type.String(), expiresAt: Instant }), errors: ['not_found', 'invalid', 'unavailable'] })
/** `evenUnsent`: what the device has not sent yet is given up. */
export const unpairKiosk = endpoint({ method: 'DELETE', path: '/kiosks/:kiosk', access: 'admin', statements: 5, summary: 'Unpair a kiosk. Refused while it has something unsent.', params: Type.Object({ kiosk: Id }), query: Type.Object({ evenUnsent: Type.Optional(Type.Boolean()) }, closed), returns: Type.Object({}), errors: ['not_found', 'has_unsent', 'unavailable'] })
export const pairKiosk = endpoint({ method: 'POST', path: '/kiosk/pairings', access: 'public', statements: 3, summary: 'A device becomes a kiosk by its code.', body: Type.Object({ code: Type.String({ pattern: '^\\d{8}$' }) }, closed),
  returns: Type.Object({ kiosk: Id, token: Type.String() }), errors: ['link_used', 'rate_limited', 'unavailable'] })

/**
 * Why an operation could not be applied. `form`: a field is missing or wrong. `unknown_type`: a kind of operation that this version does not know.
 * `broken_text`: signs that cannot be kept. `elsewhere`: the visit is at another location. `id_reused`: its id stands for something else. `erased`: the person
 * was erased. `awaits_arrival`: held, not quarantined. `refused`: anything else, as `reason` says.
 */
export const quarantineCodes = ['form', 'unknown_type', 'broken_text', 'elsewhere', 'id_reused', 'erased', 'awaits_arrival', 'refused'] as const
export type QuarantineCode = (typeof quarantineCodes)[number]
/** `code` is for screens, `reason` the same in English with what is known of the place. */
export const Quarantined = Type.Object({ id: Id, kiosk: Id, kioskName: Type.String(), location: Id, receivedAt: Instant, code: Type.Enum([...quarantineCodes]), reason: Type.String(), raw: Type.Unknown() })
export type Quarantined = Static<typeof Quarantined>
export const listQuarantine = endpoint({ method: 'GET', path: '/kiosk-operations', access: 'agent', statements: 1, summary: 'What kiosks sent and could not be applied.', returns: Type.Object({ operations: Type.Array(Quarantined) }) })
export const resolveOperation = endpoint({ method: 'POST', path: '/kiosk-operations/:operation/resolution', access: 'agent', statements: 24, summary: 'Try a quarantined operation again, or dismiss it.', params: Type.Object({ operation: Id }),
  body: Type.Object({ id: Id, how: Type.Union([Type.Literal('retry'), Type.Literal('dismiss')]) }, closed), returns: Type.Object({ state: Type.Union([Type.Literal('applied'), Type.Literal('quarantined'), Type.Literal('dismissed')]), code: Nullable(Type.Enum([...quarantineCodes])), reason: Nullable(Type.String()) }), errors: ['not_found', 'unavailable', 'overloaded'] })
