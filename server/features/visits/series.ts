/**
 * Visits that repeat. Each day of the rule is an ordinary visit whose id follows from series and day, so nothing can be made
 * twice; what is done to the series is one command, and one statement for all visits it touches. A rule without an end is fine:
 * its visits stand in the book twelve months ahead, and a chore adds what time brings.
 */
import type { Ack } from '#contract/commands.ts'
import type { VisitSeries } from '#contract/visit-series.ts'
import type { Visit } from '#contract/visits.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import { newCode } from '#server/kernel/code.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { dayAfter, dayIn, instantIn, shiftDay } from '#server/kernel/local-time.ts'
import { daysOf, fallsFrom, farYears, hasEnd, isOver, readRule, type Schedule } from '#server/kernel/recurrence.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import * as statements from './series.sql.ts'
import { ackOf, foreign as foreignOfVisits } from './visits.ts'
import { placeOf, selectVisits, type Change } from './visits.sql.ts'
import { watched } from './watch.ts'

type Who = Omit<Change, 'expectedAt' | 'leavingAt' | 'name'>
export interface NewSeries extends Who { id: string; location: string; name: string; rule: string; startsAt: string; leavesAt?: string | null; except?: string[]; group?: string | null; invite?: boolean }
export interface SeriesChange extends Omit<Change, 'expectedAt' | 'leavingAt'> { rule?: string; at?: string; leavesAt?: string | null }
export interface SeriesOptions {
  db: Db
  accept: Accept<Tx>
  /** One mail for all days, within the commit. */
  invite: (tx: Tx, account: string, series: VisitSeries, dates: readonly { at: string; leavingAt: string | null }[]) => Promise<void>
  now: () => number
}

const monthsAhead = { months: 12 }
/** A month's days at once, and not every night one. */
const refillAtMonths = { months: 11 }
const shownVisits = 50
const foreign = { ...foreignOfVisits, visit_series_account_id_host_id_fkey: ['not_found', 'There is no such host.'], visit_series_account_id_visitor_type_id_fkey: ['not_found', 'There is no such visitor type.'] } as const

interface Timed extends Schedule { leavesAt: string | null; id: string; group: string | null }
const occurrencesOn = (days: readonly string[], { id, startsAt, leavesAt, group }: Timed, zone: string): statements.Occurrence[] => days.map((day) => ({
  id: derivedId('occurrence', id, day), day, at: instantIn(zone, day, startsAt.slice(11)), leavingAt: leavesAt && instantIn(zone, day, leavesAt), group: group && derivedId('group on', group, day),
}))
/** Undefined when the rule goes on. */
const lastDay = (schedule: Schedule, after: string): string | undefined => {
  if (!isOver(schedule, after)) return undefined
  return daysOf(schedule, { from: shiftDay(after, { years: -farYears.years }), to: after, limit: 10_000 }).at(-1) ?? after
}
/** Whoever reads the rule learns that it was ended. */
const endingOn = (rule: string, day: string): string => `${rule.replace(/;?(?:COUNT|UNTIL)=[^;]*/, '')};UNTIL=${day.replaceAll('-', '')}T235959`
const refuseLeavingBefore = (startsAt: string, leavesAt: string | null): void => {
  if (leavesAt !== null && leavesAt <= startsAt.slice(11)) throw new Refusal('invalid', 'leavesAt is before the visit begins.')
}

export function visitSeries({ db, accept, invite, now }: SeriesOptions) {
  const zoneOf = async (account: string, location: string): Promise<string> => {
    const place = await db.read('zone of location', 3_000, (tx) => tx.maybe(placeOf(account, location)))
    if (!place) throw new Refusal('not_found', 'There is no such location.')
    return place.zone
  }
  /** @throws Refusal `invalid`: it never occurs, or not any more */
  const daysAhead = (schedule: Schedule, zone: string): { days: string[]; to: string } => {
    const today = dayIn(zone, now()), to = shiftDay(today, monthsAhead)
    const days = daysOf(schedule, { from: today, to })
    if (days.length > 0) return { days, to }
    const start = schedule.startsAt.slice(0, 10)
    if (fallsFrom(schedule, start > today ? start : today)) return { days, to }
    throw new Refusal('invalid', fallsFrom(schedule, start) ? 'rule: All its days are in the past.' : 'rule: There is no day on which it falls.')
  }
  const get = async (account: string, id: string): Promise<VisitSeries> => {
    const found = await db.read('get series', 3_000, (tx) => tx.maybe(statements.selectSeries(account, id)))
    if (!found) throw new Refusal('not_found')
    return found
  }
  const visitsOf = (account: string, { id, location }: VisitSeries): Promise<Visit[]> => db.read('visits of a series', 5_000, (tx) => tx.all(selectVisits(account, { location, series: id, limit: shownVisits })))

  interface Verb { account: string; actor: Session['actor']; series: string; id: string; from: string | undefined; type: 'series.changed' | 'series.cancelled'; body?: object }
  /** The past is a fact: nothing before today is touched. */
  async function change(of: Verb, effect: (tx: Tx, at: { series: VisitSeries; zone: string; from: string; offset: number }) => Promise<object | void>): Promise<Ack> {
    const { account, series: id } = of
    const { location } = await get(account, id)
    return ackOf(await accept({
      account, topic: `visits:${location}`, id: of.id, type: of.type, actor: of.actor, body: { series: id, ...(of.from && { from: of.from }), ...of.body },
      async guard(tx, { offset }) {
        const { zone, ...series } = await tx.one(statements.selectSeriesForUpdate(account, id))
        if (series.isErased) throw new Refusal('gone')
        const today = dayIn(zone, now()), from = of.from !== undefined && of.from > today ? of.from : today
        return { series: id, from, ...await effect(tx, { series, zone, from, offset }) }
      },
    }))
  }

  return {
    get,

    /** @throws Refusal `invalid` with the reason in words, `not_found` (location) */
    async preview(account: string, { location, rule, startsAt, limit = 10 }: { location: string; rule: string; startsAt: string; limit?: number }): Promise<{ dates: { day: string; at: string }[]; isWhole: boolean }> {
      const zone = await zoneOf(account, location)
      const schedule = { rule: readRule(rule, zone), startsAt, except: [] }
      daysAhead(schedule, zone)
      const today = dayIn(zone, now()), start = startsAt.slice(0, 10), from = start > today ? start : today
      const days = daysOf(schedule, { from, to: shiftDay(from, farYears), limit: limit + 1 })
      return { dates: days.slice(0, limit).map((day) => ({ day, at: instantIn(zone, day, startsAt.slice(11)) })), isWhole: days.length <= limit && hasEnd(schedule.rule) }
    },

    /** Idempotent by id. @throws Refusal `invalid`, `not_found` (location), `watchlisted`, `id_reused` */
    async expect({ account, actor }: Session, given: NewSeries): Promise<{ series: VisitSeries; visits: Visit[] }> {
      refuseBrokenText(given)
      const { id, location, invite: isInvited = false, ...rest } = given
      const zone = await zoneOf(account, location)
      const timed = { id, rule: readRule(given.rule, zone), startsAt: given.startsAt, leavesAt: given.leavesAt ?? null, except: given.except ?? [], group: given.group ?? null }
      refuseLeavingBefore(timed.startsAt, timed.leavesAt)
      const { days, to } = daysAhead(timed, zone)
      await accept({
        account, topic: `visits:${location}`, id, type: 'series.expected', actor, body: { series: id, ...rest, isInvited },
        async guard(tx, { offset }) {
          const hit = await watched(tx, account, given)
          if (hit?.action === 'block') throw new Refusal('watchlisted')
          const series = {
            ...timed, location, visitorType: rest.visitorType ?? null, host: rest.host ?? null, name: given.name.trim(), company: rest.company ?? '', email: rest.email ?? null, phone: rest.phone ?? null, language: rest.language ?? '',
            fields: rest.fields ?? {}, note: rest.note ?? '', endsOn: lastDay(timed, to) ?? null, filledTo: to, code: newCode(20),
          }
          if (!await tx.maybe(statements.insertSeries(account, { ...series, flags: hit ? ['watchlist'] : [] }))) throw new Refusal('id_reused')
          const all = occurrencesOn(days, timed, zone)
          await tx.run(statements.insertOccurrences(account, id, all, offset))
          if (isInvited) await invite(tx, account, { ...series, isErased: false }, all)
          return { series: id, visits: all.length }   // names stay out of the journal
        },
      })
      const series = await get(account, id)
      return { series, visits: await visitsOf(account, series) }
    },

    /** @throws Refusal `not_found`, `invalid`, `gone` */
    async change({ account, actor }: Pick<Session, 'account' | 'actor'>, id: string, command: string, from: string | undefined, to: SeriesChange): Promise<Ack> {
      const fields = Object.keys(to).sort()
      if (fields.length === 0) throw new Refusal('invalid', 'The body names nothing to change.')
      refuseBrokenText(to)
      const { rule, at, leavesAt, ...who } = to
      return change({ account, actor, series: id, id: command, from, type: 'series.changed', body: { fields } }, async (tx, { series, zone, from: day, offset }) => {
        if (Object.keys(who).length > 0) await tx.run(statements.changeComing(account, id, day, who, offset)).catch(refuseOn(foreign))
        const isTimed = rule !== undefined || at !== undefined || leavesAt !== undefined
        const next = {
          ...series, ...(rule !== undefined && { rule: readRule(rule, zone) }), ...(leavesAt !== undefined && { leavesAt }),
          startsAt: `${rule === undefined ? series.startsAt.slice(0, 10) : day}T${at ?? series.startsAt.slice(11)}`,
        }
        if (isTimed) {
          refuseLeavingBefore(next.startsAt, next.leavesAt)
          if (rule !== undefined) daysAhead(next, zone)
          await reschedule(tx, account, { series, next, zone, from: day, offset, isAnother: rule !== undefined })
        }
        const ends = rule === undefined ? series.endsOn : lastDay(next, series.filledTo) ?? null
        await tx.run(statements.updateSeries(account, id, { ...who, ...(isTimed && { rule: next.rule, startsAt: next.startsAt, leavesAt: next.leavesAt, endsOn: ends }) })).catch(refuseOn(foreign))
        return { fields }
      })
    },

    /** Twice is once. @throws Refusal `not_found`, `gone` */
    cancel: ({ account, actor }: Session, id: string, command: string, from: string | undefined): Promise<Ack> =>
      change({ account, actor, series: id, id: command, from, type: 'series.cancelled' }, async (tx, { series, from: day, offset }) => {
        await tx.run(statements.cancelComing(account, id, day, [], offset))
        const last = dayAfter(day, -1)
        if (series.endsOn === null || series.endsOn > last) await tx.run(statements.updateSeries(account, id, { endsOn: last, rule: endingOn(series.rule, last) }))
      }),

    /** Adds what has come within twelve months, and forgets the series whose visits have all been forgotten. */
    async extendDue(limit: number): Promise<void> {
      const today = dayIn('UTC', now())
      const due = await db.read('series due', 20_000, (tx) => tx.all(statements.toExtend(shiftDay(today, refillAtMonths), limit)))
      const to = shiftDay(today, monthsAhead)
      for (const { account, id, location } of due) {
        await accept({
          account, topic: `visits:${location}`, id: derivedId('series extended', id, to), type: 'series.extended', actor: 'system', body: { series: id },
          async guard(tx, { offset }) {
            const { zone, ...series } = await tx.one(statements.selectSeriesForUpdate(account, id))
            const until = series.endsOn !== null && series.endsOn < to ? series.endsOn : to
            const days = series.isErased || series.filledTo >= until ? [] : daysOf(series, { from: dayAfter(series.filledTo), to: until })
            if (days.length > 0) await tx.run(statements.insertOccurrences(account, id, occurrencesOn(days, series, zone), offset))
            await tx.run(statements.updateSeries(account, id, { filledTo: to, ...(series.endsOn === null && { endsOn: lastDay(series, to) ?? null }) }))
            return { series: id, visits: days.length }
          },
        })
      }
      await db.read('forget ended series', 20_000, (tx) => tx.run(statements.forgetEnded(new Date(now()).toISOString())))
    },
  }
}
export type Series = ReturnType<typeof visitSeries>

interface Reschedule { series: VisitSeries; next: VisitSeries; zone: string; from: string; offset: number; isAnother: boolean }
async function reschedule(tx: Tx, account: string, { series, next, zone, from, offset, isAnother }: Reschedule): Promise<void> {
  const coming = await tx.all(statements.selectComing(account, series.id, from))
  // Whoever was moved by hand stays there.
  const unmoved = coming.filter((v) => v.expectedAt === instantIn(zone, v.seriesDay, series.startsAt.slice(11)))
  const moved = unmoved.map(({ id, seriesDay }) => ({ id, at: instantIn(zone, seriesDay, next.startsAt.slice(11)), leavingAt: next.leavesAt && instantIn(zone, seriesDay, next.leavesAt) }))
  if (isAnother) {
    const all = occurrencesOn(daysOf(next, { from, to: series.filledTo }), next, zone)
    await tx.run(statements.cancelComing(account, series.id, from, all.map((o) => o.id), offset))
    await tx.run(statements.insertOccurrences(account, series.id, all, offset))
  }
  await tx.run(statements.moveComing(account, moved, offset))
}
