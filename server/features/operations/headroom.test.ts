/** What a machine can carry: told as an estimate, and not told where nothing says it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openFindings } from '#server/kernel/findings.ts'
import { openHeadroom, type Headroom } from './headroom.ts'

let folder = ''
let open: Headroom[] = []
afterEach(async () => {
  for (const one of open) await one.stop()
  open = []
  await rm(folder, { recursive: true, force: true })
})

async function machine() {
  folder = await mkdtemp(join(tmpdir(), 'lodge-headroom-'))
  let nowMs = Date.parse('2026-11-26T09:00:00Z'), committed = 0
  const is = { busy: 0.02, connections: 100, memory: 200 * 2 ** 20 }
  const now = (): number => nowMs
  const findings = openFindings({ now })
  const start = async (): Promise<Headroom> => {
    const one = await openHeadroom({
      now, random: () => 0.5, log: { info() {}, warn() {} }, path: join(folder, 'week.json'), findings, committed: () => committed, connections: () => is.connections, utilisation: () => is.busy, memoryBytes: () => is.memory, memoryMaxBytes: 2 ** 30, connectionsMax: () => 1_000,
    })
    open.push(one)
    return one
  }
  const of = await start()
  return {
    is, findings, of, start,
    /** Minutes at so many messages a second, this busy. */
    run(minutes: number, perSecond: number, busy: number, room = of): void {
      for (let i = 0; i < minutes * 6; i++) { nowMs += 10_000; committed += perSecond * 10; is.busy = busy; room.look() }
    },
  }
}
const part = (of: Headroom, id: string) => of.shown().find((h) => h.id === id)!

describe('headroom', () => {
  it('[OP5] does not know what it was never busy enough to tell', async () => {
    const { of, run } = await machine()
    run(10, 5, 0.04)
    expect(part(of, 'messages')).toMatchObject({ peak: 5, capacity: null, basis: null, light: 'unknown' })
    expect(part(of, 'reconnects')).toMatchObject({ peak: null, capacity: null, light: 'unknown' })
    expect(part(of, 'connections')).toMatchObject({ peak: 100, capacity: 1_000, basis: 'limit', light: 'ok' })
  })

  it('[OP5] extrapolates from how busy it was, warns below twice, and keeps it over a restart', async () => {
    const { of, run, findings, start } = await machine()
    run(5, 0, 0.02)
    run(5, 100, 0.22)
    expect(part(of, 'messages').capacity).toBeCloseTo(100 * 0.83 / 0.2, 0)
    expect(part(of, 'messages')).toMatchObject({ basis: 'extrapolated', light: 'ok' })
    expect(findings.current()).toEqual([])
    run(5, 300, 0.62)
    expect(part(of, 'messages').light).toBe('warn')
    expect(findings.current()).toMatchObject([{ id: 'headroom:messages', promise: 'P5', severity: 'warning' }])
    expect(findings.current()[0]!.evidence).toMatch(/^The peak of messages in the last 24 hours was 300 a second; this machine carries about 415 a second/)
    await of.stop()
    const again = await start()
    expect(part(again, 'messages')).toMatchObject({ peak: 300, light: 'warn' })
  })

  it('[OP5] warns of memory and connections, too', async () => {
    const { of, run, is } = await machine()
    is.memory = 700 * 2 ** 20
    is.connections = 1_100
    run(2, 0, 0.02)
    expect(part(of, 'memory').light).toBe('warn')
    expect(part(of, 'connections').light).toBe('bad')
  })
})
