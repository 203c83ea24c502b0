/**
 * A segment of the spool on disk: records one behind the other, each
 *
 *   magic 4 | length 4 | CRC-32C of the payload 4 | CRC-32C of these twelve bytes 4 | payload
 *
 * The head has a checksum of its own, or a flipped bit in `length` would make a record that was acknowledged look like one that
 * was never written to its end. The magic is what the next whole record is found by, behind damage.
 */
import { crc32c } from './crc32c.ts'

const magic = 0x4c535031   // "LSP1"
export const headBytes = 16
/** Far above any command; a length above it is damage. */
export const payloadMaxBytes = 8 * 1024 * 1024

export interface Found { readonly offset: number; readonly payload: Buffer }
export interface Damage { readonly offset: number; readonly bytes: Buffer }
export interface Scan {
  readonly records: readonly Found[]
  /** Complete but wrong, or no record at all: may have been acknowledged, so it must never be dropped in silence. */
  readonly damaged: readonly Damage[]
  /** How much of the end was begun and never written to its end; what is torn was never acknowledged. */
  readonly tornBytes: number
}

export function seal(payload: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(headBytes + payload.length)
  record.writeUInt32BE(magic, 0)
  record.writeUInt32BE(payload.length, 4)
  record.writeUInt32BE(crc32c(payload), 8)
  record.writeUInt32BE(crc32c(record.subarray(0, 12)), 12)
  record.set(payload, headBytes)
  return record
}

/** The length that the head at `at` tells, when there is a whole head and it is right. */
function lengthAt(bytes: Buffer, at: number): number | undefined {
  if (at + headBytes > bytes.length || bytes.readUInt32BE(at) !== magic) return undefined
  const length = bytes.readUInt32BE(at + 4)
  return length <= payloadMaxBytes && bytes.readUInt32BE(at + 12) === crc32c(bytes.subarray(at, at + 12)) ? length : undefined
}

/** @throws Error when there is no whole and right record */
export function unseal(bytes: Buffer, at = 0): Buffer {
  const length = lengthAt(bytes, at)
  const payload = length === undefined ? undefined : bytes.subarray(at + headBytes, at + headBytes + length)
  if (payload === undefined || payload.length !== length || crc32c(payload) !== bytes.readUInt32BE(at + 8)) throw new Error('There is no whole record here')
  return payload
}

function recordAt(bytes: Buffer, at: number): Buffer | undefined {
  try { return unseal(bytes, at) } catch { return undefined }
}

/** Looks for the next record that is whole; a magic inside a payload is followed by no head that fits. */
function nextRecord(bytes: Buffer, from: number): number | undefined {
  const mark = Buffer.allocUnsafe(4)
  mark.writeUInt32BE(magic)
  for (let at = bytes.indexOf(mark, from); at >= 0; at = bytes.indexOf(mark, at + 1)) if (recordAt(bytes, at)) return at
  return undefined
}

/** A head that was cut, a right head whose payload was, or a file that was made longer and never filled. */
function isTorn(rest: Buffer): boolean {
  if (rest.every((byte) => byte === 0)) return true
  if (rest.length < headBytes) return true
  const length = lengthAt(rest, 0)
  return length !== undefined && rest.length < headBytes + length
}

export function scan(bytes: Buffer): Scan {
  const records: Found[] = []
  const damaged: Damage[] = []
  for (let at = 0; at < bytes.length;) {
    const payload = recordAt(bytes, at)
    if (payload) {
      records.push({ offset: at, payload })
      at += headBytes + payload.length
      continue
    }
    const next = nextRecord(bytes, at + 1)
    const rest = bytes.subarray(at, next)
    if (next === undefined && isTorn(rest)) return { records, damaged, tornBytes: rest.length }
    damaged.push({ offset: at, bytes: rest })
    if (next === undefined) break
    at = next
  }
  return { records, damaged, tornBytes: 0 }
}
