/** Ids are UUIDv7, made by whoever first speaks of the thing. Topics and actors are `kind:id`. */
import { Type } from 'typebox'

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
export const Id = Type.String({ pattern: `^${uuid}$`, description: 'A UUID in lower case; UUIDv7 where the caller makes it.' })
export const Instant = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$', format: 'date-time', description: 'An instant in UTC with milliseconds.' })
/** `HH:MM`; of whose clock, whoever uses it says. */
export const clockPattern = '^(?:[01]\\d|2[0-3]):[0-5]\\d$'

export const Topic = Type.String({ pattern: `^(?:(?:conversation|contact|visits|bookings):${uuid}|settings|canary)$`, description: 'An ordered stream of entries.' })
export type Topic = `conversation:${string}` | `contact:${string}` | `visits:${string}` | `bookings:${string}` | 'settings' | 'canary'

export const Actor = Type.String({ pattern: `^(?:(?:user|contact|kiosk|panel|rule):${uuid}|system)$`, description: 'Who did it.' })
export type Actor = `user:${string}` | `contact:${string}` | `kiosk:${string}` | `panel:${string}` | `rule:${string}` | 'system'

export const isId = (s: string): boolean => idPattern.test(s)
const idPattern = new RegExp(`^${uuid}$`)

/** The id part of `kind:id`; undefined for `system` and `settings`. */
export const idOf = (s: string): string | undefined => { const at = s.indexOf(':'); return at < 0 ? undefined : s.slice(at + 1) }
