/**
 * Who may begin a handshake, and when (P5): those who stayed keep half the loop, whatever comes back.
 *
 *   hello ──► begins at once ── or ── waits its turn: agents before resumes before those who were never here
 *                            └─ or ── `sendAway(afterMs)`: come back when it is your turn
 *
 * The rate is AIMD on the loop's delay: under 50 ms it grows while somebody waits, above it shrinks. Who waits is sent away when it has waited,
 * not when it is expected to: a server that has just started is busy with itself, and at the rate of those seconds thousands were
 * given turns up to a minute away, which they kept although four seconds later everybody could have been let in. In a storm handshakes begin in
 * waves, so that what they read is gathered into few reads however fast they come: a rate alone would let in one at a time. Upgrades and
 * the last part of a handshake (a wave's would all come at once) are done in slices of 8 ms in 16.
 */
import { resumeRate } from './resume-rate.ts'

/** `finish`: has read all and is to be answered. `upgrade`: a TCP connection that wants to be a socket; nobody knows yet whose. */
export const lanes = ['finish', 'agent', 'upgrade', 'resume', 'fresh'] as const
export type Lane = (typeof lanes)[number]
const helloLanes = ['agent', 'resume', 'fresh'] as const
export type HelloLane = (typeof helloLanes)[number]
const isHello = (lane: Lane): lane is HelloLane => lane !== 'finish' && lane !== 'upgrade'

export interface AdmissionOptions {
  /** Monotonic. */
  now: () => number
  /** Runs once, `ms` from now; the result cancels it. */
  after: (ms: number, fn: () => void) => () => void
  /** Of the event loop since it was asked last: delay beyond the usual, and the share it was busy. */
  loop: () => { p99Ms: number; utilisation: number }
  /** Only in drills: everybody begins at once. */
  isOff?: boolean
  /** As measured in an earlier life. */
  measuredPerSecond?: number | undefined
}
/** Resolves when the handshake is over; undefined: there was nothing to do, the socket is gone. */
export type Begin = () => Promise<unknown> | undefined

export interface AdmissionStats {
  /** Handshakes a second that are let in. */
  readonly ratePerSecond: number
  /** Resumes a second the whole node could serve, as measured. */
  readonly measuredPerSecond: number
  readonly inFlight: number
  readonly waiting: Readonly<Record<Lane, number>>
  /** Since the start. */
  readonly admitted: number
  readonly turnedAway: number
  readonly loopP99Ms: number
}
export interface Admission {
  /** Either `begin` is called, now or in its turn, or `sendAway`: its client is to come back after so long. */
  hello(lane: HelloLane, begin: Begin, sendAway: (afterMs: number) => void): void
  upgrade(begin: () => void): void
  /** The last part of a handshake that was let in. */
  finish(end: () => void): void
  readonly measuredPerSecond: number
  stats(): AdmissionStats
  stop(): void
}

const targetDelayMs = 50
/** A loop that is busy throughout shows half of that delay when handshakes are what keeps it busy. */
const targetUtilisation = 0.85
/** Below it a late loop is not for handshakes to answer. */
const lateUtilisation = 0.7
const sampleMs = 250
const sliceMs = 8
const sliceEveryMs = 16
const inFlightMax = 256
const firstPerSecond = 500
const leastPerSecond = 50
const mostPerSecond = 5_000
/** A handshake that has waited longer is sent away with a turn. To come twice costs the server half a handshake more, and a client that hears nothing for 25 s gives up. */
const holdMaxMs: Readonly<Record<HelloLane, number>> = { agent: 15_000, resume: 10_000, fresh: 5_000 }
const turnMaxMs = 60_000
/** From so many arrivals a second on they begin in waves of so many, or after so long. */
const stormPerSecond = 40
const waveSize = 160
const waveMaxMs = 500
const burstMs = 250
/** Agents are few and first. */
const agentWaveMs = 100

interface Waiting { readonly begin: Begin; readonly sinceMs: number; readonly sendAway?: (afterMs: number) => void }

export function admission({ now, after, loop, isOff = false, measuredPerSecond }: AdmissionOptions): Admission {
  const queues: Record<Lane, Waiting[]> = { finish: [], agent: [], upgrade: [], resume: [], fresh: [] }
  const rate = resumeRate(measuredPerSecond)
  let perSecond = Math.min(mostPerSecond, Math.max(leastPerSecond, measuredPerSecond === undefined ? firstPerSecond : measuredPerSecond / 2))
  let tokens = burst()
  let refilledMs = now()
  let inFlight = 0
  let admitted = 0
  let turnedAway = 0
  let sliceStartMs = -Infinity
  let spentMs = 0
  let bookedUntilMs = -Infinity
  let arrivals = { thisSecond: 0, perSecond: 0, sinceMs: now() }
  let isHeldBack = false   // by rate or number, in this sample
  let cancelPump: (() => void) | undefined
  let loopP99Ms = 0
  let second = { samples: 0, resumes: 0, utilisation: 0, isSaturated: false, isHeld: false }

  function burst(): number { return Math.max(10, perSecond * burstMs / 1000) }
  function refill(): void {
    const nowMs = now()
    tokens = Math.min(burst(), tokens + (nowMs - refilledMs) * perSecond / 1000)
    refilledMs = nowMs
  }
  function count(): void {
    const nowMs = now(), sinceMs = nowMs - arrivals.sinceMs
    if (sinceMs >= 1000) arrivals = { thisSecond: 0, perSecond: sinceMs < 2000 ? arrivals.thisSecond / sinceMs * 1000 : 0, sinceMs: nowMs }
    arrivals.thisSecond++
  }
  const isStorm = (): boolean => Math.max(arrivals.perSecond, arrivals.thisSecond) >= stormPerSecond

  function start({ begin }: Waiting): void {
    const over = begin()
    if (!over) return
    tokens--
    admitted++
    inFlight++
    const ended = (): void => { inFlight--; second.resumes++; if (hasWaiting()) plan(0) }
    over.then(ended, ended)
  }
  const hasWaiting = (): boolean => lanes.some((lane) => queues[lane].length > 0)

  /** Whether those of a lane may begin. In a storm not one by one as the rate allows, or each would read alone. */
  function isWaveDue(lane: HelloLane): boolean {
    const queue = queues[lane]
    if (queue.length === 0 || !isStorm()) return true
    if (queue.length < waveSize && now() - queue[0]!.sinceMs < (lane === 'agent' ? agentWaveMs : waveMaxMs)) return false
    const places = Math.min(tokens, inFlightMax - inFlight), isHeld = places < Math.min(queue.length, waveSize, burst() - 1)
    isHeldBack ||= isHeld
    return !isHeld
  }

  function plan(ms: number): void {
    if (cancelPump) return
    cancelPump = after(ms, pump)
  }
  /** One slice. */
  function pump(): void {
    cancelPump = undefined
    refill()
    if (now() - sliceStartMs >= sliceEveryMs) { sliceStartMs = now(); spentMs = 0 }
    for (const lane of lanes) {
      const queue = queues[lane]
      // Upgrades leave a part to those behind them, or everybody would become a socket before anybody is greeted.
      const slice = lane === 'upgrade' && queues.resume.length + queues.fresh.length > 0 ? sliceMs / 2 : sliceMs
      // A wave that has begun is not cut: what it reads belongs together. Its costly half comes later, and shows in the loop's delay.
      let whole = isHello(lane) && isStorm() && spentMs < slice ? waveSize : 0
      let left = !isHello(lane) || isWaveDue(lane) ? queue.length : 0
      for (; left > 0 && (whole-- > 0 || spentMs < slice); left--) {
        if (isHello(lane) && (tokens < 1 || inFlight >= inFlightMax)) { isHeldBack = true; break }
        const begunMs = now()
        if (!isHello(lane)) void queue.shift()!.begin()
        else start(queue.shift()!)
        spentMs += now() - begunMs
      }
    }
    if (hasWaiting()) plan(Math.max(1, sliceStartMs + sliceEveryMs - now()))
  }

  function sample(): void {
    const { p99Ms, utilisation } = loop()
    loopP99Ms = p99Ms
    const isBusy = isHeldBack || hasWaiting() || inFlight > 0
    // Only what handshakes can have caused. A loop that is late and not busy was kept from the processor: fewer of them would not help it.
    if (isBusy && (p99Ms > targetDelayMs && utilisation > lateUtilisation || p99Ms > targetDelayMs / 2 && utilisation > targetUtilisation)) perSecond = Math.max(leastPerSecond, perSecond * 0.85)
    // What is known to leave half the loop needs no groping.
    else if (isHeldBack) perSecond = Math.min(mostPerSecond, Math.max(perSecond * 1.15, rate.isMeasured ? rate.perSecond / 2 : 0))
    second = { ...second, samples: second.samples + 1, utilisation: second.utilisation + utilisation, isSaturated: second.isSaturated || inFlight >= inFlightMax, isHeld: second.isHeld || isHeldBack }
    isHeldBack = false
    sendAwayLate()
    if (second.samples < 1000 / sampleMs) return
    rate.second({ ...second, utilisation: second.utilisation / second.samples })
    second = { samples: 0, resumes: 0, utilisation: 0, isSaturated: false, isHeld: false }
  }
  let cancelSample = after(sampleMs, function again() { sample(); cancelSample = after(sampleMs, again) })

  function ahead(lane: HelloLane): number {
    let count = 0
    for (const other of helloLanes) { count += queues[other].length; if (other === lane) break }
    return Math.max(0, count - tokens)
  }
  /** Each gets a turn of its own behind all who were sent away before. */
  function turnAway(lane: HelloLane, sendAway: Waiting['sendAway']): void {
    turnedAway++
    const afterMs = Math.min(turnMaxMs, Math.max(ahead(lane) / perSecond * 1000, bookedUntilMs - now()) + 1000 / perSecond)
    bookedUntilMs = now() + afterMs
    sendAway?.(Math.ceil(afterMs))
  }
  /** In each sample some, for this too costs the loop. */
  function sendAwayLate(): void {
    let left = waveSize
    for (const lane of helloLanes) while (left > 0 && queues[lane].length > 0 && now() - queues[lane][0]!.sinceMs > holdMaxMs[lane]) { left--; turnAway(lane, queues[lane].shift()!.sendAway) }
  }

  /** At once while there is room in this slice and nobody waits, else in a later one. */
  function inSlice(lane: 'upgrade' | 'finish', fn: () => void): void {
    if (now() - sliceStartMs >= sliceEveryMs) { sliceStartMs = now(); spentMs = 0 }
    if (isOff || (queues[lane].length === 0 && spentMs < sliceMs)) {
      const begunMs = now()
      fn()
      spentMs += now() - begunMs
      return
    }
    queues[lane].push({ begin: () => { fn(); return undefined }, sinceMs: now() })
    plan(1)
  }

  return {
    hello(lane, begin, sendAway) {
      if (isOff) { start({ begin, sinceMs: 0 }); return }
      count()
      refill()
      // More than could be let in while they are held, even if all goes well.
      if (ahead(lane) > Math.max(perSecond, firstPerSecond) * holdMaxMs[lane] / 1000) { turnAway(lane, sendAway); return }
      const hasRoom = tokens >= 1 && inFlight < inFlightMax && (now() - sliceStartMs >= sliceEveryMs || spentMs < sliceMs)
      if (!isStorm() && hasRoom && !hasWaiting()) { start({ begin, sinceMs: now() }); return }
      queues[lane].push({ begin, sinceMs: now(), sendAway })
      plan(1)
    },
    upgrade: (begin) => { inSlice('upgrade', begin) },
    finish: (end) => { inSlice('finish', end) },
    get measuredPerSecond() { return rate.perSecond },
    stats: () => ({
      ratePerSecond: Math.round(perSecond), measuredPerSecond: Math.round(rate.perSecond), inFlight, admitted, turnedAway, loopP99Ms,
      waiting: { finish: queues.finish.length, agent: queues.agent.length, upgrade: queues.upgrade.length, resume: queues.resume.length, fresh: queues.fresh.length },
    }),
    stop() { cancelSample(); cancelPump?.() },
  }
}
