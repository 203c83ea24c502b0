/** People who book desks over HTTP, in both accounts; now and then two want the same. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createBooking } from '#contract/bookings.ts'
import { caller } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { chance } from '#drills/chance.ts'
import { pace } from './pace.ts'
import { bookingPlan, deskPlan } from './plan.ts'
import { recorder } from './recorder.ts'
import type { Role, Start } from './role.ts'
import { keysOf, ticketFor } from './tickets.ts'

const hourMs = 3_600_000
/** Whoever books waits so long and goes away. */
const patienceMs = 10_000

export async function openBookings({ address, seed, file }: Start): Promise<Role> {
  const books = recorder(file), keys = keysOf(address.keys)
  const counts = { asked: 0, booked: 0, taken: 0, failed: 0 }
  const firstMs = Math.ceil(Date.now() / hourMs) * hourMs + 48 * hourMs
  const luck = chance(seed), wishes = bookingPlan(luck.stream('wishes'))
  const houses = [address.other, address.talk].map((of, i) => {
    const next = deskPlan(luck.stream(`desks ${i}`), of.spaces.length)
    return { ...of, next, last: next() }
  })
  // Each is somebody else, with an SDK of their own: one that was refused for all of them would spare the server their calls, for a minute.
  const callOf = ({ account, agents }: (typeof houses)[number]) => caller({ url: address.url, bearer: async () => ticketFor(keys, { account, user: agents[0]!, role: 'admin' }).ticket, random: luck.next })
  const underWay = new Set<Promise<void>>()

  async function book(house: (typeof houses)[number], dueMs: number, isClash: boolean): Promise<void> {
    const { desk, hour } = isClash ? house.last : house.last = house.next()
    const id = newId(), by = `user:${house.agents[0]!}`, space = house.spaces[desk]!
    const fromMs = firstMs + hour * hourMs, untilMs = fromMs + hourMs
    counts.asked++
    books.record({ type: 'booking', by, id, space, fromMs, untilMs, dueMs })
    const answer = await callOf(house)(createBooking, { body: { id, space, when: { startsAt: new Date(fromMs).toISOString(), endsAt: new Date(untilMs).toISOString() } } }, { timeoutMs: patienceMs })
    if (answer.ok) {
      counts.booked++
      books.record({ type: 'booked', by, id })
      return
    }
    const isFinal = answer.code === 'space_taken' || answer.code === 'space_closed'
    if (isFinal) counts.taken++
    else counts.failed++
    books.record({ type: 'not_booked', by, id, code: answer.code, isFinal })
  }

  const generator = pace((dueMs) => {
    const { isOwn, isClash } = wishes()
    const booking = book(houses[isOwn ? 1 : 0]!, dueMs, isClash)
    underWay.add(booking)
    void booking.finally(() => underWay.delete(booking))
  }, luck.stream('gaps').next)
  return {
    rate: generator.rate,
    figures: () => ({ ...counts, underWayNow: underWay.size, lagMs: generator.lagP99Ms() }),
    async settle(forMs) {
      generator.rate(0)
      await Promise.race([sleep(forMs), Promise.all(underWay)])
      books.flush()
      return underWay.size > 0 ? `${underWay.size} bookings are without an answer` : undefined
    },
    close() {
      void generator.stop()
      books.close()
    },
  }
}
