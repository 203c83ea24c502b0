/** Looks at the server once a second, from outside, as a monitor does; and every 100 ms whether it is ready. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Sample {
  readonly atMs: number
  /** Undefined: it did not answer. */
  readonly metrics: Readonly<Record<string, number>> | undefined
}
/** One change of what `/readyz` says. `away`: nobody answers. */
export interface Readiness { readonly atMs: number; readonly state: 'ready' | 'not ready' | 'away'; readonly reasons: readonly string[] }

export interface Sampler {
  readonly samples: readonly Sample[]
  readonly readiness: readonly Readiness[]
  stop(): Promise<void>
}

export function startSampler(url: string): Sampler {
  const samples: Sample[] = [], readiness: Readiness[] = []
  let isOver = false
  const every = async (ms: number, look: () => Promise<void>): Promise<void> => { for (let n = 1, startMs = performance.now(); !isOver; n++) { await look(); await sleep(Math.max(0, startMs + n * ms - performance.now())) } }
  const both = Promise.all([
    every(1_000, async () => {
      const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) }).then((r) => r.ok ? r.text() : undefined, () => undefined)
      samples.push({ atMs: Date.now(), metrics: text === undefined ? undefined : figuresOf(text) })
    }),
    every(100, async () => {
      const now = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(async (r) => {
        const { reasons = [] } = await r.json() as { reasons?: string[] }
        return { state: r.ok ? 'ready' : 'not ready', reasons } as const
      }, () => ({ state: 'away', reasons: [] }) as const)
      if (readiness.at(-1)?.state !== now.state) readiness.push({ atMs: Date.now(), ...now })
    }),
  ])
  return { samples, readiness, async stop() { isOver = true; await both } }
}

/** Sums over labels; labelled ones also by themselves, as `name{…}`. */
export function figuresOf(text: string): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const [, name, labels, value] of text.matchAll(/^(\w+)(\{[^}]*\})? (\S+)$/gm)) {
    figures[name!] = (figures[name!] ?? 0) + Number(value)
    if (labels) figures[`${name}${labels}`] = Number(value)
  }
  return figures
}
