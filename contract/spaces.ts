/**
 * What can be booked, and where it stands. A site is a location (contract/places.ts: it has the time zone and the hours); it has
 * floors, and a floor has spaces. Changes say `settings.changed` with `what: 'spaces'`: read the lists again.
 */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { clockPattern, Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
export const Clock = Type.String({ pattern: clockPattern, description: 'Local time of the location, `HH:MM`.' })

export const planMaxBytes = 2 * 1024 * 1024
/** SVG is rewritten on the way in: only shapes, text, gradients and styles stay, nothing that runs or loads. */
export const planTypes = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp'] as const
export type PlanType = (typeof planTypes)[number]
/** How the plan is drawn in the end: its own size, of which `Position` is a fraction. `version` changes whenever the image does. */
export const Plan = Type.Object({ version: Type.String(), mediaType: Type.Enum([...planTypes]), widthPx: Type.Integer({ minimum: 1 }), heightPx: Type.Integer({ minimum: 1 }) })
export type Plan = Static<typeof Plan>

/** `level`: floors are shown in this order; the ground floor is usually 0. `plan` is null until an image was uploaded. */
export const Floor = Type.Object({ id: Id, location: Id, name: Name, level: Type.Integer({ minimum: -20, maximum: 300 }), plan: Nullable(Plan), active: Type.Boolean() })
export type Floor = Static<typeof Floor>
export const listFloors = endpoint({
  method: 'GET', path: '/floors', access: 'agent', statements: 1, summary: 'Floors, of one location or of all, by location and level.',
  query: Type.Object({ location: Type.Optional(Id) }, closed), returns: Type.Object({ floors: Type.Array(Floor) }),
})
export const saveFloor = endpoint({
  method: 'PUT', path: '/floors/:floor', access: 'admin', statements: 6, summary: 'Create or change a floor; only the given fields change.', params: Type.Object({ floor: Id }),
  body: Type.Object({ location: Id, name: Name, level: Type.Optional(Floor.properties.level), active: Type.Optional(Type.Boolean()) }, closed), returns: Floor, errors: ['not_found', 'invalid', 'unavailable', 'overloaded'],
})
/** `base64`: the file. Its true type is told by its bytes. */
export const saveFloorPlan = endpoint({
  method: 'PUT', path: '/floors/:floor/plan', access: 'admin', statements: 6, summary: 'The image of a floor: SVG, PNG, JPEG or WebP, 2 MB at most.', params: Type.Object({ floor: Id }),
  body: Type.Object({ base64: Type.String({ maxLength: Math.ceil(planMaxBytes / 3) * 4, pattern: '^[A-Za-z0-9+/]+={0,2}$' }) }, closed), returns: Floor, errors: ['not_found', 'storage_full', 'invalid', 'too_large', 'unsupported_type', 'unavailable', 'overloaded'],
})
/** Show it by `<img src="data:…">`: an image of a page runs no scripts and loads nothing, whatever is in it. There is no address that serves it as a document. */
export const getFloorPlan = endpoint({
  method: 'GET', path: '/floors/:floor/plan', access: 'agent', statements: 1, summary: 'The image of a floor.', params: Type.Object({ floor: Id }),
  returns: Type.Object({ version: Type.String(), mediaType: Type.Enum([...planTypes]), base64: Type.String() }), errors: ['not_found'],
})
export const removeFloorPlan = endpoint({
  method: 'DELETE', path: '/floors/:floor/plan', access: 'admin', statements: 5, summary: 'Take the image of a floor away; spaces keep their positions.', params: Type.Object({ floor: Id }), returns: Floor, errors: ['not_found', 'unavailable', 'overloaded'],
})

const kinds = ['desk', 'room', 'spot'] as const
/** `spot`: anything else there is one of: a parking space, a locker, a phone booth. */
export type SpaceKind = (typeof kinds)[number]
export const SpaceKind = Type.Enum([...kinds])

/**
 * When one has to be there. The window of a booking by time opens `opensBeforeMinutes` before it starts and closes
 * `releasesAfterMinutes` after its start, or after it was made if that is later: nobody is released who had no time to come. The
 * window of a booking of whole days opens when it starts and closes at `wholeDayUntil` of its first day, likewise not sooner than
 * `releasesAfterMinutes` after it was made. Then a booking is released: cancelled with the reason `no_show`. Settings that would
 * release everybody are refused: less than 5 minutes, or whole days before the location opens.
 */
export const CheckInPolicy = Type.Object({
  opensBeforeMinutes: Type.Integer({ minimum: 0, maximum: 120 }), releasesAfterMinutes: Type.Integer({ minimum: 1, maximum: 720 }), wholeDayUntil: Clock,
}, closed)
export type CheckInPolicy = Static<typeof CheckInPolicy>

/** Where it stands on the plan: fractions of its width (from the left) and height (from the top). */
export const Position = Type.Object({ x: Type.Number({ minimum: 0, maximum: 1 }), y: Type.Number({ minimum: 0, maximum: 1 }) }, closed)
export type Position = Static<typeof Position>
const Equipment = Type.Array(Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }), { maxItems: 30, uniqueItems: true })

/** `bookable`: false keeps what is booked, and takes no more. `checkIn`: null = nobody has to check in. `active`: false = it is gone; lists leave it out unless asked. */
export const Space = Type.Object({
  id: Id, floor: Id, location: Id, name: Name, kind: SpaceKind, capacity: Type.Integer({ minimum: 1, maximum: 1000 }), equipment: Equipment,
  position: Nullable(Position), bookable: Type.Boolean(), checkIn: Nullable(CheckInPolicy), active: Type.Boolean(),
  /** Whether its panel shows who booked and for what, or just that it is taken. */
  panelShowsNames: Type.Boolean(),
  /** What the QR code at the space says: `/checkin/<code>`. No secret. */
  code: Type.String(),
  /** Whether a room panel is paired, and when it was last heard of. */
  panel: Type.Union([Type.Literal('none'), Type.Literal('pairing'), Type.Literal('online'), Type.Literal('silent')]), panelSeenAt: Nullable(Instant),
})
export type Space = Static<typeof Space>
export const listSpaces = endpoint({
  method: 'GET', path: '/spaces', access: 'agent', statements: 1, summary: 'Spaces by floor and name; numbers in names in their own order.',
  query: Type.Object({ location: Type.Optional(Id), floor: Type.Optional(Id), kind: Type.Optional(SpaceKind), inactive: Type.Optional(Type.Boolean()) }, closed), returns: Type.Object({ spaces: Type.Array(Space) }),
})
export const saveSpace = endpoint({
  method: 'PUT', path: '/spaces/:space', access: 'admin', statements: 8, summary: 'Create or change a space; only the given fields change.', params: Type.Object({ space: Id }),
  body: Type.Object({
    floor: Id, name: Name, kind: SpaceKind, capacity: Type.Optional(Space.properties.capacity), equipment: Type.Optional(Equipment), position: Type.Optional(Nullable(Position)), bookable: Type.Optional(Type.Boolean()),
    checkIn: Type.Optional(Nullable(CheckInPolicy)), active: Type.Optional(Type.Boolean()), panelShowsNames: Type.Optional(Type.Boolean()),
  }, closed),
  returns: Space, errors: ['not_found', 'invalid', 'unavailable', 'overloaded'],
})
/** For dragging: nothing but the position changes. */
export const placeSpace = endpoint({
  method: 'PUT', path: '/spaces/:space/position', access: 'admin', statements: 5, summary: 'Where a space stands on its floor’s plan; null takes it off.', params: Type.Object({ space: Id }),
  body: Type.Object({ position: Nullable(Position) }, closed), returns: Space, errors: ['not_found', 'unavailable', 'overloaded'],
})

/** A device at the door. The code is typed at the panel within 30 minutes; the old device goes on until the new one is paired. */
export const pairSpacePanel = endpoint({
  method: 'POST', path: '/spaces/:space/panel', access: 'admin', statements: 6, summary: 'A code by which a device becomes the panel of this space.', params: Type.Object({ space: Id }),
  returns: Type.Object({ code: Type.String(), expiresAt: Instant }), errors: ['not_found', 'unavailable', 'overloaded'],
})
export const unpairSpacePanel = endpoint({
  method: 'DELETE', path: '/spaces/:space/panel', access: 'admin', statements: 6, summary: 'The device is the panel of this space no longer.', params: Type.Object({ space: Id }), returns: Type.Object({}), errors: ['not_found', 'unavailable', 'overloaded'],
})
