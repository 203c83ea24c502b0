import { createHash } from 'node:crypto'

/** A UUIDv8 that follows from what it stands for: the same effect, decided on twice or by two nodes, has one id. */
export function derivedId(...of: readonly string[]): string {
  const hex = createHash('sha256').update(of.join('\n')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
