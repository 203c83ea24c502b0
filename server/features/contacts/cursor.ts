import { isId } from '#contract/ids.ts'
import { Refusal } from '#server/kernel/refusal.ts'

/** Opaque to the caller: where the next page begins. */
export const cursorOf = (name: string, id: string): string => Buffer.from(JSON.stringify([name, id])).toString('base64url')

/** @throws Refusal `invalid` */
export function readCursor(cursor: string): readonly [name: string, id: string] {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch { /* said below */ }
  if (Array.isArray(parts) && typeof parts[0] === 'string' && !parts[0].includes('\0') && typeof parts[1] === 'string' && isId(parts[1])) return [parts[0], parts[1]]
  throw new Refusal('invalid', '`cursor` in the query is none that a page before gave as `next`.')
}
