import pg from 'pg'
import type { ErrorCode } from '#contract/errors.ts'
import { Refusal } from '#server/kernel/refusal.ts'

/** For `.catch`: what the database refused because of a constraint or unique index becomes a refusal of ours; the rest is thrown on. */
export const refuseOn = (constraints: Readonly<Record<string, readonly [code: ErrorCode, detail?: string]>>) => (error: unknown): never => {
  const refusal = error instanceof pg.DatabaseError && error.constraint ? constraints[error.constraint] : undefined
  throw refusal ? new Refusal(...refusal) : error
}
