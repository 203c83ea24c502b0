/** What a booking has to look at before it is written: under its lock alone, before that together with all who look at the same time. */
import type { Conflict } from '#contract/bookings.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { ofTheHouse } from '#server/db/on-behalf.ts'
import { gather } from '#server/kernel/gather.ts'
import { selectConflicts, selectPlaces, type Place, type Wanted } from './bookings.sql.ts'

interface Question { account: string; space: string; id: string }
export type Found = Place & { digest: Buffer | null; isKnown: boolean }
type Conflicts = readonly Conflict[]
export interface Looks { place: (of: Question) => Promise<Found | undefined>; conflicts: (of: Wanted) => Promise<Conflicts> }

/** In the order of the questions. */
const placesOf = async (tx: Tx, of: readonly Question[]): Promise<(Found | undefined)[]> => {
  const found = new Map((await tx.all(selectPlaces(of))).map(({ n, ...place }) => [n, place]))
  return of.map((_, n) => found.get(n))
}
export const placeOf = async (tx: Tx, of: Question): Promise<Found | undefined> => (await placesOf(tx, [of]))[0]
/** In the order of the questions; ten at most for each. */
export const conflictsOf = async (tx: Tx, of: readonly Wanted[], each = 10): Promise<Conflicts[]> => {
  const found = Map.groupBy(await tx.all(selectConflicts(of, each)), (c) => c.n)
  return of.map((_, n) => (found.get(n) ?? []).map(({ n: __, ...conflict }) => conflict))
}

export function gatheredLooks(db: Db): Looks {
  return {
    place: gather<Question, Found | undefined>({ run: (of) => ofTheHouse(() => db.read('places to book', 3_000, (tx) => placesOf(tx, of))), maxItems: 500 }),
    conflicts: gather<Wanted, Conflicts>({ run: (of) => ofTheHouse(() => db.read('look before booking', 3_000, (tx) => conflictsOf(tx, of))), maxItems: 500 }),
  }
}
