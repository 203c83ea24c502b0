/** The visitor's invitation, as a delivery in the commit of the visit. */
import type { VisitSeries } from '#contract/visit-series.ts'
import type { Visit } from '#contract/visits.ts'
import type { Tx } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { instantIn } from '#server/kernel/local-time.ts'
import { ruleForCalendar } from '#server/kernel/recurrence.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import * as statements from './visits.sql.ts'

export interface Invitation { id: string; to: string; visit: string; name: string; host: string | null; from: { name: string; email: string } | null; account: string; location: string; address: string; zone: string; at: string; until: string | null; code: string; repeats: Repeats | null }
/** `dates`: the first ones. `except`: instants of the rule at which nobody comes. */
export interface Repeats { rule: string; dates: string[]; except: string[] }

type Deliver = (tx: Tx, account: string, of: Invitation) => Promise<void>
const hostOf = async (tx: Tx, account: string, id: string | null): Promise<Pick<Invitation, 'host' | 'from'>> => {
  const host = id === null ? undefined : (await tx.all(statements.recipients(account, id))).find((r) => r.isHost)
  return { host: host?.name ?? null, from: host ? { name: host.name, email: host.email } : null }
}

/** A visit is invited once, when it is made: so whatever was changed since, its mail is found by this. */
export const invitationId = (visit: string): string => derivedId('visit invitation', visit)
export const seriesInvitationId = (series: string): string => derivedId('series invitation', series)

/** @throws Refusal `invalid`: no address to write to */
export const visitInvitations = (deliver: Deliver) => async (tx: Tx, account: string, visit: Visit): Promise<void> => {
  if (!visit.email || !visit.expectedAt) throw new Refusal('invalid', 'body/email is needed to send an invitation.')
  const place = await tx.one(statements.placeOf(account, visit.location))
  const host = await hostOf(tx, account, visit.host)
  await deliver(tx, account, {
    id: invitationId(visit.id), to: visit.email, visit: visit.id, name: visit.name, ...host,
    ...place, at: visit.expectedAt, until: visit.leavingAt, code: visit.code, repeats: null,
  })
}

/** One for all days: one entry of a calendar, one code. @throws Refusal `invalid`: no address to write to */
export const seriesInvitations = (deliver: Deliver) => async (tx: Tx, account: string, series: VisitSeries, dates: readonly { at: string; leavingAt: string | null }[]): Promise<void> => {
  const [first] = dates
  if (!series.email || !first) throw new Refusal('invalid', series.email ? 'Its first day is too far ahead to be invited to; leave the invitation out.' : 'body/email is needed to send an invitation.')
  const place = await tx.one(statements.placeOf(account, series.location))
  const host = await hostOf(tx, account, series.host)
  await deliver(tx, account, {
    id: seriesInvitationId(series.id), to: series.email, visit: series.id, name: series.name, ...host, ...place, at: first.at, until: first.leavingAt, code: series.code,
    repeats: {
      rule: ruleForCalendar(series.rule, place.zone), dates: dates.slice(0, shownDates).map((d) => d.at),
      except: series.except.map((day) => instantIn(place.zone, day, series.startsAt.slice(11))),
    },
  })
}
const shownDates = 4
