/**
 * Serraview, 25 and 29 January 2024: an ever-growing list of open connections, a restart that hides the cause, and the same again
 * four days later. Here: the booking path of one account forgets to end one transaction in fifty, by turns with times in which it does not.
 */
import { idleMs as poolIdleMs } from '#server/db/supply.ts'
import { atMost, bar, losses, none, type Bar, type Drill, type Evidence, type Stage } from './drill.ts'
import { setLeak, watchLeaks, type LeakSwitch } from './leak.ts'
import { goodput, bySecond, percentile, taken } from './series.ts'
import { slopeOf } from './slope.ts'

/** Of a booking's transaction (server/features/bookings/recipe.ts), and what the watchdog has on top. */
const deadlineMs = 5_000, graceMs = 2_000
/** What leaked last is taken back by then; only after it a time without leak begins. */
const settleSeconds = (deadlineMs + graceMs) / 1000
/** PostgreSQL is asked four times a second. */
const lookMs = 300
/**
 * The pool opens a connection when one is asked for and closes what was idle for a while: how many there are follows demand and
 * remembers it for that long. So the first such while is not looked at, and three are one point of the line.
 */
const slopeBlockMs = 3 * poolIdleMs

export const serraview: Drill = {
  name: 'serraview',
  roles: ['talk', 'bookings'],
  off: ['reclaim'],
  components: ['bookings'],

  async run(stage) {
    const { scale, isControl, mark, wait, house, notes } = stage, every = scale.leakEvery
    stage.phases.push({ name: 'off', fromMs: Date.now() - scale.beforeSeconds * 1000, untilMs: Date.now() })
    notes['pid'] = house.server.pid
    notes['faultMs'] = mark(`one booking in ${every} of the second account leaks its connection`)
    const watch = watchLeaks(house)
    const leak: LeakSwitch = { label: 'book', account: house.address.other.account, every }
    if (isControl) {
      await setLeak(house, leak)
      await wait(scale.faultSeconds / 2)
      await setLeak(house, { ...leak, every: 0 })
      notes['stoppedMs'] = mark('the leak is stopped; what has leaked has leaked')
      await wait(deadSeconds(stage))
    } else {
      for (let cycle = 0; cycle < scale.leakCycles; cycle++) await alternate(stage, leak)
    }
    notes['restarts'] = Number(house.server.pid !== notes['pid'])
    if (!isControl) await wait(settleSeconds)
    const { leaked, taken: back } = await watch.stop()
    notes['leaked'] = leaked
    notes['back'] = back.filter((t) => t.label === leak.label && t.owner === leak.account && t.heldMs <= t.deadlineMs + graceMs).length
    notes['named'] = back.filter((t) => t.label === leak.label && t.stack.includes('features/bookings/')).length
  },

  bars(evidence) {
    const { violations, notes, events, scale, backends } = evidence
    const { lost, duplicated, reordered, other } = losses(violations)
    const leaks = leaking(evidence), others = taken(events, 'booking', ['booked', 'not_booked'], (by) => by !== leaks)
    return [
      none('messages and bookings lost', lost), none('duplicated', duplicated), none('reordered', reordered), none('other broken promises', other),
      bar('connections leaked', '> 0', String(notes['leaked']), (notes['leaked'] ?? 0) > 0),
      bar(`leaks taken back by their deadline + ${graceMs / 1000} s`, 'all', `${notes['back']} of ${notes['leaked']}`, notes['back'] === notes['leaked']),
      atMost('the longest that PostgreSQL saw a transaction idle', deadlineMs + graceMs + lookMs, Math.round(Math.max(0, ...backends.map((l) => l.heldMs))), 'ms'),
      bar('leaks named with label and stack', 'all', `${notes['named']} of ${notes['leaked']}`, notes['named'] === notes['leaked']),
      sameP99('messages’ p99, leak on', evidence, taken(events, 'offered', ['kept', 'acked'])), sameP99('other accounts’ bookings’ p99, leak on', evidence, others),
      atMost('connections beyond the budget', 0, beyondBudget(evidence), ''),
      none('restarts', notes['restarts'] ?? 1),
      ...(scale.leakCycles > 10 ? soaked(evidence) : []),
    ]
  },

  /** Dead: a booking in twenty may still slip through between two who wait for the lock that a leaked transaction holds. */
  broken(evidence) {
    const { events, startMs, seconds, notes } = evidence
    const leaks = leaking(evidence), own = bySecond(taken(events, 'booking', ['booked'], (by) => by === leaks), startMs, seconds.length)
    const from = Math.ceil((notes['stoppedMs']! - startMs) / 1000), share = goodput(own, from, seconds.length)
    return { isBroken: share < 0.05, found: `${Math.round(share * 1000) / 10} % of bookings succeed in the time after the leak was stopped, at the first step of the load, ${evidence.scale.bookingsPerSecond} a second` }
  },
}

const deadSeconds = ({ scale }: Stage): number => scale.name === 'full' ? 60 : scale.afterSeconds

async function alternate({ scale, house, wait, mark, phases }: Stage, leak: LeakSwitch): Promise<void> {
  const during = async (name: string): Promise<void> => {
    const fromMs = Date.now()
    await wait(scale.leakSeconds)
    phases.push({ name, fromMs, untilMs: Date.now() })
  }
  await setLeak(house, leak)
  mark('leak on')
  await during('on')
  await setLeak(house, { ...leak, every: 0 })
  mark('leak off')
  await wait(settleSeconds)
  await during('off')
}

/** Who books for the account that leaks: the louder of the two, with three bookings in four. */
const leaking = ({ events }: Evidence): string =>
  [...Map.groupBy(events.filter((e) => e.type === 'booking'), (e) => e.by)].toSorted((a, b) => b[1].length - a[1].length)[0]?.[0] ?? ''

/** With the leak at most half as much again as without, or 5 ms more (in a quick run more: scale.ts). */
function sameP99(what: string, { phases, scale }: Evidence, all: readonly { dueMs: number; tookMs: number }[]): Bar {
  const within = (name: string): number | null => percentile(all.filter(({ dueMs }) => phases.some((p) => p.name === name && dueMs >= p.fromMs && dueMs < p.untilMs)).map((t) => t.tookMs), 0.99)
  const on = within('on'), off = within('off'), wanted = `≤ 1.5 × or + ${scale.leakSlackMs} ms`
  if (on === null || off === null) return bar(what, wanted, 'not measured', false)
  return bar(what, wanted, `${on} ms, without ${off} ms`, on <= Math.max(off * 1.5, off + scale.leakSlackMs))
}

const beyondBudget = ({ samples, backends }: Evidence): number | undefined => {
  const max = samples.find((s) => s.metrics)?.metrics?.['lodge_database_connections_max']
  return max === undefined || backends.length === 0 ? undefined : Math.max(0, ...backends.map((l) => l.backends - max))
}

/** All that PostgreSQL has of this server, and of these what stands in no book of the pool: what was lost, whatever demand does. */
function soaked({ backends: looks, samples, notes }: Evidence): Bar[] {
  const fromMs = notes['faultMs']! + poolIdleMs
  const all = looks.filter((l) => l.atMs > fromMs).map(({ atMs, backends }) => ({ atMs, value: backends }))
  const secondOf = (atMs: number): number => Math.floor(atMs / 1000)
  const booked = new Map(samples.map(({ atMs, metrics }) => [secondOf(atMs), metrics?.['lodge_database_connections']]))
  const unknown = all.flatMap(({ atMs, value }) => {
    const known = booked.get(secondOf(atMs))
    return known === undefined ? [] : [{ atMs, value: value - known }]
  })
  const flat = (what: string, points: typeof all): Bar => {
    const slope = slopeOf(points, slopeBlockMs)
    return bar(what, 'contains 0', slope ? `${slope.low.toFixed(2)} … ${slope.high.toFixed(2)} an hour`.replaceAll('-', '−') : 'not measured', slope !== undefined && slope.low <= 0 && slope.high >= 0)
  }
  return [flat('connections do not grow (95 %)', all), flat('nor do those that the pool does not know', unknown)]
}
