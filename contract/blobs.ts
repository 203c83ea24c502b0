import { Type, type Static } from 'typebox'
import { Bytes, endpoint } from './endpoint.ts'
import { Id, Instant } from './ids.ts'
import { blobMaxBytes } from './limits.ts'

const closed = { additionalProperties: false } as const
const blob = Type.Object({ blob: Id })
/**
 * Attachments are uploaded before the message that names them. Announce with size and SHA-256, then PUT the bytes in one or
 * several pieces, in order; after a break, `GET` says where to go on. When the last byte has come, the sum is checked.
 * `name` and `mediaType` are what a message must say: control characters are taken out of the name, and a type is an image's only when the bytes are.
 */
export const Upload = Type.Object({
  id: Id, name: Type.String(), mediaType: Type.String(), receivedBytes: Type.Integer(), sizeBytes: Type.Integer(), complete: Type.Boolean(),
  widthPx: Type.Optional(Type.Integer({ minimum: 1, description: 'Of a complete image; a photo taken sideways is measured upright.' })), heightPx: Type.Optional(Type.Integer({ minimum: 1 })),
})
export type Upload = Static<typeof Upload>
export const announceBlob = endpoint({ method: 'POST', path: '/blobs', access: 'visitor', statements: 3, summary: 'Announce an upload into a conversation. Idempotent by `id`.',
  body: Type.Object({ id: Id, conversation: Id, name: Type.String({ minLength: 1, maxLength: 255 }), mediaType: Type.String({ maxLength: 127 }), sizeBytes: Type.Integer({ minimum: 1, maximum: blobMaxBytes }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
  returns: Upload, errors: ['not_found', 'too_large', 'unsupported_type', 'id_reused', 'rate_limited', 'storage_full', 'unavailable'] })
export const getUpload = endpoint({ method: 'GET', path: '/blobs/:blob', access: 'visitor', statements: 2, summary: 'How far an own upload has come.', params: blob, returns: Upload, errors: ['not_found', 'gone'] })
export const uploadBytes = endpoint({ method: 'PUT', path: '/blobs/:blob/bytes', access: 'visitor', statements: 3, summary: 'The bytes from `offset` on, as `application/octet-stream`. `offset` must be what has been received so far.',
  params: blob, query: Type.Object({ offset: Type.Integer({ minimum: 0 }) }, closed), body: Bytes,
  returns: Upload, errors: ['not_found', 'gone', 'wrong_offset', 'checksum_differs', 'too_large', 'storage_full', 'unavailable'] })
/** A browser follows `url` without a header, so it is as secret as what it leads to. Images are shown, everything else downloads. */
export const linkBlob = endpoint({ method: 'POST', path: '/blobs/:blob/links', access: 'visitor', statements: 3, summary: 'A link to the bytes, for an hour.', params: blob, returns: Type.Object({ url: Type.String({ description: 'Relative to the server’s address.' }), expiresAt: Instant }), errors: ['not_found', 'gone'] })
export const followLink = endpoint({ method: 'GET', path: '/blobs/:blob/links/:link', access: 'public', statements: 1, summary: 'The bytes. Range requests are answered.', params: Type.Object({ blob: Id, link: Type.String({ maxLength: 120 }) }), returns: Type.Unsafe<unknown>({}), errors: ['not_found', 'gone', 'link_used'] })
