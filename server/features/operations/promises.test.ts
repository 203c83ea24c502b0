/** Lights follow figures, also when a source fails: then it is not measured. */
import { describe, expect, it } from 'vitest'
import { openFindings } from '#server/kernel/findings.ts'
import type { Sources } from './figures.ts'
import { watch } from './promises.ts'

function set() {
  let nowMs = Date.parse('2026-11-26T09:00:00Z')
  const now = (): number => nowMs
  const state = { downSinceMs: undefined as number | undefined, loopMs: 5, queued: 0, canary: { latencyMs: 12 as number | undefined, failures: 0 }, spool: 'idle' as 'idle' | 'dead', backupAgeMs: undefined as number | undefined }
  const sources: Sources = {
    now, awaySinceMs: () => state.downSinceMs, queued: () => state.queued, feedLag: () => { throw new Error('The feed is gone.') }, sockets: () => 3, loop: () => ({ p99Ms: state.loopMs, utilisation: 0.1 }),
    pool: { stats: () => ({ max: 12, open: 4, waiting: 0, downSinceMs: state.downSinceMs, late: 0, held: [] }) }, canary: () => state.canary, backupAgeMs: () => state.backupAgeMs, spool: () => ({ state: state.spool, depth: 0, oldestMs: undefined, setAside: 0 }),
  }
  const findings = openFindings({ now })
  const of = watch({ sources, findings, now })
  return {
    state, findings, of,
    look(times = 1): void { for (let i = 0; i < times; i++) { of.look(); nowMs += 5_000 } },
    light: (promise: string) => of.shown().find((p) => p.promise === promise)!.light,
  }
}

describe('the lights', () => {
  it('[OP3] are not green before anything was measured, nor where a source is missing or fails', () => {
    const s = set()
    expect(s.of.shown().every((p) => p.light === 'unknown')).toBe(true)
    s.look()
    expect(s.light('P3')).toBe('ok')
    for (const promise of ['P6', 'P8', 'P10', 'P11', 'P12', 'P13']) expect(s.light(promise), promise).toBe('unknown')
  })

  it('[OP3] become findings when a figure stays over its limit, with figure and limit as evidence', () => {
    const s = set()
    s.look(3)
    s.state.loopMs = 340
    s.look()
    expect(s.findings.current()).toEqual([])   // one look is none
    s.look()
    expect(s.findings.current()).toMatchObject([{ id: 'figure:loopDelayMs', promise: 'P5', component: 'machine', severity: 'warning', evidence: 'Delay of the event loop: 340 ms; it should not be more than 200 ms.' }])
    s.state.loopMs = 4_000
    s.look()
    expect(s.light('P5')).toBe('bad')
    s.state.loopMs = 3
    s.look(20)
    expect(s.light('P5')).toBe('ok')
    expect(s.findings.current()).toEqual([])
  })

  it('[OP3] [BU7] turn yellow when the daily backup does not come, which is for the house to mend and no matter of the public', () => {
    const s = set()
    s.state.backupAgeMs = 25 * 3_600_000
    s.look(3)
    expect(s.findings.current()).toEqual([])
    s.state.backupAgeMs = 27 * 3_600_000
    s.look(3)
    expect(s.light('P1')).toBe('warn')
    expect(s.findings.current()).toMatchObject([{ id: 'figure:backupAgeS', component: 'machine', severity: 'warning', evidence: 'Age of the newest backup: 27 h; it should not be more than 26 h.' }])
  })

  it('[OP3] [AL1] turn red within ten seconds of a database that is away, for all that depends on it', () => {
    const s = set()
    s.look(3)
    s.state.downSinceMs = Date.parse('2026-11-26T09:00:15Z')
    s.look(3)
    expect(s.light('P7')).toBe('bad')
    expect(s.findings.current().map((f) => [f.id, f.severity])).toEqual([['figure:databaseAwayS', 'critical']])
    s.state.spool = 'dead'
    s.look(2)
    expect(s.findings.current().map((f) => f.id)).toContain('figure:spoolDead')
  })

  it('[OP2] keep the hour of each figure', () => {
    const s = set()
    s.look(60)
    const line = s.of.shown().find((p) => p.promise === 'P5')!.figures.find((f) => f.id === 'loopDelayMs')!.line
    expect(line).toHaveLength(120)
    expect(line.filter((v) => v === 5).length).toBeGreaterThanOrEqual(10)
    expect(line.filter((v) => v === null).length).toBeGreaterThan(100)
  })
})
