/** Where people arrive, who receives them, and what is asked of them. */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { clockPattern, Id } from './ids.ts'

const closed = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
const Clock = Type.String({ pattern: clockPattern, description: 'Local time of the place, `HH:MM`.' })

export const kioskLanguages = ['en', 'de', 'fr', 'es', 'zh', 'ar'] as const
export type KioskLanguage = (typeof kioskLanguages)[number]
const Language = Type.Enum([...kioskLanguages])

/** `walkIns`: `approve` = reception or the host has to agree before somebody without an appointment counts as checked in. `zone`: IANA. */
export const Location = Type.Object({
  id: Id, name: Name, address: Type.String({ maxLength: 500 }), zone: Type.String({ maxLength: 60 }),
  languages: Type.Array(Language, { minItems: 1, maxItems: kioskLanguages.length }),
  opensAt: Clock, closesAt: Clock, walkIns: Type.Union([Type.Literal('welcome'), Type.Literal('approve'), Type.Literal('no')]),
  /** Who has not left by then is checked out by itself, and shown as such. */
  checksOutAt: Clock,
  /** Names and all else that tells who it was are removed this many days after the visit. */
  retentionDays: Type.Integer({ minimum: 1, maximum: 3650 }),
})
export type Location = Static<typeof Location>
export const listLocations = endpoint({ method: 'GET', path: '/locations', access: 'agent', statements: 1, summary: 'Places where visitors arrive.', returns: Type.Object({ locations: Type.Array(Location) }) })
export const saveLocation = endpoint({
  method: 'PUT', path: '/locations/:location', access: 'admin', statements: 6, summary: 'Create or change a location; only the given fields change.', params: Type.Object({ location: Id }),
  body: Type.Object({ name: Name, ...Object.fromEntries(Object.entries(Location.properties).filter(([k]) => k !== 'id' && k !== 'name').map(([k, v]) => [k, Type.Optional(v)])) as {
    [K in Exclude<keyof typeof Location.properties, 'id' | 'name'>]: Type.TOptional<(typeof Location.properties)[K]>
  } }, closed),
  returns: Location, errors: ['invalid', 'not_found', 'unavailable', 'overloaded'],
})

/** What a kiosk asks of visitors of a type, beside the name. `key`: where the answer stands in `Visit.fields`. */
export const Field = Type.Object({ key: Type.String({ pattern: '^[a-z][a-zA-Z0-9_]{0,39}$' }), label: Name, required: Type.Boolean() }, closed)
/** `version` rises by itself whenever the text changes: a signature names the version that was signed. */
export const Document = Type.Object({ version: Type.Integer({ minimum: 1 }), title: Name, text: Type.String({ maxLength: 20_000 }) })
export type Document = Static<typeof Document>
export const VisitorType = Type.Object({
  id: Id, location: Id, name: Name, fields: Type.Array(Field, { maxItems: 10 }), document: Nullable(Document), photo: Type.Boolean(), badge: Type.Boolean(), active: Type.Boolean(),
})
export type VisitorType = Static<typeof VisitorType>
export const listVisitorTypes = endpoint({ method: 'GET', path: '/visitor-types', access: 'agent', statements: 1, summary: 'Kinds of visitors and what each is asked.', returns: Type.Object({ visitorTypes: Type.Array(VisitorType) }) })
export const saveVisitorType = endpoint({
  method: 'PUT', path: '/visitor-types/:visitorType', access: 'admin', statements: 6, summary: 'Create or change a visitor type. A document whose text differs becomes the next version.', params: Type.Object({ visitorType: Id }),
  body: Type.Object({
    location: Id, name: Name, fields: Type.Optional(VisitorType.properties.fields), document: Type.Optional(Nullable(Type.Object({ title: Name, text: Document.properties.text }, closed))),
    photo: Type.Optional(Type.Boolean()), badge: Type.Optional(Type.Boolean()), active: Type.Optional(Type.Boolean()),
  }, closed),
  returns: VisitorType, errors: ['invalid', 'not_found', 'unavailable', 'overloaded'],
})

/** A colleague who receives visitors. `delegates` are told as well; `mail` = by e-mail. */
export const Host = Type.Object({ id: Id, name: Type.String(), email: Type.String(), mail: Type.Boolean(), delegates: Type.Array(Id) })
export type Host = Static<typeof Host>
export const listHosts = endpoint({ method: 'GET', path: '/hosts', access: 'agent', statements: 1, summary: 'Who receives visitors, and how each wants to be told.', returns: Type.Object({ hosts: Type.Array(Host) }) })
export const saveHost = endpoint({
  method: 'PUT', path: '/hosts/:user', access: 'agent', statements: 4, summary: 'How a host is told of arrivals, and who else is. One’s own; an administrator may change anybody’s.', params: Type.Object({ user: Id }),
  body: Type.Object({ mail: Type.Boolean(), delegates: Type.Array(Id, { maxItems: 10 }) }, closed), returns: Host, errors: ['not_found', 'forbidden', 'unavailable'],
})
