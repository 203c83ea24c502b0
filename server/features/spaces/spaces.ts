/** Floors and spaces as things that people set up. */
import type { CheckInPolicy, Floor, PlanType, Position, Space, SpaceKind } from '#contract/spaces.ts'
import type { Db } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import { newCode } from '#server/kernel/code.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import { readPlan } from './plan.ts'
import * as statements from './spaces.sql.ts'
import type { PlanRow, SpaceFilter } from './spaces.sql.ts'

export { spaceColumns } from './spaces.sql.ts'

interface SpaceFields {
  floor: string; name: string; kind: SpaceKind; capacity?: number; equipment?: readonly string[]; position?: Position | null; bookable?: boolean; checkIn?: CheckInPolicy | null; active?: boolean; panelShowsNames?: boolean
}

export function spaces({ db, changed }: { db: Db; changed: Changed }) {
  async function keepPlan({ account, actor }: Session, id: string, plan: PlanRow | null): Promise<Floor> {
    const floor = await db.read('save plan', 5_000, (tx) => tx.maybe(statements.updatePlan(account, id, plan)))
    if (!floor) throw new Refusal('not_found')
    await changed(account, actor, 'spaces', id)
    return floor
  }

  return {
    listFloors: (account: string, location?: string): Promise<Floor[]> => db.read('list floors', 3_000, (tx) => tx.all(statements.selectFloors(account, location))),

    /** @throws Refusal `not_found`: no such location; `invalid`: it stands elsewhere */
    async saveFloor({ account, actor }: Session, id: string, { location, name, level = null, active = null }: { location: string; name: string; level?: number | null; active?: boolean | null }): Promise<Floor> {
      refuseBrokenText({ name })
      const floor = await db.read('save floor', 3_000, (tx) => tx.maybe(statements.upsertFloor(account, { id, location, name: name.trim(), level, active })))
        .catch(refuseOn({ floors_account_id_location_id_fkey: ['not_found', 'There is no such location.'] }))
      if (!floor) throw new Refusal('invalid', 'body/location: a floor stays where it is. Make a new one there.')
      await changed(account, actor, 'spaces', id)
      return floor
    },

    /** @throws Refusal `not_found`, `too_large`, `unsupported_type` */
    savePlan: async (session: Session, id: string, base64: string): Promise<Floor> => keepPlan(session, id, readPlan(base64)),
    removePlan: (session: Session, id: string): Promise<Floor> => keepPlan(session, id, null),
    /** @throws Refusal `not_found`: no such floor, or it has no plan */
    async plan(account: string, id: string): Promise<{ version: string; mediaType: PlanType; base64: string }> {
      const found = await db.read('floor plan', 5_000, (tx) => tx.maybe(statements.selectPlan(account, id)))
      if (!found) throw new Refusal('not_found', 'This floor has no plan.')
      return { version: found.version, mediaType: found.mediaType, base64: found.bytes.toString('base64') }
    },

    list: (account: string, filter: SpaceFilter): Promise<Space[]> => db.read('list spaces', 3_000, (tx) => tx.all(statements.selectSpaces(account, filter))),

    /** @throws Refusal `not_found`: no such floor; `invalid`: would release everybody, or moves to another location */
    async save({ account, actor }: Session, id: string, to: SpaceFields): Promise<Space> {
      refuseBrokenText(to)
      const { floor, name, kind, capacity = null, equipment = null, position, bookable = null, checkIn, active = null, panelShowsNames = null } = to
      const space = await db.read('save space', 3_000, async (tx) => {
        const place = await tx.maybe(statements.floorOpensAt(account, floor))
        if (!place) throw new Refusal('not_found', 'There is no such floor.')
        if (checkIn) refuseReleasingAll(checkIn, place.opensAt)
        const saved = await tx.maybe(statements.upsertSpace(account, { id, floor, name: name.trim(), kind, code: newCode(10), capacity, equipment, position, bookable, checkIn, active, panelShowsNames }))
        if (!saved) throw new Refusal('invalid', 'body/floor: a space moves within its location only. Make a new one there.')
        return tx.one(statements.selectSpace(account, id))
      })
      await changed(account, actor, 'spaces', id)
      return space
    },

    /** @throws Refusal `not_found` */
    async place({ account, actor }: Session, id: string, at: Position | null): Promise<Space> {
      const space = await db.read('place space', 3_000, (tx) => tx.maybe(statements.updatePosition(account, id, at)))
      if (!space) throw new Refusal('not_found')
      await changed(account, actor, 'spaces', id)
      return space
    },
  }
}
export type Spaces = ReturnType<typeof spaces>

/** The trap of every booking system: a window that is over before anybody can come. */
function refuseReleasingAll({ releasesAfterMinutes, wholeDayUntil }: CheckInPolicy, opensAt: string): void {
  if (releasesAfterMinutes < 5) throw new Refusal('invalid', 'body/checkIn/releasesAfterMinutes: with less than 5 minutes nearly every booking would be released. Give people time to arrive.')
  if (wholeDayUntil <= opensAt) throw new Refusal('invalid', `body/checkIn/wholeDayUntil: the location opens at ${opensAt}, so every booking of a whole day would be released. Choose a later hour.`)
}
