import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { announceBlob, followLink, getUpload, linkBlob, uploadBytes } from '#contract/blobs.ts'
import { imageTypes } from '#contract/limits.ts'
import { route } from '#server/http/route.ts'
import type { BlobRow } from './blobs.sql.ts'
import { announce, findUpload, followedBlob, link, receiver, uploadOf, type BlobDeps } from './blobs.ts'
import { rangeOf } from './range.ts'

export function blobRoutes(app: FastifyInstance, deps: BlobDeps): void {
  const receive = receiver(deps)
  route(app, announceBlob)(({ session, body }) => announce(deps, session, body))
  route(app, getUpload)(async ({ session, params }) => uploadOf(deps, session.account, await findUpload(deps, session, params.blob)))
  route(app, linkBlob)(({ session, params }) => link(deps, session, params.blob))
  route(app, followLink, { anyOrigin: true })(async ({ params, request, reply }) => {
    const row = await followedBlob(deps, params.blob, params.link)
    describe(reply, row)
    const range = rangeOf(request.headers.range, row.sizeBytes)
    if (range === 'none') return reply.code(416).header('content-range', `bytes */${row.sizeBytes}`).send('')
    if (!range) return reply.header('content-length', row.sizeBytes).send(await deps.store.get(row.sha256))
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${row.sizeBytes}`).header('content-length', range.end - range.start + 1)
    return reply.send(await deps.store.get(row.sha256, range))
  })
  // Registered apart, so that only this route takes bytes as they come.
  void app.register(async (bytes) => {
    bytes.addContentTypeParser('application/octet-stream', (_request, payload, done) => { done(null, payload) })
    route(bytes, uploadBytes)(({ session, params, query, request }) => receive(session, params.blob, query.offset, request.body as Readable | undefined))
  })
}

/** Whatever the bytes are, a browser runs nothing of them: what is no image has no type, is saved instead of shown, and shown in a sandbox if shown all the same. */
function describe(reply: FastifyReply, { name, mediaType }: BlobRow): void {
  const isImage = (imageTypes as readonly string[]).includes(mediaType)
  reply.headers({
    'content-type': isImage ? mediaType : 'application/octet-stream',
    'content-disposition': disposition(isImage ? 'inline' : 'attachment', name),
    'content-security-policy': `default-src 'none'; sandbox`,
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',   // the messenger shows it on the pages of other sites
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, max-age=3600, immutable',
    'accept-ranges': 'bytes',
  })
}

/** RFC 6266: plain ASCII for those who read only that, then the name as it is. */
const disposition = (kind: 'inline' | 'attachment', name: string): string =>
  `${kind}; filename="${name.replace(/[^\x20-\x7e]|["\\%]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`
