import type pg from 'pg'
import { CannotStart } from '#server/kernel/cannot-start.ts'

export interface Room { maxConnections: number; reserved: number; role: string; roleLimit: number; isSuperuser: boolean; sharedBuffersBytes: number; workMemBytes: number }

/** More than this many running at once makes a database slower, not faster. */
const perCore = 4
/** Left to people with a console, monitoring, and a move to another server. */
const spare = 4
const least = 3

/**
 * How many connections Lodge may have in all: what the server has less what is reserved, and no more than its processors can
 * work on. @throws CannotStart when that is too few, or `wanted` is more than there is.
 */
export function connectionBudget(room: Pick<Room, 'maxConnections' | 'reserved' | 'roleLimit'>, cores: number, wanted?: number): number {
  const limits = [room.maxConnections - room.reserved - spare, ...(room.roleLimit >= 0 ? [room.roleLimit] : [])]
  const available = Math.min(...limits)
  if (available < least) {
    const ofRole = room.roleLimit >= 0 ? `, limit of the role ${room.roleLimit}` : ''
    const why = `max_connections ${room.maxConnections}, reserved ${room.reserved}, spare ${spare}${ofRole}`
    throw new CannotStart(`The database leaves ${available} connections to Lodge (${why}); it needs ${least}. Raise max_connections or the role's limit.`)
  }
  if (wanted !== undefined && wanted > available) {
    throw new CannotStart(`DATABASE_CONNECTIONS is ${wanted}, and the database leaves ${available}. Lower it, or raise max_connections.`)
  }
  return wanted ?? Math.min(available, perCore * cores + 4)
}

/**
 * What is missing for the server itself to refuse connections beyond the budget, whatever defect asks for them: a sentence with the
 * statement to run. Undefined when nothing is. Lodge's own role cannot do it: only a superuser or a role with CREATEROLE may.
 */
export function missingFence({ role, roleLimit, isSuperuser }: Pick<Room, 'role' | 'roleLimit' | 'isSuperuser'>, budget: number): string | undefined {
  const name = `"${role.replaceAll('"', '""')}"`
  if (isSuperuser) return `The role ${role} is a superuser, and no limit holds for one. Give Lodge a role of its own: CREATE ROLE lodge_app LOGIN NOSUPERUSER CONNECTION LIMIT ${budget}; and make it the owner of the database.`
  if (roleLimit >= 0 && roleLimit <= budget) return undefined
  return `The database does not hold Lodge to its ${budget} connections${roleLimit >= 0 ? ` (the role's limit is ${roleLimit})` : ''}. Let a superuser run: ALTER ROLE ${name} CONNECTION LIMIT ${budget};`
}

export async function askRoom(client: pg.Client): Promise<Room> {
  const { rows: [room] } = await client.query<Room>(`
    select current_setting('max_connections')::int as "maxConnections",
      current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true)::int, 0) as reserved,
      rolname as role, rolconnlimit as "roleLimit", rolsuper as "isSuperuser",
      pg_size_bytes(current_setting('shared_buffers')) as "sharedBuffersBytes", pg_size_bytes(current_setting('work_mem')) as "workMemBytes"
    from pg_roles where rolname = current_user`)
  return room!
}
