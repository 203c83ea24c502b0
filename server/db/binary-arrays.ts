/**
 * Columns of a statement as PostgreSQL's binary format has arrays. Its text format is taken apart there character by character
 * (docs/performance.md says what that costs).
 *
 *   int32 dimensions = 1 │ int32 has nulls = 0 │ int32 type │ int32 count │ int32 first index = 1 │ per element: int32 size, bytes
 *
 * All columns stand in one buffer, which the next statement overwrites: a new one for each column cost the server more than the
 * database saved. So a writer belongs to one connection that has one statement at a time.
 */
const headBytes = 20
/** Object ids of types, the same in every PostgreSQL (pg_type.dat). */
const oids = { uuid: 2950, text: 25, bigint: 20 }
/** Larger ones go with their statement. */
const keptBytes = 1024 * 1024

const digits = new Uint8Array(128)
for (let i = 0; i < 16; i++) for (const digit of [i.toString(16), i.toString(16).toUpperCase()]) digits[digit.charCodeAt(0)] = i
const dash = 45

export interface ArrayWriter {
  /** What was written before may be overwritten from here on. */
  begin(): void
  /** @param of 32 hexadecimal digits, with or without dashes between pairs of them */
  uuids<T>(rows: readonly T[], of: (row: T) => string): Buffer
  texts<T>(rows: readonly T[], of: (row: T) => string): Buffer
  /** @param of a whole number from 0 to 2^53 */
  bigints<T>(rows: readonly T[], of: (row: T) => number): Buffer
}

export function arrayWriter(): ArrayWriter {
  let buffer = Buffer.allocUnsafeSlow(keptBytes / 16)
  let used = 0

  function array(oid: number, count: number, elementsBytes: number): Buffer {
    const sizeBytes = headBytes + elementsBytes
    if (used + sizeBytes > buffer.length) {
      buffer = Buffer.allocUnsafeSlow(Math.max(2 * buffer.length, sizeBytes))   // earlier columns keep the old one
      used = 0
    }
    const made = buffer.subarray(used, used += sizeBytes)
    made.writeInt32BE(1, 0)
    made.writeInt32BE(0, 4)
    made.writeInt32BE(oid, 8)
    made.writeInt32BE(count, 12)
    made.writeInt32BE(1, 16)
    return made
  }

  return {
    begin() {
      used = 0
      if (buffer.length > keptBytes) buffer = Buffer.allocUnsafeSlow(keptBytes)
    },
    uuids(rows, of) {
      const made = array(oids.uuid, rows.length, rows.length * 20)
      let at = headBytes
      for (const row of rows) {
        const uuid = of(row)
        at = made.writeInt32BE(16, at)
        for (let i = 0; i < uuid.length; i += 2) {
          if (uuid.charCodeAt(i) === dash) i++
          made[at++] = digits[uuid.charCodeAt(i)]! << 4 | digits[uuid.charCodeAt(i + 1)]!
        }
      }
      return made
    },
    texts(rows, of) {
      let elementsBytes = 0
      for (const row of rows) elementsBytes += 4 + Buffer.byteLength(of(row))
      const made = array(oids.text, rows.length, elementsBytes)
      let at = headBytes
      for (const row of rows) {
        const textBytes = made.write(of(row), at + 4)
        at = made.writeInt32BE(textBytes, at) + textBytes
      }
      return made
    },
    bigints(rows, of) {
      const made = array(oids.bigint, rows.length, rows.length * 12)
      let at = headBytes
      for (const row of rows) {
        const value = of(row)
        at = made.writeInt32BE(8, at)
        at = made.writeUInt32BE(Math.floor(value / 2 ** 32), at)
        at = made.writeUInt32BE(value % 2 ** 32, at)
      }
      return made
    },
  }
}
