/** One person on request: what is held of them, as a file, and its erasure. Exact by e-mail address, phone number or name. */
import { Type, type Static } from 'typebox'
import { Contact } from './contacts.ts'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Id, Instant } from './ids.ts'
import { VisitSeries } from './visit-series.ts'
import { Visit } from './visits.ts'

const closed = { additionalProperties: false } as const
/** At once; whoever came more often is erased in several rounds. */
export const personVisitsMax = 500
const By = Type.Object({
  email: Type.Optional(Type.String({ minLength: 3, maxLength: 254 })), phone: Type.Optional(Type.String({ minLength: 6, maxLength: 40, description: 'Compared by its last nine digits.' })),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'The whole name, letters’ case aside.' })),
}, { ...closed, minProperties: 1, maxProperties: 1 })
/** `isWhole`: there are no further visits. `contacts` are erased by `DELETE /contacts/:contact`, with their conversations. */
export const Person = Type.Object({ visits: Type.Array(Visit), series: Type.Array(VisitSeries), contacts: Type.Array(Contact), isWhole: Type.Boolean() })
export type Person = Static<typeof Person>
export const findPerson = endpoint({ method: 'GET', path: '/persons', access: 'admin', statements: 3, summary: 'All visits, series and contacts of one person.', query: By, returns: Person, errors: ['invalid'] })

export const PersonExport = Type.Object({
  exportedAt: Instant,
  visits: Type.Array(Type.Object({
    visit: Visit, location: Type.String(), host: Nullable(Type.String()), visitorType: Nullable(Type.String()),
    images: Type.Array(Type.Object({ kind: Type.String(), mediaType: Type.String(), base64: Type.String() })),
    /** The text that was signed, in the version that was signed. */
    document: Nullable(Type.Object({ version: Type.Integer(), title: Type.String(), text: Type.String(), signedAt: Instant })),
  })),
  series: Type.Array(VisitSeries), contacts: Type.Array(Contact),
  mails: Type.Array(Type.Object({ to: Type.String(), at: Instant, subject: Type.String(), text: Type.String() })),
  isWhole: Type.Boolean(),
})
export type PersonExport = Static<typeof PersonExport>
export const exportPerson = endpoint({ method: 'GET', path: '/persons/export', access: 'admin', statements: 7, summary: 'The same with pictures, signed documents and mails, for the person to have.', query: By, returns: PersonExport, errors: ['invalid'] })

/** In each of their places one entry without a name says who erased how many. Twice is once. */
export const erasePerson = endpoint({
  method: 'POST', path: '/persons/erasure', access: 'admin', statements: 200, summary: 'Erase the person of these visits and series: names, pictures, what kiosks sent, and mails.',
  body: Type.Object({ id: Id, visits: Type.Array(Id, { maxItems: personVisitsMax }), series: Type.Optional(Type.Array(Id, { maxItems: personVisitsMax })) }, closed),
  returns: Type.Object({ visits: Type.Integer(), series: Type.Integer() }), errors: ['not_found', 'id_reused', 'unavailable', 'overloaded'],
})
