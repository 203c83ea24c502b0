/** Rows between the database and a file: COPY's text, packed with zstd, counted and summed on the way. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

export interface Summed { readonly sizeBytes: number; readonly sha256: string }
export interface Pace { /** Bytes of rows so far, of this file. */ onBytes?: (bytes: number) => void; /** So that those who are served keep the disk and the processor. */ bytesPerSecond?: number | undefined }

/** Text is the same on every machine and version; these settings decide how values are written. */
export const copySettings = "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 1; set bytea_output = 'hex'; set synchronize_seqscans = off"

/**
 * COPY needs a connection that does not pipeline, and all of ours do. Only for whoever has it alone, with nothing on its way,
 * and destroys it afterwards. It may also take as long as it needs.
 */
export async function forCopying(client: pg.Client): Promise<pg.Client> {
  await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = 0; ${copySettings}`)
  ;(client as pg.Client & { pipeline: boolean }).pipeline = false
  return client
}

/** `query` in parentheses, or a table with its columns. The file is on the disk when it resolves. */
export async function copyOut(client: pg.Client, query: string, file: string, pace: Pace = {}): Promise<Summed & { rows: number; storedBytes: number }> {
  const rows = client.query(copyTo(`copy ${query} to stdout`))
  const sum = summing(pace)
  await pipeline(rows, sum.through, createZstdCompress(), createWriteStream(file, { flags: 'wx', mode: 0o600 }))
  await syncFile(file)
  return { ...sum.result(), rows: rows.rowCount, storedBytes: (await stat(file)).size }
}

/** Only the sum, for a comparison. */
export async function sumOut(client: pg.Client, query: string, pace: Pace = {}): Promise<Summed & { rows: number }> {
  const rows = client.query(copyTo(`copy ${query} to stdout`))
  const sum = summing(pace)
  await pipeline(rows, sum.through, nowhere())
  return { ...sum.result(), rows: rows.rowCount }
}

/** @throws what the file or the database finds wrong; nothing is stored then */
export async function copyIn(client: pg.Client, table: string, file: string, pace: Pace = {}): Promise<Summed & { rows: number }> {
  const rows = client.query(copyFrom(`copy ${table} from stdin`))
  const sum = summing(pace)
  await pipeline(createReadStream(file), createZstdDecompress(), sum.through, rows)
  return { ...sum.result(), rows: rows.rowCount }
}

/** @throws when it is no whole zstd file */
export async function sumFile(file: string, pace: Pace = {}): Promise<Summed> {
  const sum = summing(pace)
  await pipeline(createReadStream(file), createZstdDecompress(), sum.through, nowhere())
  return sum.result()
}

function summing({ onBytes, bytesPerSecond }: Pace): { through: Transform; result: () => Summed } {
  const hash = createHash('sha256')
  const sinceMs = performance.now()
  let sizeBytes = 0
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      sizeBytes += chunk.length
      onBytes?.(sizeBytes)
      const aheadMs = bytesPerSecond === undefined ? 0 : sizeBytes / bytesPerSecond * 1000 - (performance.now() - sinceMs)
      if (aheadMs < 20) done(null, chunk)
      else void sleep(aheadMs).then(() => { done(null, chunk) })
    },
  })
  return { through, result: () => ({ sizeBytes, sha256: hash.digest('hex') }) }
}
const nowhere = (): Writable => new Writable({ write(_chunk, _encoding, done) { done() } })

/** Works for folders too: else a name may be gone after a power cut, though the bytes are there. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try { await handle.sync() } finally { await handle.close() }
}
