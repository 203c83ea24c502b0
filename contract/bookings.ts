/**
 * Who has which space when. A booking is [startsAt, endsAt): who comes at the minute the other leaves meets nobody. Two bookings of
 * a space never overlap unless one is cancelled: the database refuses it, whoever asks at once. Times are instants; whole days and
 * recurrence are of the location's own calendar. Every change is an entry of the topic `bookings:<location>` (contract/space-entries.ts).
 */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Id, Instant } from './ids.ts'
import { Clock, Space } from './spaces.ts'
import { Day } from './visit-entries.ts'

const closed = { additionalProperties: false } as const
const Title = Type.String({ maxLength: 200 })

/** Bookings begin at most this many days from now; a series is booked ahead as far, and moves on with the days. */
export const horizonDays = 366
/** Of a series, within the horizon. */
export const occurrencesMax = 366
export const bookingMaxDays = 31
/** A closure cancels at most this many bookings at once. */
export const closureCancelsMax = 500
/** A panel that heard nothing for this long says since when it does not know. */
export const panelBeatMs = 15_000

const status = ['booked', 'checked_in', 'ended', 'cancelled'] as const
/** `ended`: given back before its time. One that went by stays what it was: `booked`, or `checked_in`. */
export type BookingStatus = (typeof status)[number]
export const BookingStatus = Type.Enum([...status])
/** Why it was cancelled. `no_show`: released, because nobody checked in. */
export const CancelReason = Type.Union([Type.Literal('person'), Type.Literal('admin'), Type.Literal('no_show'), Type.Literal('closure'), Type.Literal('series')])
export type CancelReason = Static<typeof CancelReason>
const Person = Type.Object({ id: Id, name: Type.String() })

export const Booking = Type.Object({
  id: Id, space: Id, spaceName: Type.String(), floor: Id, location: Id, zone: Type.String({ description: 'IANA, of the location.' }),
  startsAt: Instant, endsAt: Instant,
  /** Whole local days, from `day` on. A day of 23 or 25 hours is one. */
  wholeDay: Type.Boolean(),
  /** The first day, in the location's calendar. */
  day: Day, title: Title, status: BookingStatus, reason: Nullable(CancelReason),
  /** For whom; null when it was booked at the panel. */
  user: Nullable(Person),
  /** Who did it, if somebody else. */
  bookedBy: Nullable(Person), series: Nullable(Id),
  /** When one can check in: [opensAt, closesAt); null when nobody has to, or it is over with. */
  checkIn: Nullable(Type.Object({ opensAt: Instant, closesAt: Instant })), checkedInAt: Nullable(Instant),
  createdAt: Instant,
})
export type Booking = Static<typeof Booking>

/** What stands in the way. `user` is null for closures and for what was booked at a panel. With `space_taken` and `space_closed` problems carry it as `conflicts`, the earliest first, ten at most. */
export const Conflict = Type.Object({
  kind: Type.Union([Type.Literal('booking'), Type.Literal('closure')]), id: Id, space: Id, startsAt: Instant, endsAt: Instant, user: Nullable(Person), text: Type.String({ description: 'Why it is closed; empty for bookings.' }),
})
export type Conflict = Static<typeof Conflict>

/** By time, or whole days of the location's calendar (`untilDay` is the last one, included; the same day unless given). */
export const When = Type.Union([
  Type.Object({ startsAt: Instant, endsAt: Instant }, closed),
  Type.Object({ day: Day, untilDay: Type.Optional(Day) }, closed),
])
export type When = Static<typeof When>

const made = ['not_found', 'id_reused', 'invalid', 'space_taken', 'space_closed', 'not_bookable', 'too_far_ahead', 'storage_full', 'unavailable', 'overloaded'] as const
/** `user`: for whom; oneself unless given. A colleague is told by e-mail. What began already may be booked while it lasts: it starts now. */
export const createBooking = endpoint({
  method: 'POST', path: '/bookings', access: 'agent', statements: 20, summary: 'Book a space. The booking’s id is made by the caller; a repeat books nothing more.',
  body: Type.Object({ id: Id, space: Id, when: When, user: Type.Optional(Id), title: Type.Optional(Title) }, closed), returns: Booking, errors: made,
})
/** Without `location`, `floor`, `space`, `user` or `series`: all of the account. By start, then id; `from` and `to` are days of the location's calendar, both included. Cancelled ones are left out unless asked for. */
export const listBookings = endpoint({
  method: 'GET', path: '/bookings', access: 'agent', statements: 1, summary: 'Bookings of a person, a space, a floor or a location.',
  query: Type.Object({
    location: Type.Optional(Id), floor: Type.Optional(Id), space: Type.Optional(Id), user: Type.Optional(Id), series: Type.Optional(Id), from: Type.Optional(Day), to: Type.Optional(Day),
    cancelled: Type.Optional(Type.Boolean()), cursor: Type.Optional(Type.String({ maxLength: 300 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  }, closed),
  returns: Type.Object({ bookings: Type.Array(Booking), next: Nullable(Type.String()) }), errors: ['invalid'],
})
const atBooking = Type.Object({ booking: Id })
export const getBooking = endpoint({ method: 'GET', path: '/bookings/:booking', access: 'agent', statements: 1, summary: 'One booking.', params: atBooking, returns: Booking, errors: ['not_found'] })
/** One's own, or what one booked for somebody; an administrator anybody's. An occurrence that is moved stays in its series. */
export const changeBooking = endpoint({
  method: 'PATCH', path: '/bookings/:booking', access: 'agent', statements: 20, summary: 'Move a booking to another time or space, or change its title or person; only the given fields change.', params: atBooking,
  body: Type.Object({ id: Id, when: Type.Optional(When), space: Type.Optional(Id), user: Type.Optional(Id), title: Type.Optional(Title) }, closed), returns: Booking, errors: [...made, 'forbidden', 'wrong_status'],
})
const verb = { params: atBooking, body: Type.Object({ id: Id }, closed), returns: Booking, errors: ['not_found', 'id_reused', 'forbidden', 'wrong_status', 'unavailable', 'overloaded'] } as const
/** Twice is once. */
export const cancelBooking = endpoint({ method: 'POST', path: '/bookings/:booking/cancellation', access: 'agent', statements: 14, summary: 'Cancel a booking that is not over; it stays to be seen, as cancelled.', ...verb })
/** From the console, from the link in a notice, or from the code at the space. Twice is once. */
export const checkInBooking = endpoint({ method: 'POST', path: '/bookings/:booking/arrival', access: 'agent', statements: 14, summary: 'Check in, within the window.', ...verb, errors: [...verb.errors, 'outside_check_in'] })
/** The rest of its time is free at once. One that has not begun is cancelled instead. */
export const endBooking = endpoint({ method: 'POST', path: '/bookings/:booking/end', access: 'agent', statements: 14, summary: 'End a booking now.', ...verb })

// --- series

const occurrenceState = ['booked', 'taken', 'closed', 'past'] as const
/** `taken`, `closed`: not booked, because of `conflict`. `past`: it had begun already. `booking` is null unless booked. */
export const Occurrence = Type.Object({ startsAt: Instant, endsAt: Instant, day: Day, state: Type.Enum([...occurrenceState]), booking: Nullable(Id), conflict: Nullable(Conflict) })
export type Occurrence = Static<typeof Occurrence>
/**
 * `rrule`: RFC 5545 without DTSTART and without the prefix, e.g. `FREQ=WEEKLY;BYDAY=TU,TH;COUNT=20`; not finer than daily; UNTIL in UTC (or a date).
 * Its times are local: nine o'clock stays nine o'clock when clocks change; a time that clocks skip is an hour later, one that comes twice is the first.
 */
export const Recurrence = Type.Object({
  rrule: Type.String({ minLength: 9, maxLength: 500 }), day: Day, time: Nullable(Clock), minutes: Nullable(Type.Integer({ minimum: 5, maximum: 1440 })),
}, { ...closed, description: '`day` is the first; `time` and `minutes` are null for whole days.' })
export type Recurrence = Static<typeof Recurrence>
export const Series = Type.Object({
  id: Id, space: Id, location: Id, title: Title, user: Nullable(Person), bookedBy: Nullable(Person), recurrence: Recurrence,
  /** Every occurrence up to here was tried; null when the series has an end and it is reached. */
  bookedUntil: Nullable(Day), cancelledFrom: Nullable(Instant),
  /** What could not be booked, the last 366. */
  skipped: Type.Array(Occurrence),
})
export type Series = Static<typeof Series>
/**
 * `onConflict`: `refuse` books nothing unless all of it can be (then `space_taken` or `space_closed` name the conflicts);
 * `skip` books what can be. `dryRun`: only says what would come of it. Beyond the horizon occurrences are booked as it moves on, and skipped if taken.
 */
export const createBookingSeries = endpoint({
  method: 'POST', path: '/booking-series', access: 'agent', statements: 24, summary: 'Book a space again and again, with a result for each occurrence.',
  body: Type.Object({
    id: Id, space: Id, recurrence: Recurrence, user: Type.Optional(Id), title: Type.Optional(Title),
    onConflict: Type.Union([Type.Literal('refuse'), Type.Literal('skip')]), dryRun: Type.Optional(Type.Boolean()),
  }, closed),
  returns: Type.Object({ series: Nullable(Series), occurrences: Type.Array(Occurrence) }), errors: made,
})
export const getBookingSeries = endpoint({ method: 'GET', path: '/booking-series/:series', access: 'agent', statements: 1, summary: 'A series; its bookings are listed by `series`.', params: Type.Object({ series: Id }), returns: Series, errors: ['not_found'] })
/** `from`: a booking of the series, it and all after it; without it all that has not begun. One alone is cancelled as a booking. */
export const cancelBookingSeries = endpoint({
  method: 'POST', path: '/booking-series/:series/cancellation', access: 'agent', statements: 16, summary: 'Cancel a series, or this occurrence and the following.', params: Type.Object({ series: Id }),
  body: Type.Object({ id: Id, from: Type.Optional(Id) }, closed), returns: Type.Object({ cancelled: Type.Integer() }), errors: ['not_found', 'id_reused', 'forbidden', 'unavailable', 'overloaded'],
})

// --- a floor at a moment

/** What occupies a space within the asked time, the earliest first. */
export const Occupied = Type.Object({ booking: Id, startsAt: Instant, endsAt: Instant, status: BookingStatus, user: Nullable(Person), title: Title })
export const Availability = Type.Object({
  space: Id,
  /** Free for the whole asked time: nothing booked and not closed. */
  free: Type.Boolean(), bookings: Type.Array(Occupied), closures: Type.Array(Type.Object({ closure: Id, startsAt: Instant, endsAt: Instant, text: Type.String() })),
})
export type Availability = Static<typeof Availability>
/** A day, or a moment's neighbourhood; at most 31 days. For "now" ask [now, end of the day) and look at what holds now. */
export const getAvailability = endpoint({
  method: 'GET', path: '/floors/:floor/availability', access: 'agent', statements: 1, summary: 'Every active space of a floor with what is booked and closed in [startsAt, endsAt).', params: Type.Object({ floor: Id }),
  query: Type.Object({ startsAt: Instant, endsAt: Instant }, closed), returns: Type.Object({ asOf: Instant, spaces: Type.Array(Availability) }), errors: ['invalid'],
})

// --- closures

/** Of a whole location, of a floor (`floor`), or of one space (`space`). */
export const Closure = Type.Object({ id: Id, location: Id, floor: Nullable(Id), space: Nullable(Id), startsAt: Instant, endsAt: Instant, text: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }) })
export type Closure = Static<typeof Closure>
export const listClosures = endpoint({
  method: 'GET', path: '/closures', access: 'agent', statements: 1, summary: 'Closures that are not over, the earliest first.', query: Type.Object({ location: Type.Optional(Id) }, closed), returns: Type.Object({ closures: Type.Array(Closure) }),
})
/** `cancelBookings`: what is booked in that time is cancelled with the reason `closure`, and everybody told. Without it `space_taken` names what is in the way. */
export const createClosure = endpoint({
  method: 'POST', path: '/closures', access: 'admin', statements: 20 + 8 * closureCancelsMax, summary: 'Close a location, a floor or a space for a time.',
  body: Type.Object({ id: Id, location: Id, floor: Type.Optional(Nullable(Id)), space: Type.Optional(Nullable(Id)), when: When, text: Closure.properties.text, cancelBookings: Type.Boolean() }, closed),
  returns: Type.Object({ closure: Closure, cancelled: Type.Integer() }), errors: ['not_found', 'id_reused', 'invalid', 'space_taken', 'unavailable', 'overloaded'],
})
export const liftClosure = endpoint({ method: 'DELETE', path: '/closures/:closure', access: 'admin', statements: 8, summary: 'Lift a closure. What it cancelled stays cancelled.', params: Type.Object({ closure: Id }), query: Type.Object({ id: Id }, closed), returns: Type.Object({}), errors: ['not_found', 'id_reused', 'unavailable', 'overloaded'] })

// --- who is in

const presence = ['here', 'planned', 'left'] as const
/** `here`: checked in, or within a booking that asks for no check-in. `left`: everything of theirs is over. */
export const Present = Type.Object({ user: Person, state: Type.Enum([...presence]), bookings: Type.Array(Type.Object({ booking: Id, space: Id, spaceName: Type.String(), floor: Id, startsAt: Instant, endsAt: Instant, wholeDay: Type.Boolean(), status: BookingStatus })) })
export type Present = Static<typeof Present>
export const listPresent = endpoint({
  method: 'GET', path: '/locations/:location/people', access: 'agent', statements: 2, summary: 'Who is in on a day, by their bookings; today unless given. By name.', params: Type.Object({ location: Id }),
  query: Type.Object({ day: Type.Optional(Day) }, closed), returns: Type.Object({ day: Day, asOf: Instant, people: Type.Array(Present) }), errors: ['not_found'],
})

// --- at the space: the code on the desk or door

/** `mine`: the caller's booking of it that one can check in to or that is running, else the next one of today. `taken`: another's that is running. `freeUntil`: when nobody has it: till then. */
export const AtSpace = Type.Object({ space: Space, locationName: Type.String(), zone: Type.String(), asOf: Instant, mine: Nullable(Booking), taken: Nullable(Conflict), freeUntil: Nullable(Instant) })
export type AtSpace = Static<typeof AtSpace>
export const getAtSpace = endpoint({
  method: 'GET', path: '/spaces/by-code/:code', access: 'agent', statements: 3, summary: 'For whoever scanned the code at a space: `/checkin/<code>`.', params: Type.Object({ code: Type.String({ pattern: '^[A-Za-z0-9]{10}$' }) }), returns: AtSpace, errors: ['not_found'],
})

// --- feeds

/** An iCalendar feed: of one's own bookings (`space` is null), or of a space. Whoever has the address reads it: it can be revoked. */
export const Feed = Type.Object({ id: Id, space: Nullable(Id), spaceName: Nullable(Type.String()), createdAt: Instant, readAt: Nullable(Instant) })
export type Feed = Static<typeof Feed>
export const listFeeds = endpoint({ method: 'GET', path: '/booking-feeds', access: 'agent', statements: 1, summary: 'The caller’s own feeds.', returns: Type.Object({ feeds: Type.Array(Feed) }) })
/** The address is told once: only its hash is kept. Making a feed of the same id anew makes a new address, and the old one ends. */
export const createFeed = endpoint({
  method: 'PUT', path: '/booking-feeds/:feed', access: 'agent', statements: 3, summary: 'An address for calendars to subscribe to.', params: Type.Object({ feed: Id }),
  body: Type.Object({ space: Type.Optional(Nullable(Id)) }, closed), returns: Type.Object({ feed: Feed, url: Type.String({ description: 'Relative to the server’s address.' }) }), errors: ['not_found', 'unavailable'],
})
export const revokeFeed = endpoint({ method: 'DELETE', path: '/booking-feeds/:feed', access: 'agent', statements: 2, summary: 'End a feed of one’s own.', params: Type.Object({ feed: Id }), returns: Type.Object({}), errors: ['not_found', 'unavailable'] })
export const readFeed = endpoint({
  method: 'GET', path: '/calendars/:secret', access: 'public', statements: 3, summary: 'The feed, `text/calendar`: 30 days back and a year ahead.', params: Type.Object({ secret: Type.String({ pattern: '^[A-Za-z0-9_-]{43}(?:\\.ics)?$' }) }), returns: Type.Unsafe<unknown>({}), errors: ['not_found', 'rate_limited'],
})

// --- the panel at the door

/** What the panel of a space shows. `user` and `title` are empty unless the space's panel shows names. */
export const PanelBooking = Type.Object({ id: Id, startsAt: Instant, endsAt: Instant, wholeDay: Type.Boolean(), status: BookingStatus, user: Nullable(Type.String()), title: Title, checkIn: Booking.properties.checkIn })
export type PanelBooking = Static<typeof PanelBooking>
export const PanelState = Type.Object({
  asOf: Instant, space: Type.Object({ id: Id, name: Type.String(), kind: Space.properties.kind, capacity: Type.Integer(), equipment: Space.properties.equipment }), account: Type.String(), locationName: Type.String(), location: Id, zone: Type.String(),
  /** What runs now, checked in or not. */
  now: Nullable(PanelBooking),
  /** The rest of today, the earliest first, six at most. */
  next: Type.Array(PanelBooking),
  /** Closed right now, and why. */
  closed: Nullable(Type.Object({ endsAt: Instant, text: Type.String() })),
  /** What closes it later today, the first of them. */
  closing: Nullable(Type.Object({ startsAt: Instant, endsAt: Instant, text: Type.String() })),
  /** False: it takes no bookings at present. */
  bookable: Type.Boolean(),
  /** For how long it could be booked now: 15, 30, 60, 120 as far as they fit. */
  canBookMinutes: Type.Array(Type.Integer()), build: Type.String(),
})
export type PanelState = Static<typeof PanelState>
/** The token (`pt_…`) is a bearer token for the endpoints with access `panel`, of this one space; a panel may also join `bookings:<location>`. */
export const pairPanel = endpoint({
  method: 'POST', path: '/panel/pairings', access: 'public', statements: 4, summary: 'A device becomes a panel by its code.', body: Type.Object({ code: Type.String({ pattern: '^\\d{8}$' }) }, closed),
  returns: Type.Object({ space: Id, token: Type.String() }), errors: ['link_used', 'rate_limited', 'unavailable'],
})
/** Ask every `panelBeatMs`, and after an entry of the topic that names the space: it is also the panel's sign of life. */
export const getPanel = endpoint({ method: 'GET', path: '/panel', access: 'panel', statements: 4, summary: 'What the panel shows.', returns: PanelState, errors: ['not_found', 'unavailable', 'overloaded'] })
/** Booked and checked in at once, for nobody in particular. */
export const bookAtPanel = endpoint({
  method: 'POST', path: '/panel/bookings', access: 'panel', statements: 20, summary: 'Book the space from now on.', body: Type.Object({ id: Id, minutes: Type.Integer({ minimum: 5, maximum: 480 }), title: Type.Optional(Title) }, closed),
  returns: PanelState, errors: ['not_found', 'id_reused', 'space_taken', 'space_closed', 'not_bookable', 'storage_full', 'unavailable', 'overloaded'],
})
const atPanel = { params: atBooking, body: Type.Object({ id: Id }, closed), returns: PanelState, errors: ['not_found', 'id_reused', 'wrong_status', 'unavailable', 'overloaded'] } as const
export const checkInAtPanel = endpoint({ method: 'POST', path: '/panel/bookings/:booking/arrival', access: 'panel', statements: 16, summary: 'Check in at the door, within the window.', ...atPanel, errors: [...atPanel.errors, 'outside_check_in'] })
export const endAtPanel = endpoint({ method: 'POST', path: '/panel/bookings/:booking/end', access: 'panel', statements: 16, summary: 'End what runs now.', ...atPanel })
