/** What stays of a run: enough for the report, small enough to be committed. */
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { losses, type Bar, type DrillName } from '#drills/drill.ts'
import type { Run } from '#drills/runner.ts'
import type { Scale } from '#drills/scale.ts'

export interface Record {
  readonly startedAt: string
  readonly machine: string
  /** Of all that the load chose by chance: `--seed`. Earlier runs had none, nor what follows. */
  readonly seed?: number
  /** What the house had of the processor. */
  readonly cores?: string
  readonly scale: Scale
  readonly bars: readonly Bar[]
  readonly broken: { readonly isBroken: boolean; readonly found: string }
  readonly voidBecause: string | null
  readonly marks: readonly { readonly second: number; readonly what: string }[]
  readonly counts: { readonly [name: string]: number }
  /** One value a second, from the start of the load. Null: nothing to be seen. */
  readonly series: { readonly [name in SeriesName]: readonly (number | null)[] }
  /** The first of them, by rule. */
  readonly violations: readonly { readonly rule: string; readonly what: string; readonly times: number }[]
}
export type SeriesName = 'goodput' | 'latency' | 'connections' | 'loopDelay' | 'sockets'
/** `soak`: the protected half over a long time. */
export const parts = ['protected', 'control', 'soak'] as const
export type Part = (typeof parts)[number]
/** Of one drill, as a file. */
export type Records = { readonly drill: DrillName } & { readonly [part in Part]?: Record }

export function recordOf({ evidence, bars, broken, cores, voidBecause }: Run, seed: number): Record {
  const { startMs, seconds, samples, backends, events, violations, marks, scale, unsettled } = evidence
  const perSecond = (at: readonly { atMs: number; value: number | undefined }[]): (number | null)[] => {
    const values: (number | null)[] = seconds.map(() => null)
    for (const { atMs, value } of at) {
      const second = Math.floor((atMs - startMs) / 1000)
      if (value !== undefined && second >= 0 && second < values.length) values[second] = Math.max(values[second] ?? 0, rounded(value))
    }
    return values
  }
  const metric = (name: string, by = 1): (number | null)[] => perSecond(samples.map(({ atMs, metrics }) => ({ atMs, value: metrics?.[name] === undefined ? undefined : metrics[name] * by })))
  const count = (...types: string[]): number => events.filter((e) => types.includes(e.type)).length
  return {
    startedAt: new Date(startMs).toISOString(), machine: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`, seed, cores, scale, bars, broken, voidBecause: voidBecause ?? null,
    marks: marks.map(({ atMs, what }) => ({ second: rounded((atMs - startMs) / 1000), what })),
    counts: { ...losses(violations), messages: count('offered'), kept: count('kept'), checkIns: count('said'), bookings: count('booking'), unsettled: unsettled.length },
    series: {
      goodput: seconds.map(({ due, good }) => due === 0 ? null : rounded(good / due * 100)), latency: seconds.map(({ p99Ms }) => p99Ms),
      connections: perSecond(backends.map(({ atMs, backends: value }) => ({ atMs, value }))), loopDelay: metric('lodge_loop_delay_p99_seconds', 1000), sockets: metric('lodge_connections'),
    },
    violations: [...Map.groupBy(violations, (v) => `${v.rule} ${v.what.replace(/\d+(?:\.\d+)?/g, 'n')}`).values()].map((of) => ({ rule: of[0]!.rule, what: of[0]!.what, times: of.length })).slice(0, 12),
  }
}

const rounded = (n: number): number => Math.round(n * 10) / 10
