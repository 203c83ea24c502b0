import { announceBlob, getUpload, uploadBytes, type Upload } from '#contract/blobs.ts'
import type { Attachment } from '#contract/entries.ts'
import { errorKinds, type ErrorCode } from '#contract/errors.ts'
import { retryDelayMs } from './backoff.ts'
import type { Outcome } from './call.ts'
import { systemClock, type Clock } from './clock.ts'
import { newId } from './id.ts'
import { Refused, type Lodge } from './lodge.ts'

/** Small enough for a slow line to bring one over within the deadline, and for progress to be seen. */
const pieceBytes = 256 * 1024
const pieceTimeoutMs = 60_000
/** After this long without a byte it gives up. */
const patienceMs = 10 * 60_000

export interface UploadOptions {
  /** Keep it to go on after a reload with the same file; made here unless given. */
  id?: string
  onProgress?: (sentBytes: number, sizeBytes: number) => void
  /** Ends it; the promise rejects with the signal's reason. */
  signal?: AbortSignal
  clock?: Clock
  random?: () => number
}

/**
 * Uploads a file into a conversation, in pieces, across breaks of the line, and resolves to what a message names.
 * @throws Refused with a code of contract/errors.ts, or `unreachable` after ten minutes without progress
 */
export async function uploadBlob(
  lodge: Pick<Lodge, 'call'>,
  { conversation, file, name, mediaType }: { conversation: string; file: Blob | Uint8Array<ArrayBuffer>; name: string; mediaType: string },
  { id = newId(), onProgress, signal, clock = systemClock, random = Math.random }: UploadOptions = {},
): Promise<Attachment> {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer())
  const sha256 = await sha256Of(bytes)
  const options = { timeoutMs: pieceTimeoutMs, ...(signal && { signal }) }
  const body = { id, conversation, name: name.slice(0, 255).toWellFormed(), mediaType: mediaType.slice(0, 127), sizeBytes: bytes.length, sha256 }
  const announce = () => lodge.call(announceBlob, { body }, options)
  const look = () => lodge.call(getUpload, { params: { blob: id } }, options)
  const send = (offset: number) => lodge.call(uploadBytes, { params: { blob: id }, query: { offset }, body: bytes.subarray(offset, offset + pieceBytes) }, options)

  let known: Upload | undefined
  let next: () => Promise<Outcome<Upload, ErrorCode>> = announce
  let progressAtMs = clock.now()
  let damaged = false
  for (let tries = 0; !known?.complete;) {
    const outcome = await next()
    signal?.throwIfAborted()
    if (outcome.ok) {
      if (!known || outcome.value.receivedBytes > known.receivedBytes) {
        tries = 0
        progressAtMs = clock.now()
      }
      known = outcome.value
      const { receivedBytes } = known
      onProgress?.(receivedBytes, bytes.length)
      next = () => send(receivedBytes)
      continue
    }
    const retry = outcome.code === 'unreachable' ? 'after' : errorKinds[outcome.code].retry
    const isDamaged = outcome.code === 'checksum_differs'
    if (retry === 'never' || retry === 'renew' || (isDamaged && damaged) || clock.now() - progressAtMs > patienceMs) throw new Refused(outcome.code, outcome.message)
    damaged ||= isDamaged   // once is the line, twice is the file
    if (known) next = look
    if (retry === 'after' || tries > 0) await pause(clock, retryDelayMs(tries, outcome.retryAfterMs, random), signal)
    tries++
  }
  const { mediaType: found, sizeBytes, widthPx, heightPx } = known
  return { blob: id, name: known.name, mediaType: found, sizeBytes, ...(widthPx !== undefined && heightPx !== undefined && { widthPx, heightPx }) }
}

/** Pages without HTTPS have no WebCrypto: a Lodge in a house's own network may well be one. */
async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = crypto.subtle as typeof crypto.subtle | undefined
  const sum = subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : (await import('@noble/hashes/sha2.js')).sha256(bytes)
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const pause = (clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> => new Promise((resolve, reject) => {
  const cancel = clock.after(ms, () => {
    signal?.removeEventListener('abort', stop)
    resolve()
  })
  const stop = (): void => {
    cancel()
    reject(signal?.reason as Error)
  }
  signal?.addEventListener('abort', stop, { once: true })
})
