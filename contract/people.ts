import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Id, Instant } from './ids.ts'
import { Nullable } from './entries.ts'

const closed = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
const Email = Type.String({ format: 'email', maxLength: 254 })
const Password = Type.String({ minLength: 10, maxLength: 128 })
export const Role = Type.Union([Type.Literal('admin'), Type.Literal('agent')])

export const User = Type.Object({ id: Id, name: Name, email: Type.String(), role: Role, active: Type.Boolean(), seesPhones: Type.Boolean({ description: 'False: phone numbers of contacts are masked. An administrator sees them always.' }) })
export type User = Static<typeof User>
export const Team = Type.Object({ id: Id, name: Name, members: Type.Array(Id) })
export type Team = Static<typeof Team>
/** A ticket is what API and socket take as bearer token; it lives 15 minutes and is renewed from the session cookie. */
export const Ticket = Type.Object({ ticket: Type.String(), expiresAt: Instant, user: User, account: Type.Object({ id: Id, name: Type.String(), isOperator: Type.Boolean({ description: 'It runs the house: its administrators see the operations page and write the status page.' }) }) })
export type Ticket = Static<typeof Ticket>

export const signIn = endpoint({ method: 'POST', path: '/session', access: 'public', statements: 12, summary: 'Sign in by e-mail and password; sets the session cookie.', body: Type.Object({ email: Email, password: Type.String({ maxLength: 128 }) }, closed), returns: Ticket, errors: ['wrong_password', 'rate_limited', 'unavailable'] })
export const renewTicket = endpoint({ method: 'POST', path: '/session/tickets', access: 'public', statements: 6, summary: 'A new ticket from the session cookie.', returns: Ticket, errors: ['unauthenticated', 'unavailable'] })
export const signOut = endpoint({ method: 'DELETE', path: '/session', access: 'public', statements: 6, summary: 'End the session; its sockets close within 5 s.', returns: Type.Object({}), errors: ['unavailable'] })
/** One-time links: first administrator (from the console output of the first start), invitation of a colleague, a new password for one, demo sign-in. */
export const acceptLink = endpoint({ method: 'POST', path: '/links/:secret', access: 'public', statements: 16, summary: 'Use a one-time link: sets name and password and signs in. A demo link needs no body fields.', params: Type.Object({ secret: Type.String({ maxLength: 100 }) }), body: Type.Object({ name: Type.Optional(Name), email: Type.Optional(Email), password: Type.Optional(Password), account: Type.Optional(Name) }, closed), returns: Ticket, errors: ['link_used', 'invalid', 'taken', 'unavailable', 'rate_limited'] })
export const getLink = endpoint({ method: 'GET', path: '/links/:secret', access: 'public', statements: 1, summary: 'What a one-time link is for.', params: Type.Object({ secret: Type.String({ maxLength: 100 }) }), returns: Type.Object({ purpose: Type.Union([Type.Literal('first_admin'), Type.Literal('invitation'), Type.Literal('password'), Type.Literal('demo')]), email: Nullable(Type.String()), name: Nullable(Type.String()) }), errors: ['link_used', 'unavailable', 'rate_limited'] })

export const listPeople = endpoint({ method: 'GET', path: '/people', access: 'agent', statements: 2, summary: 'Users and teams of the account.', returns: Type.Object({ users: Type.Array(User), teams: Type.Array(Team) }) })
export const inviteUser = endpoint({ method: 'POST', path: '/people', access: 'admin', statements: 8, summary: 'Invite a colleague by e-mail; the link is in the mail (and in the tray).', body: Type.Object({ id: Id, name: Name, email: Email, role: Role }, closed), returns: User, errors: ['taken', 'invalid', 'unavailable', 'id_reused'] })
export const changeUser = endpoint({ method: 'PATCH', path: '/people/:user', access: 'admin', statements: 8, summary: 'Change role, name or whether phone numbers are seen, deactivate (sessions end) or reactivate.', params: Type.Object({ user: Id }), body: Type.Object({ name: Type.Optional(Name), role: Type.Optional(Role), active: Type.Optional(Type.Boolean()), seesPhones: Type.Optional(Type.Boolean()) }, closed), returns: User, errors: ['not_found', 'invalid', 'unavailable'] })
export const renewLink = endpoint({ method: 'POST', path: '/people/:user/links', access: 'admin', statements: 8, summary: 'Mail a person another link to choose a password: an invitation that was lost or is too old, or a password that was forgotten. Earlier links end; the old password holds until the link is used, and then ends with its sessions.', params: Type.Object({ user: Id }), returns: Type.Object({}), errors: ['not_found', 'unavailable'] })
export const saveTeam = endpoint({ method: 'PUT', path: '/teams/:team', access: 'admin', statements: 6, summary: 'Create or change a team.', params: Type.Object({ team: Id }), body: Type.Object({ name: Name, members: Type.Array(Id, { maxItems: 500 }) }, closed), returns: Team, errors: ['not_found', 'invalid', 'taken', 'unavailable'] })

/** API tokens act as the user who made them. The token itself is shown once. */
export const ApiToken = Type.Object({ id: Id, name: Name, createdAt: Instant, lastUsedAt: Nullable(Instant) })
export const listTokens = endpoint({ method: 'GET', path: '/tokens', access: 'admin', statements: 1, summary: 'API tokens.', returns: Type.Object({ tokens: Type.Array(ApiToken) }) })
export const createToken = endpoint({ method: 'POST', path: '/tokens', access: 'admin', statements: 2, summary: 'Make an API token; it is shown this once.', body: Type.Object({ id: Id, name: Name }, closed), returns: Type.Object({ token: Type.String(), ...ApiToken.properties }), errors: ['id_reused', 'unavailable'] })
export const revokeToken = endpoint({ method: 'DELETE', path: '/tokens/:token', access: 'admin', statements: 2, summary: 'Revoke an API token; its sockets close within 5 s.', params: Type.Object({ token: Id }), returns: Type.Object({}), errors: ['not_found', 'unavailable'] })

/** Body of the view `people`: who is there. */
export const PeopleView = Type.Object({ presence: Type.Record(Type.String(), Type.Union([Type.Literal('online'), Type.Literal('away')])) })
export type PeopleView = Static<typeof PeopleView>

/** What a colleague is told while they are there. `by`: null when a rule did it. */
export const ColleagueNotice = Type.Object({ id: Id, what: Type.Enum(['mentioned', 'assigned']), conversation: Id, by: Nullable(Type.String()), contact: Type.String(), text: Type.String() })
export type ColleagueNotice = Static<typeof ColleagueNotice>
/** Body of the view `notices:<own id>`: the newest since one began to watch. */
export const NoticesView = Type.Object({ notice: Nullable(ColleagueNotice) })
export type NoticesView = Static<typeof NoticesView>
