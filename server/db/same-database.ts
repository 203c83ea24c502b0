/** Whether this is the database that this folder belongs to: what is kept here must never be written into another one (spec SP14). */
import type { BaseLogger } from 'pino'
import { openConnection, type Target } from './connection.ts'
import { NoDatabaseYet } from './no-database-yet.ts'
import { remembered, rememberedIn } from './remembered.ts'

/** `system`: made once with a cluster, and the same on its standbys and after a failover. */
interface DatabaseIdentity { readonly system: string; readonly oid: string }
export interface SameDatabase {
  /** There was one before. */
  isKnown(): Promise<boolean>
  /** Takes the first one that it meets. @throws NoDatabaseYet for any other */
  check(target: Target): Promise<void>
}

export function sameDatabase(folder: string, log: Pick<BaseLogger, 'warn'>): SameDatabase {
  const file = remembered<DatabaseIdentity>({ folder, name: databaseFile, log })
  return {
    isKnown: async () => (await file.read()).length > 0,
    async check(target) {
      const now = await identityOf(target)
      const before = (await file.read()).at(-1)
      if (before === undefined) { file.note(now); return file.settled() }
      if (before.system === now.system && before.oid === now.oid) return
      throw new NoDatabaseYet(`This is another database than the one that this data belongs to (system ${now.system}, database ${now.oid}, instead of ${before.system}, ${before.oid}), so nothing is written into it. ` +
        `Check DATABASE_URL. If the database was changed on purpose, remove ${rememberedIn(folder, databaseFile)}: the next try takes this one.`)
    },
  }
}
/** Removed by a restore, after which another database is the right one. */
export const databaseFile = 'database'

async function identityOf(target: Target): Promise<DatabaseIdentity> {
  const { client } = await openConnection(target, 'lodge start')
  try {
    return (await client.query<DatabaseIdentity>('select (select system_identifier::text from pg_control_system()) as system, oid::text from pg_database where datname = current_database()')).rows[0]!
  } finally {
    await client.end()
  }
}
