/**
 * Every few seconds the books are compared: the pool's, the ledger's, and what PostgreSQL itself says (`pg_stat_activity`). They must add
 * up; what does not is a finding, and backends that belong to nobody are ended. A defect that no deadline sees is seen here (P3, P4).
 */
import type { BaseLogger } from 'pino'
import type { Findings, Found } from '#server/kernel/findings.ts'
import { trend } from '#server/kernel/trend.ts'
import { ofTheHouse, type Owner } from './on-behalf.ts'
import type { Pool, Taken } from './pool.ts'
import { sql } from './sql.ts'

interface Options {
  pool: Pool
  findings: Findings
  log: Pick<BaseLogger, 'warn' | 'error'>
  now: () => number
  /** What suffers when this label does: 'bookings'. */
  componentOf?: (label: string) => string
  /** A backend of ours that is not in the pool is left alone until it is this old: it may just be on its way in or out. */
  surplusMs?: number
}

export interface Watchdog {
  /** Compares once. Never throws: a database that is away is somebody else's finding. */
  look(): Promise<void>
  stats(): { backends: number; surplus: number; ended: number; isBehindPooler: boolean }
}

interface Backend { pid: number; since: string; ageMs: number; state: string | null; statement: string; mine: number }

const recentMs = 60_000
/** Each leak is a call that failed for somebody. One is a mishap; so many within a minute are felt outside. */
const feltLeaks = 3
const soonMs = 3_600_000

/** What to do, by what is found. `docs/alerts.md` is made of it as well. */
export const watchdogAdvice = {
  'database.books': 'This is a defect of Lodge: keep this text and the log, and restart this node at a quiet hour.',
  'database.rising': 'Look who holds them, and report the label with its stack.',
  leak: 'Nothing at once: the others are not slower. It is a defect of Lodge; report it with the stack above.',
  'database.exhausted': 'Look who holds them. When it is load, more processors for the database help and more connections do not.',
  'database.surplus': 'Look at the network between Lodge and the database: handshakes that stall leave such connections behind.',
  'database.missing': 'Look for a firewall or proxy between Lodge and the database that drops connections without saying so.',
} as const

export function watchdog({ pool, findings, log, now, componentOf = () => 'database', surplusMs = 10_000 }: Options): Watchdog {
  const held = trend(now)
  let suspects = new Set<string>()
  let missing = new Set<number>()
  let stats = { backends: 0, surplus: 0, ended: 0, isBehindPooler: false }

  /** Called in a tick of its own, when no connection is between two hands. */
  function own(): void {
    const { open, idle, held: lent } = pool.books()
    findings.look('database.books', open === idle + lent ? undefined : {
      promise: 'P4', component: 'database', severity: 'critical',
      evidence: `The pool counts ${open} connections, of which ${idle} idle and ${lent} lent.`,
      whatToDo: watchdogAdvice['database.books'],
    }, { raiseAfter: 2 })
    held.note(pool.stats().held.filter((h) => h.kind !== 'lease').length)
    const { max } = pool.stats()
    const rise = held.rise(max)
    findings.look('database.rising', rise && rise.exhaustedInMs < soonMs ? {
      promise: 'P4', component: 'database', severity: 'warning',
      evidence: `${rise.level} of ${max} connections are held and ${rise.perHour.toFixed(1)} more every hour; none is left in ${Math.round(rise.exhaustedInMs / 60_000)} min. ${holders(pool)}`,
      whatToDo: watchdogAdvice['database.rising'],
    } : undefined)
  }

  function leaking(): void {
    const recent = pool.taken().filter((t) => t.how === 'leak' && t.atMs > now() - recentMs)
    const refused = pool.refused()
    const found = new Map<string, Found>()
    const name = (label: string, owner: Owner): string => owner === undefined ? label : `${label}:${owner}`
    for (const [id, of] of Map.groupBy(recent, (t) => name(t.label, t.owner))) found.set(id, leakOf(of, false))
    for (const { label, owner } of refused) {
      const of = pool.taken().filter((t) => t.how === 'leak' && t.label === label && t.owner === owner)
      if (of.length > 0) found.set(name(label, owner), leakOf(of, true))
    }
    findings.lookAll('leak:', found)
  }
  function leakOf(of: readonly Taken[], isRefused: boolean): Found {
    const last = of.at(-1)!
    return {
      promise: 'P4', component: componentOf(last.label), severity: isRefused || of.filter((t) => t.atMs > now() - recentMs).length >= feltLeaks ? 'critical' : 'warning',
      evidence: `"${last.label}"${last.owner === undefined ? '' : ` of account ${last.owner}`} did not give its connection back ${of.length} times; each was taken back after its deadline of ${Math.round(last.deadlineMs)} ms.`
        + `${isRefused ? ' It is paused for this account.' : ''}\n${last.stack}`,
      whatToDo: watchdogAdvice.leak,
    }
  }

  async function theirs(): Promise<void> {
    const before = new Set(pool.books().pids)
    let rows: Backend[]
    try {
      rows = await ofTheHouse(() => pool.read('watchdog', 2_000, (tx) => tx.all(sql<Backend>`
        select pid, backend_start::text as since, (extract(epoch from clock_timestamp() - backend_start) * 1000)::float8 as "ageMs", state,
          left(query, 120) as statement, pg_backend_pid() as mine
        from pg_stat_activity where application_name = ${pool.application} and usename = current_user and datname = current_database()`)))
    } catch {
      const { waiting, downSinceMs } = pool.stats()
      findings.look('database.exhausted', downSinceMs === undefined && waiting > 0 ? {
        promise: 'P3', component: 'database', severity: 'critical',
        evidence: `All ${pool.stats().max} connections are in use and ${waiting} callers wait. ${holders(pool)}`,
        whatToDo: watchdogAdvice['database.exhausted'],
      } : undefined, { raiseAfter: 2 })
      return
    }
    findings.look('database.exhausted', undefined)
    const after = new Set(pool.books().pids)
    const isBehindPooler = rows.length > 0 && !before.has(rows[0]!.mine) && !after.has(rows[0]!.mine)
    if (isBehindPooler) {   // its numbers are not ours, and its backends serve others too
      stats = { ...stats, backends: rows.length, surplus: 0, isBehindPooler }
      return
    }
    const surplus = rows.filter((r) => !before.has(r.pid) && !after.has(r.pid) && r.ageMs > surplusMs)
    const keyOf = (r: Backend): string => `${r.pid} ${r.since}`
    const twice = surplus.filter((r) => suspects.has(keyOf(r)))
    suspects = new Set(surplus.map(keyOf))
    const idle = twice.filter((r) => r.state?.startsWith('idle') ?? true)
    await end(idle)
    findings.look('database.surplus', twice.length > 0 ? {
      promise: 'P3', component: 'database', severity: 'warning',
      evidence: `PostgreSQL has ${twice.length} connections of this node that the node does not know: ${twice.map((r) => `process ${r.pid}, ${r.state ?? 'starting'}, ${Math.round(r.ageMs / 1000)} s old, last "${r.statement}"`).join('; ')}.`
        + ` ${idle.length > 0 ? `${idle.length} of them were ended.` : 'They are at work and were left alone.'}`,
      whatToDo: watchdogAdvice['database.surplus'],
    } : undefined)

    const there = new Set(rows.map((r) => r.pid))
    const gone = [...before].filter((pid) => after.has(pid) && !there.has(pid))
    const goneTwice = gone.filter((pid) => missing.has(pid))
    missing = new Set(gone)
    for (const pid of goneTwice) pool.discard(pid)
    findings.look('database.missing', goneTwice.length > 0 ? {
      promise: 'P4', component: 'database', severity: 'warning',
      evidence: `This node has ${goneTwice.length} connections that PostgreSQL does not know (process ${goneTwice.join(', ')}); idle ones were closed.`,
      whatToDo: watchdogAdvice['database.missing'],
    } : undefined)
    stats = { backends: rows.length, surplus: surplus.length, ended: stats.ended + idle.length, isBehindPooler }
  }

  async function end(idle: readonly Backend[]): Promise<void> {
    if (idle.length === 0) return
    log.error({ backends: idle.map(({ pid, state, ageMs, statement }) => ({ pid, state, ageMs, statement })) }, 'ended database connections that nobody has')
    // With their start: a number may be somebody else's by now.
    await ofTheHouse(() => pool.read('watchdog', 2_000, (tx) => tx.all(sql`
      select pg_terminate_backend(a.pid) from pg_stat_activity a join unnest(${idle.map((r) => r.pid)}::int[], ${idle.map((r) => r.since)}::text[]) as w (pid, since)
        on a.pid = w.pid and a.backend_start::text = w.since`))).catch((error: unknown) => log.warn({ err: error }, 'could not end them; the next look will try again'))
  }

  return {
    async look() {
      own()
      leaking()
      await theirs()
    },
    stats: () => stats,
  }
}

/** Who has connections, the most first. */
function holders(pool: Pool): string {
  const by = [...Map.groupBy(pool.stats().held, (h) => h.label)].sort((a, b) => b[1].length - a[1].length).slice(0, 5)
  return by.length === 0 ? '' : `Held by ${by.map(([label, of]) => `"${label}" (${of.length}, the longest ${Math.round(Math.max(...of.map((h) => h.heldMs)) / 1000)} s)`).join(', ')}.`
}
