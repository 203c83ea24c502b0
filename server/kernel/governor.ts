/**
 * What gives way, and in which order, when there is too much (P10). Pure; the gate is the queue, this is the judgement.
 *
 *   pressed for two seconds ──► one more kind of work gives way: hints, reports, automations, invitations, bookings
 *   calm for five           ──► the last one comes back            visitor messages, agent replies and check-ins: never
 *
 * By hand each of the five can be paused as well; what is paused by hand comes back by hand only, also after a restart.
 */
import { gate, type ClassStats, type GateClass, type Leave } from './gate.ts'
import { gradient } from './gradient.ts'
import { Refusal } from './refusal.ts'

/** In the order in which they give way. */
export const yielding = ['hints', 'reports', 'automations', 'invitations', 'bookings'] as const
export type Yielding = (typeof yielding)[number]

const half = (limit: number): number => Math.floor(limit / 2)
/** At least one. Reports wait for each other, and nobody waits for them: ADR 13. */
const sixteenth = (limit: number): number => Math.floor(limit / 16)
const butOne = (limit: number): number => limit - 1

export const workClasses = [
  { name: 'write', share: (limit) => limit, words: 'what has to be known before anything is stored' },
  { name: 'resume', share: (limit) => limit, words: 'people who come back' },
  { name: 'reply', share: (limit) => limit, words: 'replies' },
  { name: 'message', share: (limit) => limit, words: 'messages' },
  { name: 'booking', share: butOne, shedAfterMs: 3_000, words: 'bookings' },
  { name: 'history', share: butOne, shedAfterMs: 3_000, words: 'people who look things up' },
  { name: 'automation', share: half, shedAfterMs: 500, words: 'automations' },
  { name: 'report', share: sixteenth, shedAfterMs: 5_000, words: 'reports' },
] as const satisfies readonly GateClass<string>[]
export type WorkClass = (typeof workClasses)[number]['name']
const yieldingOf: Partial<Record<WorkClass, Yielding>> = { booking: 'bookings', automation: 'automations', report: 'reports' }
const protectedClasses = ['write', 'resume', 'reply', 'message'] as const

const pausedWords: Readonly<Record<Yielding, string>> = {
  hints: 'Typing and presence', reports: 'Reports', automations: 'Automations', invitations: 'Invitations', bookings: 'Bookings',
}

/** What the outside knows: how the last second was. */
export interface Felt {
  /** From a command's arrival to its COMMIT, of a typical one; 0 = none came. */
  readonly acceptMs: number
  readonly loopP99Ms: number
  readonly isAway: boolean
}
const waitPressedMs = 50
const acceptPressedMs = 500
const loopPressedMs = 500
/** In a row. */
const pressedSeconds = 2
const calmSeconds = 5

export interface GovernorStats {
  /** Connections that may be in use at once, as latency allows now. */
  readonly limit: number
  readonly inUse: number
  readonly classes: Readonly<Record<WorkClass, ClassStats>>
  /** How many of `yielding` gave way by themselves. */
  readonly level: number
  readonly paused: readonly Yielding[]
  /** Mean wait of the last second in the classes that are never shed. */
  readonly waitMs: number
}
interface Options {
  now: () => number
  after: (ms: number, fn: () => void) => () => void
  /** How many connections there are for it. */
  max: () => number
  paused?: readonly Yielding[]
  /** Something gave way or came back. */
  onChange?: (now: readonly Yielding[]) => void
  /** Somebody paused or resumed something: to be kept. */
  onPaused?: (paused: readonly Yielding[]) => void
  /** Only in drills: nobody waits and nothing gives way; it only counts. */
  isOff?: boolean
}

export function governor({ now, after, max, onChange, onPaused, isOff = false, ...options }: Options) {
  const concurrency = gradient({ now, max })
  const queue = gate({ classes: workClasses, now, after, limit: () => isOff ? Infinity : concurrency.limit })
  const paused = new Set<Yielding>(options.paused ?? [])
  let level = 0
  let calmFor = 0
  let pressedFor = 0
  let waitMs = 0
  let before = { entered: 0, waitedMs: 0 }
  let told = ''

  const given = (): Yielding[] => yielding.filter((kind, i) => i < level || paused.has(kind))
  function tell(): void {
    const now = given()
    if (now.join() === told) return
    told = now.join()
    onChange?.(now)
  }
  /** @throws Refusal `overloaded`, in words */
  function refuseGiven(kind: Yielding): void {
    if (paused.has(kind)) throw new Refusal('overloaded', `${pausedWords[kind]} are paused by whoever runs this server. Try again later.`, 30_000)
    if (yielding.indexOf(kind) < level) throw new Refusal('overloaded', `${pausedWords[kind]} wait while there is too much to do, so that messages get through. Try again in a minute.`, 15_000)
  }

  return {
    /** @throws Refusal `overloaded`: it is paused or gave way, or waited too long */
    enter(of: WorkClass, account: string, deadlineMs: number): Leave | Promise<Leave> {
      const kind = yieldingOf[of]
      if (kind && !isOff) refuseGiven(kind)
      return queue.enter(of, account, deadlineMs)
    },
    /** How long a call took in the database itself. */
    took: (label: string, ms: number): void => concurrency.sample(label, ms, queue.inUse),
    gives: (kind: Yielding): boolean => !isOff && (paused.has(kind) || yielding.indexOf(kind) < level),
    pause(kind: Yielding): void { paused.add(kind); onPaused?.([...paused]); tell() },
    resume(kind: Yielding): void { paused.delete(kind); onPaused?.([...paused]); tell() },
    /** Once a second. */
    second({ acceptMs, loopP99Ms, isAway }: Felt): void {
      if (isOff) return
      const classes = queue.stats()
      const sum = protectedClasses.reduce((all, name) => ({ entered: all.entered + classes[name].entered, waitedMs: all.waitedMs + classes[name].waitedMs }), { entered: 0, waitedMs: 0 })
      const entered = sum.entered - before.entered
      const waiting = protectedClasses.some((name) => classes[name].isOverloaded && classes[name].waiting > 0)
      waitMs = entered > 0 ? (sum.waitedMs - before.waitedMs) / entered : 0
      before = sum
      const isPressed = isAway || waiting || waitMs > waitPressedMs || acceptMs > acceptPressedMs || loopP99Ms > loopPressedMs
      calmFor = isPressed ? 0 : calmFor + 1
      pressedFor = isPressed ? pressedFor + 1 : 0
      if (pressedFor >= pressedSeconds) { level = Math.min(yielding.length, level + 1); pressedFor = 0 }
      else if (calmFor >= calmSeconds && level > 0) { level--; calmFor = 0 }
      tell()
    },
    stats: (): GovernorStats => ({ limit: concurrency.limit, inUse: queue.inUse, classes: queue.stats(), level, paused: [...paused], waitMs }),
    stop: (): void => queue.stop(),
  }
}
export type Governor = ReturnType<typeof governor>
