/** What a drill is, and what it is given. */
import type { Protection } from '#contract/config.ts'
import type { Look } from './backends.ts'
import type { Event } from './checker/history.ts'
import type { Violation } from './checker/violation.ts'
import type { Hand } from './hand.ts'
import type { House } from './house.ts'
import type { Recorder } from './load/recorder.ts'
import type { RoleName } from './load/role.ts'
import type { Readiness, Sample } from './sampler.ts'
import type { Scale } from './scale.ts'
import type { Second } from './series.ts'

export type DrillName = 'proxyclick' | 'serraview' | 'handshakes' | 'zendesk' | 'starved'

/** Something that was done or noticed, for the plots. */
export interface Mark { readonly atMs: number; readonly what: string }

/** A stretch of a run that is compared with others of its name. */
export interface Phase { readonly name: string; readonly fromMs: number; readonly untilMs: number }

/** A stretch of a control at one load, from its fault on. */
export interface Step { readonly visitors: number; readonly perSecond: number; readonly fromMs: number; readonly untilMs: number }

export interface Stage {
  readonly house: House
  readonly scale: Scale
  readonly isControl: boolean
  readonly hands: Readonly<Partial<Record<RoleName, Hand>>>
  readonly samples: readonly Sample[]
  readonly readiness: readonly Readiness[]
  readonly backends: readonly Look[]
  readonly phases: Phase[]
  readonly steps: Step[]
  mark(what: string): number
  wait(seconds: number): Promise<void>
  /** Until it is so. @returns whether it became so in time */
  until(isSo: () => boolean | Promise<boolean>, seconds: number): Promise<boolean>
  /** Brings so many visitors more. */
  more(visitors: number): Promise<void>
  /** SIGKILL of the server, and starts of a new one until one stays, as a service manager would. Resolves at once. */
  crashServer(): Promise<void>
  /** Numbers that only this drill knows, for its bars. */
  readonly notes: Record<string, number>
  /** For what the drill itself asks of the house. */
  readonly recorder: Recorder
}

export interface Evidence {
  readonly scale: Scale
  readonly startMs: number
  readonly seconds: readonly Second[]
  readonly events: readonly Event[]
  readonly violations: readonly Violation[]
  readonly samples: readonly Sample[]
  readonly readiness: readonly Readiness[]
  readonly backends: readonly Look[]
  readonly phases: readonly Phase[]
  readonly steps: readonly Step[]
  readonly marks: readonly Mark[]
  readonly notes: Readonly<Record<string, number>>
  /** What the load could not settle in the end, in words. */
  readonly unsettled: readonly string[]
  readonly proposals: readonly Proposal[]
}
export interface Proposal { readonly atMs: number; readonly components: readonly string[]; readonly title: string }

export interface Bar { readonly what: string; readonly wanted: string; readonly found: string; readonly isMet: boolean }
export interface Drill {
  readonly name: DrillName
  readonly roles: readonly RoleName[]
  /** What the control does without; of nothing there is no control. */
  readonly off: readonly Protection[]
  /** Server and database are apart, with a fault proxy between them. */
  readonly behindProxy?: true
  /** Its fault is less of the processor. */
  readonly needsCpu?: true
  /** The control’s load rises. */
  readonly rises?: true
  readonly disks?: { databaseMb: number; spoolMb: number }
  /** Of these components an incident is to be proposed; of none, none. */
  readonly components: readonly string[]
  run(stage: Stage): Promise<void>
  bars(evidence: Evidence): Bar[]
  /** The table's words for the control. */
  broken(evidence: Evidence): { isBroken: boolean; found: string }
}

/** Violations by kind, in the words of the table. */
export function losses(violations: readonly Violation[]): { lost: number; duplicated: number; reordered: number; other: number } {
  const of = (...what: RegExp[]): number => violations.filter((v) => what.some((w) => w.test(v.what))).length
  const lost = of(/but absent/, /neither stored nor in quarantine/, /not on the server/, /confirmed, and not there/, /does not have it/)
  const duplicated = of(/twice/, /entries tell of it/)
  const reordered = of(/stands before it/, /but stands before/, /was at \d+ and was given/)
  return { lost, duplicated, reordered, other: violations.length - lost - duplicated - reordered }
}

export const bar = (what: string, wanted: string, found: string, isMet: boolean): Bar => ({ what, wanted, found, isMet })
export const none = (what: string, count: number): Bar => bar(what, '0', String(count), count === 0)
export const atMost = (what: string, limit: number, found: number | null | undefined, unit: string): Bar =>
  bar(what, `≤ ${limit} ${unit}`.trimEnd(), found === null || found === undefined ? 'not measured' : `${Math.round(found * 1000) / 1000} ${unit}`.trimEnd(), found !== null && found !== undefined && found <= limit)
