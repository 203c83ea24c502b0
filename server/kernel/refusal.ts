import type { Conflict } from '#contract/bookings.ts'
import { errorKinds, type ErrorCode } from '#contract/errors.ts'

/**
 * The one error that is meant for the caller: thrown in verbs and kernel, translated once in `http/` (problem+json) and once
 * in `realtime/` (a `refused` frame). Everything else that is thrown is a defect: reported, and shown as `internal`.
 */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined
  /** What stands in the way, for whoever wants to show it. */
  readonly conflicts: readonly Conflict[] | undefined
  constructor(code: ErrorCode, detail?: string, retryAfterMs?: number, conflicts?: readonly Conflict[]) {
    super(detail ?? errorKinds[code].text)
    this.name = 'Refusal'
    this.code = code
    this.retryAfterMs = retryAfterMs
    this.conflicts = conflicts
  }
}
