/**
 * Attachments.
 *
 * Terminology. blob: a row that says what was uploaded into which conversation. bytes: what it names by SHA-256, kept once
 * however many rows name them. audience: who may fetch it besides its uploader; nobody until an entry names it, then those
 * inside (a note) or everyone who sees the conversation (a message).
 */
import { Readable } from 'node:stream'
import type { Upload } from '#contract/blobs.ts'
import type { Attachment } from '#contract/entries.ts'
import { imageTypes, visitorDayMaxBytes } from '#contract/limits.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import { completeBlob, findBlob, insertBlob, lockBytes, nameBlobs, releaseRows, releaseRowsOf, type BlobRow } from './blobs.sql.ts'
import { readImage } from './image.ts'
import type { Incoming } from './incoming.ts'
import { readLink, signLink } from './link.ts'
import type { BlobStore } from './store.ts'

export { readImage } from './image.ts'

export interface BlobDeps {
  db: Db
  store: BlobStore
  incoming: Incoming
  /** @throws Refusal `not_found` unless the caller may see, and so write in, the conversation. */
  accessConversation: (session: Session, conversation: string) => unknown
  /** Signs links; the same on all nodes. */
  linkKey: Uint8Array
  now: () => number
}

const deadlineMs = 5_000
const announcedMaxMs = 60 * 60_000

/** Idempotent by id. @throws Refusal `not_found`, `id_reused`, `rate_limited`, `storage_full` */
export async function announce(deps: BlobDeps, session: Session, asked: { id: string; conversation: string; name: string; mediaType: string; sizeBytes: number; sha256: string }): Promise<Upload> {
  await deps.accessConversation(session, asked.conversation)
  await deps.incoming.reserve(asked.sizeBytes)
  const blob = { ...asked, name: cleanName(asked.name), mediaType: cleanType(asked.mediaType), uploader: session.actor }
  const row = await deps.db.tx('blobs.announce', deadlineMs, async (tx) =>
    await tx.maybe(insertBlob(session.account, blob, isInside(session) ? null : visitorDayMaxBytes)) ?? await tx.maybe(findBlob(session.account, asked.id)))
  if (!row) throw new Refusal('rate_limited', `You have sent as many files as fit into a day (${visitorDayMaxBytes / 1024 / 1024} MB). Send the next one tomorrow.`, announcedMaxMs)
  // A finished image has got its true type, so that is not compared.
  if (row.deleted || row.uploader !== blob.uploader || row.conversation !== blob.conversation || row.sha256 !== blob.sha256 || row.sizeBytes !== blob.sizeBytes || row.name !== blob.name) throw new Refusal('id_reused')
  return uploadOf(deps, session.account, row)
}

/** Own uploads only. @throws Refusal `not_found`, `gone` */
export async function findUpload(deps: BlobDeps, session: Session, blob: string): Promise<BlobRow> {
  const row = await deps.db.read('blobs.upload', deadlineMs, (tx) => tx.maybe(findBlob(session.account, blob)))
  if (!row || row.uploader !== session.actor) throw new Refusal('not_found')
  if (row.deleted) throw new Refusal('gone')
  return row
}

export async function uploadOf(deps: BlobDeps, account: string, row: BlobRow): Promise<Upload> {
  const { id, name, mediaType, sizeBytes, complete } = row
  const receivedBytes = complete ? sizeBytes : await deps.incoming.receivedBytes(keyOf(account, id))
  return { id, name, mediaType, sizeBytes, complete, receivedBytes, ...pixels(row) }
}

/** Takes bytes from `offset` on; with the last one the upload is checked and complete. A repeat of a complete one does nothing. */
export function receiver(deps: BlobDeps): (session: Session, blob: string, offset: number, bytes: Readable | undefined) => Promise<Upload> {
  // A client that lost the answer to its last piece asks again while the sum is still being taken.
  const finishing = new Map<string, Promise<Upload>>()
  return async (session, blob, offset, bytes = Readable.from([])) => {
    const row = await findUpload(deps, session, blob)
    const key = keyOf(session.account, blob)
    const running = finishing.get(key)
    if (row.complete || running) return running ?? uploadOf(deps, session.account, row)
    const receivedBytes = await deps.incoming.append(key, offset, row.sizeBytes, bytes)
    if (receivedBytes < row.sizeBytes) return { ...await uploadOf(deps, session.account, row), receivedBytes }
    const finished = finish(deps, session.account, row).finally(() => finishing.delete(key))
    finishing.set(key, finished)
    return finished
  }
}

/** @throws Refusal `checksum_differs` (what came is thrown away), `gone` */
async function finish({ db, store, incoming }: BlobDeps, account: string, { id, sha256, mediaType, sizeBytes }: BlobRow): Promise<Upload> {
  const key = keyOf(account, id)
  const sealed = await incoming.seal(key)
  if (sealed.sha256 !== sha256) {
    await incoming.remove(key)
    throw new Refusal('checksum_differs')
  }
  const image = readImage(sealed.head)
  const claimed = (imageTypes as readonly string[]).includes(mediaType) ? 'application/octet-stream' : mediaType
  // The bytes are there before the commit, and only of a row that is: a crash in between leaves bytes that the sweep finds through
  // the unfinished row; those of one that it has swept already it would never find.
  const row = await db.tx('blobs.complete', deadlineMs, async (tx) => {
    await tx.all(lockBytes(sha256))
    const completed = await tx.maybe(completeBlob(account, id, { mediaType: image?.mediaType ?? claimed, widthPx: image?.widthPx ?? null, heightPx: image?.heightPx ?? null }))
    if (completed) await store.put(sha256, incoming.pathOf(key))
    return completed
  })
  if (!row) {
    await incoming.remove(key)
    throw new Refusal('gone')
  }
  return { id, name: row.name, mediaType: row.mediaType, sizeBytes, receivedBytes: sizeBytes, complete: true, ...pixels(row) }
}

/** @throws Refusal `not_found`, `gone` */
export async function link(deps: BlobDeps, session: Session, blob: string): Promise<{ url: string; expiresAt: string }> {
  const row = await deps.db.read('blobs.link', deadlineMs, (tx) => tx.maybe(findBlob(session.account, blob)))
  if (!row?.complete) throw new Refusal('not_found')
  await deps.accessConversation(session, row.conversation)
  if (!isInside(session) && row.audience !== 'everyone' && row.uploader !== session.actor) throw new Refusal('not_found')
  if (row.deleted) throw new Refusal('gone')
  const signed = signLink(deps.linkKey, session.account, blob, deps.now())
  return { url: `/api/v1/blobs/${blob}/links/${signed.link}`, expiresAt: new Date(signed.expiresAtMs).toISOString() }
}

/** What a link leads to. The row is read each time, so a deletion bites at once. @throws Refusal `not_found`, `link_used` (expired), `gone` */
export async function followedBlob(deps: BlobDeps, blob: string, text: string): Promise<BlobRow> {
  const read = readLink(deps.linkKey, blob, text)
  if (!read) throw new Refusal('not_found')
  if (read.expiresAtMs <= deps.now()) throw new Refusal('link_used', 'This link has expired. Open the file from its conversation again.')
  const row = await deps.db.read('blobs.follow', deadlineMs, (tx) => tx.maybe(findBlob(read.account, blob)))
  if (!row?.complete) throw new Refusal('not_found')
  if (row.deleted) throw new Refusal('gone')
  return row
}

/**
 * For an entry that names attachments, in its transaction: all must be complete, of this conversation, and the actor's to
 * name. Issues one statement, none without attachments.
 * @returns the attachments as the rows have them, in the order given: a caller's name, type and size are not believed.
 * @throws Refusal `not_found`
 */
export async function checkAttachments(tx: Tx, of: { session: Pick<Session, 'account' | 'actor' | 'role'>; conversation: string; audience: 'inside' | 'everyone' }, attachments: readonly Attachment[]): Promise<Attachment[]> {
  if (attachments.length === 0) return []
  const ids = [...new Set(attachments.map((a) => a.blob))]
  const rows = await tx.all(nameBlobs(of.session.account, of.conversation, ids, of.audience, of.session.role === 'contact' ? of.session.actor : null))
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = found.get(id)
    if (!row) throw new Refusal('not_found', 'An attachment is not here, or not complete. Attach it again.')
    return { blob: id, name: row.name, mediaType: row.mediaType, sizeBytes: row.sizeBytes, ...pixels(row) }
  })
}

/** Deletes: no link works from the commit on, and the sweep removes the bytes that nothing else names. @returns how many were not deleted before. */
export const releaseBlobs = (tx: Tx, account: string, blobs: readonly string[]): Promise<number> => tx.run(releaseRows(account, blobs))
/** The same for all that was ever uploaded into these conversations. */
export const releaseBlobsOf = (tx: Tx, account: string, conversations: readonly string[]): Promise<number> => tx.run(releaseRowsOf(account, conversations))

const keyOf = (account: string, blob: string): string => `${account}_${blob}`
const pixels = ({ widthPx, heightPx }: BlobRow): { widthPx?: number; heightPx?: number } => widthPx !== null && heightPx !== null ? { widthPx, heightPx } : {}
/** Without what could end a header line, climb out of a folder or turn the reading direction (`gpj.exe` shown as `exe.jpg`). */
const cleanName = (name: string): string => name.replace(/[\p{Cc}/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '_')
const cleanType = (mediaType: string): string => /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType.toLowerCase() : 'application/octet-stream'
