import type { Host, Location, VisitorType } from '#contract/places.ts'
import type { Db } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import { isZone } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import * as statements from './places.sql.ts'

export { selectLocation, selectVisitorTypes } from './places.sql.ts'

type LocationFields = Pick<Location, 'name'> & { [K in keyof Omit<Location, 'id' | 'name'>]?: Location[K] }
interface TypeFields { location: string; name: string; fields?: VisitorType['fields']; document?: { title: string; text: string } | null; photo?: boolean; badge?: boolean; active?: boolean }

export function places({ db, changed }: { db: Db; changed: Changed }) {
  return {
    listLocations: (account: string): Promise<Location[]> => db.read('list locations', 3_000, (tx) => tx.all(statements.selectLocations(account))),

    /** @throws Refusal `invalid`: no such time zone */
    async saveLocation({ account, actor }: Session, id: string, to: LocationFields): Promise<Location> {
      if (to.zone !== undefined && !isZone(to.zone)) throw new Refusal('invalid', `body/zone: there is no time zone "${to.zone}". Use a name such as Europe/Berlin.`)
      const { name, address = null, zone = null, languages = null, opensAt = null, closesAt = null, walkIns = null, checksOutAt = null, retentionDays = null } = to
      const location = await db.read('save location', 3_000, (tx) => tx.one(statements.upsertLocation(account, { id, name, address, zone, languages, opensAt, closesAt, walkIns, checksOutAt, retentionDays })))
      await changed(account, actor, 'places', id)
      return location
    },

    listVisitorTypes: (account: string): Promise<VisitorType[]> => db.read('list visitor types', 3_000, (tx) => tx.all(statements.selectVisitorTypes(account))),

    /** @throws Refusal `not_found`: no such location */
    async saveVisitorType({ account, actor }: Session, id: string, to: TypeFields): Promise<VisitorType> {
      const { location, name, fields = null, photo = null, badge = null, active = null, document } = to
      const saved = await db.tx('save visitor type', 5_000, async (tx) => {
        await tx.run(statements.upsertVisitorType(account, { id, location, name, fields, photo, badge, active }))
        if (document) await tx.run(statements.insertDocument(account, id, document))
        if (document !== undefined) await tx.run(statements.useDocument(account, id, document !== null))
        return tx.one(statements.selectVisitorType(account, id))
      }).catch(refuseOn({ visitor_types_account_id_location_id_fkey: ['not_found', 'There is no such location.'] }))
      await changed(account, actor, 'places', id)
      return saved
    },

    listHosts: (account: string): Promise<Host[]> => db.read('list hosts', 3_000, (tx) => tx.all(statements.selectHosts(account))),

    /** @throws Refusal `forbidden`: another's, and no administrator */
    async saveHost({ account, actor, role }: Session, id: string, to: { mail: boolean; delegates: string[] }): Promise<Host> {
      if (role !== 'admin' && actor !== `user:${id}`) throw new Refusal('forbidden')
      const host = await db.read('save host', 3_000, async (tx) => {
        await tx.run(statements.upsertHost(account, id, to))
        return tx.maybe(statements.selectHost(account, id))
      })
      if (!host) throw new Refusal('not_found')
      await changed(account, actor, 'places', id)
      return host
    },
  }
}
export type Places = ReturnType<typeof places>
