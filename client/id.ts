import { v7 } from 'uuid'

const pool = new Uint8Array(4096)
let used = pool.length
/** Asking the system for sixteen bytes costs almost as much as for four thousand. */
function random(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  used += 16
  return pool.subarray(used - 16, used)
}

let lastMs = 0
let nextSeq = 0
/** A UUIDv7: ids of one device sort in the order they were made, whatever its clock does. */
export function newId(): string {
  const nowMs = Date.now()
  const bytes = random()
  if (nowMs > lastMs) {
    lastMs = nowMs
    nextSeq = (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!
  } else {
    nextSeq++
  }
  return v7({ random: bytes, msecs: lastMs, seq: nextSeq })
}
