import pg from 'pg'

/** Whether the database refused because of this constraint or unique index. */
export const violates = (error: unknown, constraint: string): boolean => error instanceof pg.DatabaseError && error.constraint === constraint
