/**
 * How much room is left: the peak of the last 24 hours beside what this machine can carry, and when a restart would meet the fewest.
 *
 * What it can carry is known for connections and memory by their limits, and for people who come back by how fast they were served.
 * For messages it is extrapolated: from how busy this process was at a known rate, straight on to 85 % busy. That is an estimate, it is
 * called one, and below a rate that says anything it is not made.
 */
import type { HeadroomShown, OperationsBoard } from '#contract/operations.ts'
import { every, type ChoreOptions } from '#server/jobs/every.ts'
import { smallFile } from '#server/jobs/small-file.ts'
import type { Findings, Found } from '#server/kernel/findings.ts'
import { week, type WeekState } from '#server/kernel/week.ts'
import { tellDuration } from './words.ts'

interface Options extends ChoreOptions {
  path: string
  findings: Findings
  /** Entries committed since the start. */
  committed: () => number
  connections: () => number
  /** Of the last look: 0 to 1. */
  utilisation: () => number
  memoryBytes: () => number
  memoryMaxBytes: number
  /** Undefined where it is not known. */
  connectionsMax: () => number | undefined
  /** Handshakes that were let in since the start, and how many a second this node could serve. */
  admitted?: (() => { total: number; perSecond: number | undefined } | undefined) | undefined
}
interface Kept { readonly week: WeekState; readonly messagesCapacity: number | undefined }
/** Less than this and the figure says more about everything else. */
const enoughPerSecond = 20, enoughUtilisation = 0.15
const fullUtilisation = 0.85
/** A minute of every look: peaks are of something that lasted, not of one instant. */
const stretchMs = 10_000
const enoughRoom = 2

export const headroomAdvice = 'Give this machine more, or put part of the work elsewhere, before a busier day comes. Do not restart at a busy hour.'

export async function openHeadroom(o: Options) {
  const { now } = o
  const file = smallFile<Kept>(o.path)
  const kept = await file.read().catch(() => undefined)
  const hours = week({ now, state: kept?.week })
  let messagesCapacity = kept?.messagesCapacity
  let before = { atMs: now(), committed: o.committed(), admitted: o.admitted?.()?.total }
  let latest: Record<string, number | undefined> = {}
  /** The least busy that it ever was: what it does without any message. */
  let idle = 1

  function look(): void {
    const nowMs = now(), seconds = (nowMs - before.atMs) / 1000
    if (seconds * 1000 < stretchMs) return
    const admitted = o.admitted?.()?.total
    const perSecond = (is: number | undefined, was: number | undefined): number | undefined => is === undefined || was === undefined ? undefined : Math.max(0, is - was) / seconds
    latest = { messages: perSecond(o.committed(), before.committed), connections: o.connections(), memory: o.memoryBytes(), reconnects: perSecond(admitted, before.admitted) }
    before = { atMs: nowMs, committed: o.committed(), admitted }
    hours.note(latest)
    const busy = o.utilisation(), rate = latest['messages'] ?? 0
    if (busy > 0) idle = Math.min(idle, busy)
    if (rate >= enoughPerSecond && busy >= enoughUtilisation && busy > idle) {
      const estimate = rate * (fullUtilisation - idle) / (busy - idle)
      // Slowly towards the newest: each estimate has its own error, and a new machine must be believed after a while.
      messagesCapacity = messagesCapacity === undefined ? estimate : messagesCapacity * 0.9 + estimate * 0.1
    }
    const found = new Map<string, Found>()
    for (const h of shown()) if (h.light === 'warn' || h.light === 'bad') found.set(h.id, {
      promise: 'P5', component: 'machine', severity: 'warning', evidence: `The peak of ${h.id} in the last 24 hours was ${tellDuration(h.peak!, h.unit)}; this machine carries about ${tellDuration(h.capacity!, h.unit)}. That is less than twice.`,
      whatToDo: headroomAdvice,
    })
    o.findings.lookAll('headroom:', found, { raiseAfter: 3, clearAfter: 30 })
  }

  function shown(): HeadroomShown[] {
    const of = (id: HeadroomShown['id'], unit: HeadroomShown['unit'], capacity: number | undefined, basis: HeadroomShown['basis']): HeadroomShown => {
      const peak = hours.peak(id)
      const light = peak === undefined || capacity === undefined ? 'unknown' : peak * enoughRoom > capacity ? peak > capacity ? 'bad' : 'warn' : 'ok'
      return { id, unit, now: latest[id] ?? null, peak: peak ?? null, capacity: capacity ?? null, basis: capacity === undefined ? null : basis, light }
    }
    return [
      of('messages', 'perSecond', messagesCapacity, 'extrapolated'), of('connections', 'count', o.connectionsMax(), 'limit'),
      of('memory', 'bytes', o.memoryMaxBytes, 'limit'), of('reconnects', 'perSecond', o.admitted?.()?.perSecond, 'measured'),
    ]
  }
  const restart = (): OperationsBoard['restart'] => {
    const quiet = hours.quietHourMs('connections')
    return { isBusyNow: hours.isBusyHour('connections') ?? null, quietHour: quiet === undefined ? null : new Date(quiet).toISOString() }
  }
  const keeping = every('keep the peaks', 300_000, async () => file.write({ week: hours.state(), messagesCapacity }), o)
  return {
    look, shown, restart,
    async stop(): Promise<void> {
      await keeping.stop()
      await file.write({ week: hours.state(), messagesCapacity }).catch(() => {})
    },
  }
}
export type Headroom = Awaited<ReturnType<typeof openHeadroom>>
