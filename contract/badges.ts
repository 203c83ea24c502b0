/** The badge of a visit as a file, for printers that no browser reaches. */
import { Type } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Id } from './ids.ts'

/** Width × height in mm, of the labels that lie in label printers. */
export const badgeSizes = ['62x100', '102x54'] as const
export type BadgeSize = (typeof badgeSizes)[number]
export const badgeLanguages = ['en', 'ar'] as const
export type BadgeLanguage = (typeof badgeLanguages)[number]

/** One page of `application/pdf`, as large as the label. Letters that no font on board has are written in Latin ones, and the badge says so. */
export const getBadge = endpoint({
  method: 'GET', path: '/visits/:visit/badge.pdf', access: 'agent', statements: 1, summary: 'The badge of a visit as a PDF file in the size of the label.', params: Type.Object({ visit: Id }),
  query: Type.Object({ size: Type.Optional(Type.Enum([...badgeSizes])), language: Type.Optional(Type.Enum([...badgeLanguages])) }, { additionalProperties: false }),
  returns: Type.Unsafe<Blob>({}), errors: ['not_found', 'gone', 'overloaded'],
})
