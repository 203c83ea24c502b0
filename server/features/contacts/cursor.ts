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
  const [name, id] = Array.isArray(parts) ? parts as unknown[] : []
  if (typeof name === 'string' && !name.includes('\0') && typeof id === 'string' && isId(id)) return [name, id]
  throw new Refusal('invalid', '`cursor` in the query is none that a page before gave as `next`.')
}
