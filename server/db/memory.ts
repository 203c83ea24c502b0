import { totalmem } from 'node:os'

/** Of the machine, or of the container when it has a limit. */
export function memoryBytes(): number {
  const limit = process.constrainedMemory()   // 0, or more than there is, without one
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
