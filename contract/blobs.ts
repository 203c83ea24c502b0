import { Type } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Id } from './ids.ts'
import { blobMaxBytes } from './limits.ts'

const closed = { additionalProperties: false } as const
/**
 * Attachments are uploaded before the message that names them. Announce with size and SHA-256, then PUT the bytes
 * (`content-type: application/octet-stream`) to `/api/v1/blobs/:blob/bytes?offset=N`; after a break, `GET` says where to go on.
 */
export const Upload = Type.Object({ id: Id, receivedBytes: Type.Integer(), sizeBytes: Type.Integer(), complete: Type.Boolean() })
export const announceBlob = endpoint({ method: 'POST', path: '/blobs', access: 'visitor', statements: 3, summary: 'Announce an upload into a conversation.',
  body: Type.Object({ id: Id, conversation: Id, name: Type.String({ minLength: 1, maxLength: 255 }), mediaType: Type.String({ maxLength: 127 }), sizeBytes: Type.Integer({ minimum: 1, maximum: blobMaxBytes }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
  returns: Upload, errors: ['not_found', 'too_large', 'unsupported_type', 'id_reused', 'rate_limited', 'unavailable'] })
export const getUpload = endpoint({ method: 'GET', path: '/blobs/:blob', access: 'visitor', statements: 2, summary: 'How far an upload has come.', params: Type.Object({ blob: Id }), returns: Upload, errors: ['not_found'] })
/** Links expire; the browser follows `url` without a header. Images are shown, everything else downloads. */
export const linkBlob = endpoint({ method: 'POST', path: '/blobs/:blob/links', access: 'visitor', statements: 2, summary: 'A link to the bytes, for an hour.', params: Type.Object({ blob: Id }), returns: Type.Object({ url: Type.String(), expiresAt: Type.String() }), errors: ['not_found', 'gone'] })
