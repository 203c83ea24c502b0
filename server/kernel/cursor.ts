import { isId } from '#contract/ids.ts'
import { Refusal } from './refusal.ts'

/** Opaque to the caller: where the next page begins, by what the list is ordered by and then by id. */
export const cursorOf = (key: string, id: string): string => Buffer.from(JSON.stringify([key, id])).toString('base64url')

/** @param isKey what the key may be @throws Refusal `invalid` */
export function readCursor(cursor: string, isKey: (key: string) => boolean): readonly [key: string, id: string] {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch { /* said below */ }
  const [key, id] = Array.isArray(parts) ? parts as unknown[] : []
  if (typeof key === 'string' && isKey(key) && typeof id === 'string' && isId(id)) return [key, id]
  throw new Refusal('invalid', '`cursor` in the query is none that a page before gave as `next`.')
}
