/**
 * Serraview's other way to run out of connections: new ones stall in their handshake, and a pool that counts them as its own has
 * none left in the end. Here: the old ones are ended one by one meanwhile, and then all must come back without a restart.
 */
import { atMost, losses, none, type Drill, type Evidence } from './drill.ts'
import { rows } from './house.ts'
import { taken } from './series.ts'

/** Quick enough that none is left, whatever the budget of two cores is. */
const endEveryMs = 700
/** So long nothing may fail before it counts as back. */
const steadySeconds = 3

export const handshakes: Drill = {
  name: 'handshakes',
  roles: ['talk', 'bookings'],
  off: [],
  behindProxy: true,
  components: [],   // nothing is felt for long: there is nothing to tell the public

  async run({ scale, house, hands, mark, wait, until, notes }) {
    notes['pid'] = house.server.pid
    notes['faultMs'] = mark('new connections to the database stall, old ones are ended one by one')
    house.proxy!.stallsNew = true
    for (const untilMs = Date.now() + scale.faultSeconds * 1000; Date.now() < untilMs; await wait(endEveryMs / 1000)) {
      await rows(house.superuser, `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and usename <> current_user order by backend_start limit 1`)
    }
    house.proxy!.stallsNew = false
    notes['returnMs'] = mark('handshakes are answered again')
    await wait(scale.afterSeconds)
    let failed = hands.bookings!.figures['failed'], sinceMs = Date.now()
    await until(() => {
      const now = hands.bookings!.figures['failed']
      if (now !== failed) [failed, sinceMs] = [now, Date.now()]
      return Date.now() - sinceMs > (steadySeconds + 1) * 1000
    }, 10 + scale.backSlackSeconds)
    notes['restarts'] = Number(house.server.pid !== notes['pid'])
  },

  bars(evidence) {
    const { violations, notes, backends, samples, scale } = evidence
    const { lost, duplicated, reordered, other } = losses(violations)
    const max = samples.find((s) => s.metrics)?.metrics?.['lodge_database_connections_max'] ?? 0
    return [
      none('messages and bookings lost', lost), none('duplicated', duplicated), none('reordered', reordered), none('other broken promises', other),
      atMost('bookings succeed again after the end', 10 + scale.backSlackSeconds, bookingsBackMs(evidence) / 1000, 's'),
      atMost('connections beyond the budget', 0, Math.max(0, ...backends.map((l) => l.backends - max)), ''),
      none('restarts', notes['restarts'] ?? 1),
    ]
  },

  broken: () => ({ isBroken: false, found: 'there is no control' }),
}

/** Until nothing fails any more. */
function bookingsBackMs({ events, notes }: Evidence): number {
  const returnMs = notes['returnMs']!, after = taken(events, 'booking', ['booked', 'not_booked']).filter(({ dueMs }) => dueMs >= returnMs)
  const failed = new Set(events.flatMap((e) => e.type === 'not_booked' && !e.isFinal ? [e.id] : []))
  const lastFailedMs = Math.max(returnMs, ...events.flatMap((e) => e.type === 'booking' && e.atMs >= returnMs && failed.has(e.id) ? [e.atMs] : []))
  const lastMs = after.at(-1)?.dueMs ?? 0
  return lastMs - lastFailedMs < steadySeconds * 1000 ? Infinity : lastFailedMs - returnMs
}
