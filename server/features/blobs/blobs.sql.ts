import { sql } from '#server/db/sql.ts'

export interface BlobRow {
  id: string
  conversation: string
  sha256: string
  name: string
  mediaType: string
  sizeBytes: number
  widthPx: number | null
  heightPx: number | null
  complete: boolean
  audience: 'inside' | 'everyone' | null
  uploader: string
  deleted: boolean
}
const columns = sql`id, conversation_id as conversation, encode(sha256, 'hex') as sha256, name, media_type as "mediaType", size_bytes as "sizeBytes",
  width_px as "widthPx", height_px as "heightPx", complete, audience, uploader, deleted_at is not null as deleted`

type Announced = Pick<BlobRow, 'id' | 'conversation' | 'sha256' | 'name' | 'mediaType' | 'sizeBytes' | 'uploader'>

/** No row when the id exists, or when the uploader would come over `dayMaxBytes` (null: no limit) in 24 hours. */
export const insertBlob = (account: string, b: Announced, dayMaxBytes: number | null) => sql<BlobRow>`
  insert into blobs (account_id, id, conversation_id, sha256, name, media_type, size_bytes, uploader)
  select ${account}::uuid, ${b.id}::uuid, ${b.conversation}::uuid, decode(${b.sha256}, 'hex'), ${b.name}, ${b.mediaType}, ${b.sizeBytes}::bigint, ${b.uploader}
  where ${dayMaxBytes}::bigint is null or ${b.sizeBytes}::bigint + (
    select coalesce(sum(size_bytes), 0) from blobs where account_id = ${account} and uploader = ${b.uploader} and created_at > now() - interval '1 day'
  ) <= ${dayMaxBytes}
  on conflict (account_id, id) do nothing
  returning ${columns}`

export const findBlob = (account: string, blob: string) => sql<BlobRow>`select ${columns} from blobs where account_id = ${account} and id = ${blob}`

/** No row when it was deleted in the meantime. */
export const completeBlob = (account: string, blob: string, found: { mediaType: string; widthPx: number | null; heightPx: number | null }) => sql<BlobRow>`
  update blobs set complete = true, media_type = ${found.mediaType}, width_px = ${found.widthPx}, height_px = ${found.heightPx}
  where account_id = ${account} and id = ${blob} and deleted_at is null
  returning ${columns}`

/** Held by whoever puts bytes or removes them, until its transaction ends: between "nobody names them" and their removal nobody may begin to. */
export const lockBytes = (sha256: string) => sql`select pg_advisory_xact_lock(('x' || ${sha256.slice(0, 16)})::bit(64)::bigint)`

/**
 * Marks the blobs as named in an entry for this audience, never a narrower one than before. Only those that the actor may
 * name: complete, of this conversation, and for a contact none that stayed inside.
 */
export const nameBlobs = (account: string, conversation: string, blobs: readonly string[], audience: 'inside' | 'everyone', contact: string | null) => sql<BlobRow>`
  update blobs set audience = case when audience = 'everyone' then audience else ${audience} end
  where account_id = ${account} and conversation_id = ${conversation} and id = any(${blobs}::uuid[]) and complete and deleted_at is null
    and (${contact}::text is null or uploader = ${contact} or audience = 'everyone')
  returning ${columns}`

export const releaseRows = (account: string, blobs: readonly string[]) => sql`
  update blobs set deleted_at = now(), name = '' where account_id = ${account} and id = any(${blobs}::uuid[]) and deleted_at is null`
export const releaseRowsOf = (account: string, conversations: readonly string[]) => sql`
  update blobs set deleted_at = now(), name = '' where account_id = ${account} and conversation_id = any(${conversations}::uuid[]) and deleted_at is null`

// The sweep's statements go over all accounts, because bytes are shared by all of them.

/** Uploads that were given up, and files that no message came to name. */
export const expireRows = (unfinishedDays: number, unnamedDays: number) => sql`
  update blobs set deleted_at = now(), name = ''
  where deleted_at is null and audience is null and created_at < now() - make_interval(days => case when complete then ${unnamedDays}::integer else ${unfinishedDays}::integer end)`
export const findDeleted = (limit: number) => sql<{ account: string; blob: string; sha256: string }>`
  select account_id as account, id as blob, encode(sha256, 'hex') as sha256 from blobs
  where deleted_at is not null and sha256 is not null order by deleted_at limit ${limit}`
export const isNamed = (sha256: string) => sql<{ named: boolean }>`
  select exists (select from blobs where sha256 = decode(${sha256}, 'hex') and deleted_at is null) as named`
export const forgetBytes = (account: string, blob: string) => sql`update blobs set sha256 = null where account_id = ${account} and id = ${blob}`
