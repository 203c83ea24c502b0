/** All rows of one account in one moment, as lines of JSON per table, with its attachments: to take along, or to hand over. */
import { createWriteStream } from 'node:fs'
import { chmod, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import { to as copyTo } from 'pg-copy-streams'
import { makeFolder } from '#server/db/folder.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { shareBlobs } from './beside.ts'
import { syncFile } from './copying.ts'
import type { TableCopy } from './manifest.ts'
import { progressOf } from './progress.ts'
import { named, quoted, snapshot, type TakeOptions } from './take.ts'

/** Never handed over: what lets somebody in. Hashes of secrets tell the account nothing either. */
const secret = /^(?:secret_hash|token_hash|code_hash|panel_code_hash|panel_token_hash|credentials|secret_salt|auth_id|p256dh|auth|address_hash)$/
/** A mail that invites a colleague holds the link that signs in whoever follows it: the mail is handed over without. */
const withoutLink = (column: string): string => `case when kind = 'invitation' then regexp_replace(${column}, '/welcome/[A-Za-z0-9_-]+', '/welcome/…', 'g') else ${column} end as ${column}`
const selected = ({ name }: { name: string }, column: string): string => name === 'deliveries' && (column === 'body' || column === 'html') ? withoutLink(quoted(column)) : quoted(column)
/** Rows that are of no use to anybody else: one-time links, tokens, revocations. */
const leftOut = new Set(['links', 'api_tokens', 'revocations', 'booking_outbox'])

export interface ExportOptions extends Pick<TakeOptions, 'client' | 'dataFolder' | 'lodge' | 'onProgress'> { /** Its id or its name. */ account: string; /** A folder that is not there yet. */ to: string }

/** @throws CannotStart when there is no such account, or several of that name */
export async function exportAccount({ client: given, account: wanted, to, dataFolder, lodge, onProgress }: ExportOptions): Promise<{ account: { id: string; name: string }; rows: number; blobs: number }> {
  const { client, tables, head } = await snapshot(given)
  const { rows: accounts } = await client.query<{ id: string; name: string }>('select id, name from accounts where id::text = $1 or lower(name) = lower($1) order by id', [wanted])
  if (accounts.length === 0) throw new CannotStart(`There is no account "${wanted}". There are: ${(await client.query<{ name: string }>('select name from accounts order by name limit 20')).rows.map((a) => a.name).join(', ') || 'none'}.`)
  if (accounts.length > 1) throw new CannotStart(`Several accounts are called "${wanted}". Name one by its id: ${accounts.map((a) => a.id).join(', ')}.`)
  const account = accounts[0]!
  const half = `${to}.partial`
  await rm(half, { recursive: true, force: true })
  await makeFolder(join(half, 'tables'), to)
  try {
    const own = tables.filter((t) => t.schema === 'public' && (t.hasAccount || t.name === 'accounts') && !leftOut.has(t.name))
    const progress = progressOf(own.map((t) => t.sizeBytes), onProgress)
    const copies: TableCopy[] = []
    for (const table of own) {
      progress.next(table.name)
      const columns = table.columns.filter((name) => !secret.test(name))
      const of = table.name === 'accounts' ? 'id' : 'account_id'
      // The id is one that the database itself gave us, and of a fixed form.
      const lines = client.query(copyTo(`copy (select to_jsonb(t)::text from (select ${columns.map((column) => selected(table, column)).join(', ')} from ${named(table)} where ${of} = '${account.id}'::uuid) t) to stdout`))
      const file = join(half, 'tables', `${table.name}.jsonl`)
      const sum = createHash('sha256')
      let sizeBytes = 0
      // COPY writes a backslash twice, and nothing else in JSON of jsonb needs a sign of its own.
      const plain = new Transform({ transform(chunk: Buffer, _encoding, done) {
        const bytes = Buffer.from(chunk.toString('latin1').replaceAll('\\\\', '\\'), 'latin1')
        sum.update(bytes); sizeBytes += bytes.length
        done(null, bytes)
      } })
      await pipeline(lines, whole(), plain, createWriteStream(file, { flags: 'wx', mode: 0o600 }))
      await syncFile(file)
      copies.push({ schema: table.schema, name: table.name, columns, rows: lines.rowCount, sizeBytes, storedBytes: sizeBytes, sha256: sum.digest('hex') })
    }
    const { rows: sums } = await client.query<{ sha256: string }>(`select distinct encode(sha256, 'hex') as sha256 from blobs where account_id = $1 and complete and deleted_at is null and sha256 is not null order by 1`, [account.id])
    const blobs = await shareBlobs(sums.map((s) => s.sha256), join(dataFolder, 'blobs'), join(half, 'blobs'))
    await client.query('commit')
    await writeFile(join(half, 'manifest.json'), `${JSON.stringify({ format: 1, kind: 'logical', tookMs: 0, lodge, ...head, account, tables: copies, sequences: [], files: [], blobs }, null, 2)}\n`, { mode: 0o600 })
    await syncFile(join(half, 'manifest.json'))
    await rename(half, to)
    await chmod(to, 0o700)
    return { account, rows: copies.reduce((n, t) => n + t.rows, 0), blobs: blobs.count }
  } catch (error) {
    await rm(half, { recursive: true, force: true })
    throw error
  }
}

/** A pair of backslashes must not be cut in two: only whole lines go on. */
function whole(): Transform {
  let rest: Buffer[] = []
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const end = chunk.lastIndexOf(10) + 1
      if (end > 0) { this.push(Buffer.concat([...rest, chunk.subarray(0, end)])); rest = [] }
      if (end < chunk.length) rest.push(chunk.subarray(end))
      done()
    },
    flush(done) { if (rest.length > 0) this.push(Buffer.concat(rest)); done() },
  })
}
