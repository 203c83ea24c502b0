import type { Entry } from '#contract/entries.ts'
import type { Visit } from '#contract/visits.ts'
import type { Db } from '#server/db/db.ts'
import { cursorOf, readCursor } from '#server/kernel/cursor.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import * as statements from './visits.sql.ts'
import type { Find } from './visits.sql.ts'

type Query = Omit<Find, 'after' | 'limit' | 'search'> & { search?: string | undefined; cursor?: string | undefined; limit?: number | undefined }

/**
 * What is found often is found within a week, by going back day by day; what is not is rare enough for the index over all
 * time. With one way for both a common name among two million took 214 ms.
 */
const weekBefore = (day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)): string => new Date(Date.parse(day) - 7 * 86_400_000).toISOString().slice(0, 10)

/** @throws Refusal `invalid`: the cursor is none of ours */
export const listVisits = (db: Db, account: string, { cursor, limit = 100, search, ...find }: Query): Promise<{ visits: Visit[]; next: string | null }> =>
  db.read('list visits', 5_000, async (tx) => {
    const after = cursor === undefined ? undefined : readCursor(cursor, (key) => /^\d{4}-\d\d-\d\d$/.test(key))
    const asked = { ...find, search: search?.trim() || undefined, after, limit: limit + 1 }
    const lately = asked.search && !find.day && !find.from ? await tx.all(statements.selectVisits(account, { ...asked, from: weekBefore(after?.[0] ?? find.to) })) : []
    const found = lately.length > limit ? lately : await tx.all(statements.selectVisits(account, asked))
    const visits = found.slice(0, limit), last = visits.at(-1)
    return { visits, next: found.length > limit && last ? cursorOf(last.day, last.id) : null }
  })

/** @throws Refusal `not_found` */
export const visitLog = (db: Db, account: string, visit: string): Promise<Entry[]> => db.read('visit log', 5_000, async (tx) => {
  const at = await tx.maybe(statements.locationOf(account, visit))
  if (!at) throw new Refusal('not_found')
  return await tx.all(statements.selectLog(account, at.location, visit, at.series === null ? null : { id: at.series, day: at.day })) as unknown as Entry[]
})

/** @throws Refusal `not_found`: no such visit, or nothing of the kind was taken */
export const visitImage = (db: Db, account: string, visit: string, kind: 'photo' | 'signature'): Promise<{ mediaType: string; base64: string }> => db.read('visit image', 3_000, async (tx) => {
  const found = await tx.maybe(statements.selectImage(account, visit, kind))
  if (!found) throw new Refusal('not_found')
  return { mediaType: found.mediaType, base64: found.bytes.toString('base64') }
})
