/** What erasing takes: the rows' own fields, pictures, what kiosks sent, and the mails in which the name stands. */
import type { Tx } from '#server/db/db.ts'
import type { EraseDeliveries } from '#server/features/deliveries/deliveries.ts'
import { invitationId, seriesInvitationId } from './invitation.ts'
import { arrivalId } from './notices.ts'
import { emailsOfSeries, eraseSeries } from './series.sql.ts'
import * as statements from './visits.sql.ts'

/** @param isWholePerson all mails to the addresses go too, whatever they were about */
export async function forgetVisits(tx: Tx, account: string, visits: readonly string[], { offset, forgetMails, isWholePerson }: { offset: number; forgetMails: EraseDeliveries; isWholePerson: boolean }): Promise<void> {
  const known = await tx.all(statements.selectMailed(account, visits))
  const colleagues = known.some((v) => v.arrivedAt !== null) ? (await tx.all(statements.selectUserIds(account))).map((u) => u.id) : []
  const ids = known.flatMap((v) => [invitationId(v.id), ...(v.arrivedAt ? colleagues.map((user) => arrivalId(v.id, user)) : [])])
  await forgetMails(tx, account, { ids, to: isWholePerson ? [...new Set(known.flatMap((v) => v.email ?? []))] : [], paths: visits.map((visit) => `/visits/${visit}`) })
  await tx.run(statements.eraseVisits(account, visits, offset))
  await tx.run(statements.eraseImages(account, visits))
  await tx.run(statements.eraseOperations(account, visits))
}

/** The effect of `person.erased`, within its commit. An erased series makes no further visits. */
export async function erasePerson(tx: Tx, account: string, { visits, series }: { visits: readonly string[]; series: readonly string[] }, { offset, forgetMails }: { offset: number; forgetMails: EraseDeliveries }): Promise<void> {
  if (series.length > 0) {
    await forgetMails(tx, account, { ids: series.map(seriesInvitationId), to: (await tx.all(emailsOfSeries(account, series))).flatMap((s) => s.email ?? []), paths: [] })
    await tx.run(eraseSeries(account, series))
  }
  await forgetVisits(tx, account, visits, { offset, forgetMails, isWholePerson: true })
}
