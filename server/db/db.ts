/** The only way to the database (DESIGN §4, deadlines and ledger). */
import type { Sql } from './sql.ts'

/** A handle that dies with its function: used later, it throws. */
export interface Tx {
  /** Rows in the statement's order. */
  all<R>(statement: Sql<R>): Promise<R[]>
  /** The row, or undefined. More than one row is a defect and throws. */
  maybe<R>(statement: Sql<R>): Promise<R | undefined>
  /** The row. None is a defect and throws. */
  one<R>(statement: Sql<R>): Promise<R>
  /** How many rows were written. */
  run(statement: Sql): Promise<number>
}

/** `asked`: only from a queue in front of another Db, which knows who came to it; see `whoAsks`. */
export interface Db {
  /** One transaction: committed when `fn` resolves, rolled back when it throws. @throws Refusal `unavailable` (database away, with retryAfterMs) or `overloaded` (no connection within the deadline). */
  tx<T>(label: string, deadlineMs: number, fn: (tx: Tx) => Promise<T>, asked?: Error): Promise<T>
  /** The same without BEGIN and COMMIT: for single statements and reads. */
  read<T>(label: string, deadlineMs: number, fn: (tx: Tx) => Promise<T>, asked?: Error): Promise<T>
}
