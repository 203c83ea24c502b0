/** What a kiosk decides by while it is alone: today's and tomorrow's visits, and the watchlist as hashes that tell nobody's name. */
import { createHash } from 'node:crypto'
import type { Snapshot } from '#contract/kiosks.ts'
import type { Db } from '#server/db/db.ts'
import { selectLocation, selectVisitorTypes } from '#server/features/places/places.ts'
import { selectWatched } from '#server/features/visits/visits.ts'
import * as statements from './kiosks.sql.ts'

const hashed = (salt: string, key: string): string => createHash('sha256').update(salt + key).digest('hex')

export const kioskSnapshots = ({ db, now }: { db: Db; now: () => number }) => (account: string, kiosk: string): Promise<Snapshot> => db.read('kiosk snapshot', 10_000, async (tx) => {
  const { location: id, name, accountName } = await tx.one(statements.placeOfKiosk(account, kiosk))
  // Before all it names: what changes meanwhile shows at the next beat.
  const { version } = await tx.one(statements.snapshotVersion(account, id))
  const { salt, ...location } = await tx.one(selectLocation(account, id))
  const visitorTypes = (await tx.all(selectVisitorTypes(account, id))).filter((t) => t.active)
  const hosts = await tx.all(statements.snapshotHosts(account))
  const visits = await tx.all(statements.snapshotVisits(account, id))
  const returning = (await tx.all(statements.snapshotReturning(account, id))).map(({ email, ...known }) => ({ key: hashed(salt, email), ...known }))
  const watch = (await tx.all(selectWatched(account))).flatMap((w) => w.keys.map((key) => ({ key: hashed(salt, key), action: w.action })))
  return { asOf: new Date(now()).toISOString(), version, kiosk: { id: kiosk, name }, account: accountName, location, visitorTypes, hosts, visits, returning, salt, watch }
})
