/** Times at which a location, a floor or a space takes no bookings. A closure holds the whole location while it is made: what is booked at that moment is seen by it, or sees it. */
import { closureCancelsMax, type Closure, type When } from '#contract/bookings.ts'
import { iso } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { refuseConflicts, toldOf, topicOf, type BookingOptions } from './bookings.ts'
import { doneUnder, setCancelled, setEnd } from './bookings.sql.ts'
import * as statements from './closures.sql.ts'
import { post } from './outbox.ts'
import { holding } from './recipe.ts'
import { spanOf } from './when.ts'

interface NewClosure { id: string; location: string; floor?: string | null; space?: string | null; when: When; text: string; cancelBookings: boolean }

export function closures({ db, outbox, tell, now }: BookingOptions) {
  return {
    list: (account: string, location?: string): Promise<Closure[]> => db.read('list closures', 3_000, (tx) => tx.all(statements.selectClosures(account, iso(now()), location))),

    /** Idempotent by id. What runs is ended when the closure begins; what is to come is cancelled. @throws Refusal `space_taken` unless bookings may be cancelled */
    async create({ account, actor }: Session, { id, location, floor = null, space = null, when, text, cancelBookings }: NewClosure): Promise<{ closure: Closure; cancelled: number }> {
      refuseBrokenText({ text })
      const made = await holding(db, 'close', { account, location, spaces: 'all' }, async (tx) => {
        const zone = (await tx.maybe(statements.zoneOf(account, { location, floor, space })))?.zone
        if (zone === undefined) throw new Refusal('not_found', 'There is no such location, floor or space.')
        const { startsAt, endsAt } = spanOfClosure(when, zone)
        const closure: Closure = { id, location, floor, space, startsAt, endsAt, text: text.trim() }
        const before = await tx.maybe(statements.selectClosure(account, id))
        if (before) {
          const { cancelled, ...same } = before
          if (JSON.stringify(same) !== JSON.stringify(closure)) throw new Refusal('id_reused')
          return { closure, cancelled }
        }
        if (Date.parse(endsAt) <= now()) throw new Refusal('invalid', 'body/when: this time is over.')
        const states = await tx.all(statements.bookedIn(account, closure, iso(now()), closureCancelsMax + 1))
        if (!cancelBookings) refuseConflicts(states.map((s) => ({ kind: 'booking', id: s.id, space: s.space, startsAt: s.startsAt, endsAt: s.endsAt, user: s.person, text: '' })))
        if (states.length > closureCancelsMax) throw new Refusal('invalid', `More than ${closureCancelsMax} bookings are in that time. Close one floor after the other, or shorter times.`)
        for (const state of states) {
          const isRunning = Date.parse(state.startsAt) <= now()
          const entry = derivedId('closed', id, state.id)
          if (isRunning) {
            const end = Date.parse(startsAt) > now() ? startsAt : iso(Math.max(now(), Date.parse(state.startsAt) + 1))
            await tx.run(setEnd(account, state.id, end, Date.parse(startsAt) > now() ? state.status : 'ended'))
            await post(tx, { account, id: entry, topic: topicOf(state), type: 'booking.ended', actor, body: { booking: state.id, space: state.space, at: end } })
          } else {
            await tx.run(setCancelled(account, state.id, 'closure'))
            await post(tx, { account, id: entry, topic: topicOf(state), type: 'booking.cancelled', actor, body: { booking: state.id, space: state.space, reason: 'closure' } })
          }
          await tell(tx, account, 'closed', toldOf(state), id, null)
        }
        await tx.run(statements.insertClosure(account, closure, states.length))
        await post(tx, { account, id, topic: topicOf({ location }), type: 'closure.made', actor, body: { closure: id, floor, space, startsAt, endsAt, cancelled: states.length } })
        return { closure, cancelled: states.length }
      }, 30_000)
      outbox.kick()
      return made
    },

    /** Twice is once. @throws Refusal `not_found` */
    async lift({ account, actor }: Session, closure: string, id: string): Promise<void> {
      await db.tx('lift closure', 5_000, async (tx) => {
        const done = await tx.maybe(doneUnder(account, id))
        if (done) { if (done.type === 'closure.lifted' && done.actor === actor) return; throw new Refusal('id_reused') }
        const lifted = await tx.maybe(statements.setLifted(account, closure, iso(now())))
        if (!lifted) { if (await tx.maybe(statements.selectClosure(account, closure))) return; throw new Refusal('not_found') }
        await post(tx, { account, id, topic: topicOf(lifted), type: 'closure.lifted', actor, body: { closure } })
      })
      outbox.kick()
    },
  }
}
export type Closures = ReturnType<typeof closures>

/** A closure may be longer than any booking. */
function spanOfClosure(when: When, zone: string): { startsAt: string; endsAt: string } {
  if (!('day' in when)) {
    if (when.startsAt >= when.endsAt) throw new Refusal('invalid', 'body/when: it ends before it starts.')
    return when
  }
  const first = spanOf({ day: when.day }, zone)
  const last = when.untilDay === undefined ? first : spanOf({ day: when.untilDay }, zone)
  if (last.endsAt <= first.startsAt) throw new Refusal('invalid', 'body/when: it ends before it starts.')
  return { startsAt: first.startsAt, endsAt: last.endsAt }
}
