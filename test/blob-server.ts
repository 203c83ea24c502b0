import { mkdtemp, rm } from 'node:fs/promises'
import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { FastifyInstance } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { Upload } from '#contract/blobs.ts'
import { newId } from '#client/id.ts'
import { sql } from '#server/db/sql.ts'
import { blobRoutes } from '#server/features/blobs/blobs.routes.ts'
import type { BlobDeps } from '#server/features/blobs/blobs.ts'
import { openIncoming } from '#server/features/blobs/incoming.ts'
import { folderStore } from '#server/features/blobs/store.ts'
import { buildHttp } from '#server/http/server.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside } from '#server/kernel/session.ts'
import type { TestDatabase } from './db.ts'
import { ada, ben, frontDoor, harbour, hotel, iris, kit, mara, sessionOf, tomas, website } from './world.ts'

/** Mara's and Tomás's conversations at the hotel, and Ben's at the harbour. */
export const marasTalk = newId()
export const tomassTalk = newId()
export const bensTalk = newId()

/** Bearer tokens: the name of who calls. */
const callers = { ada, kit, iris, mara, tomas, ben }
export type Caller = keyof typeof callers

export interface BlobServer {
  readonly url: string
  readonly folder: string
  readonly deps: BlobDeps
  /** What the server takes for the time; follows the real one, this much ahead. */
  aheadMs: number
  call(who: Caller | undefined, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  announce(who: Caller, bytes: Uint8Array, more?: { id?: string; conversation?: string; name?: string; mediaType?: string; sha256?: string; sizeBytes?: number }): Promise<Response>
  /** Announces and sends in one piece. @returns what the server made of it */
  upload(who: Caller, bytes: Uint8Array, more?: { id?: string; conversation?: string; name?: string; mediaType?: string }): Promise<Upload>
  put(who: Caller, blob: string, offset: number, bytes: Uint8Array): Promise<Response>
  link(who: Caller, blob: string): Promise<string>
  close(): Promise<void>
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A real server on loopback with the blob routes alone, a folder of its own, and three conversations. */
export async function openBlobServer({ db }: TestDatabase, { keepFreeBytes = 0, stallMs = 30_000 } = {}): Promise<BlobServer> {
  await db.tx('conversations', 5_000, async (tx) => {
    for (const [account, id, inbox, contact] of [[hotel, marasTalk, website, mara], [hotel, tomassTalk, website, tomas], [harbour, bensTalk, frontDoor, ben]] as const) {
      await tx.run(sql`insert into conversations (account_id, id, inbox_id, contact_id, opened_at, last_at) values (${account.id}, ${id}, ${inbox.id}, ${contact.id}, now(), now()) on conflict do nothing`)
    }
  })
  const folder = await mkdtemp(join(tmpdir(), 'lodge-blobs-'))
  const deps: BlobDeps = {
    db, store: folderStore(folder), incoming: await openIncoming(join(folder, 'incoming'), keepFreeBytes, stallMs), linkKey: randomBytes(32), now: () => Date.now() + server.aheadMs,
    async accessConversation(session, conversation) {
      const found = await db.read('access', 1_000, (tx) => tx.maybe<{ contact: string }>(sql`select contact_id as contact from conversations where account_id = ${session.account} and id = ${conversation}`))
      if (!found || (!isInside(session) && session.actor !== `contact:${found.contact}`)) throw new Refusal('not_found')
    },
  }
  const app: FastifyInstance = await buildHttp({
    log: pino({ level: 'silent' }), strict: true,
    authenticate: (token) => sessionOf(callers[token as Caller]),
  })
  blobRoutes(app, deps)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

  const server: BlobServer = {
    url, folder, deps, aheadMs: 0,
    call: (who, method, path, body, headers = {}) => fetch(`${url}${path}`, {
      method,
      headers: { ...(who && { authorization: `Bearer ${who}` }), ...(body !== undefined && { 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' }), ...headers },
      ...(body !== undefined && { body: body instanceof Uint8Array ? body as Uint8Array<ArrayBuffer> : JSON.stringify(body) }),
    }),
    announce: (who, bytes, more = {}) => server.call(who, 'POST', '/api/v1/blobs', {
      id: newId(), conversation: marasTalk, name: 'file.bin', mediaType: 'application/octet-stream', sizeBytes: bytes.length, sha256: sha256Of(bytes), ...more,
    }),
    async upload(who, bytes, more) {
      const announced = await server.announce(who, bytes, more)
      if (announced.status !== 200) throw new Error(await announced.text())
      const { id } = await announced.json() as Upload
      const sent = await server.put(who, id, 0, bytes)
      if (sent.status !== 200) throw new Error(await sent.text())
      return await sent.json() as Upload
    },
    put: (who, blob, offset, bytes) => server.call(who, 'PUT', `/api/v1/blobs/${blob}/bytes?offset=${offset}`, bytes),
    async link(who, blob) {
      const made = await server.call(who, 'POST', `/api/v1/blobs/${blob}/links`)
      if (made.status !== 200) throw new Error(await made.text())
      return (await made.json() as { url: string }).url
    },
    async close() {
      await app.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return server
}
