/** The processor, given way to others: PostgreSQL itself has no priorities, the machine has. */
import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Lowers the priority of one backend on this machine, for as long as it lives: nobody but root may raise it again. Linux weighs
 * sessions before processes where it groups them, and each backend is a session of its own, so both are told.
 * @returns false when this machine does not let us
 */
export function lowerPriority(pid: number): boolean {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
    try { writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW)) } catch { /* No groups here. */ }
    return true
  } catch {
    return false
  }
}
