/**
 * I12 What a device told its visitor was on its own disk before, and is on the server once; a log's numbers there are 1, 2, 3 … n
 *     without hole, its digest is that of the device's log, and nothing is there that no device wrote.
 */
import { digestOf } from '#contract/log-digest.ts'
import type { DeviceEvent, History, StoredOperation } from './history.ts'
import type { Violation } from './violation.ts'

interface Log { readonly written: Map<string, number>; readonly said: Map<string, number> }

export function checkDevices({ events, operations = [] }: Pick<History, 'events' | 'operations'>): Violation[] {
  const violations: Violation[] = []
  const found = (what: string, topic: string, id?: string): void => { violations.push({ rule: 'I12', what, topic: `log:${topic}`, ...(id !== undefined && { id }) }) }
  const logs = new Map<string, Log>()
  const receipts: Extract<DeviceEvent, { type: 'receipt' }>[] = []
  for (const e of events) {
    if (e.type !== 'written' && e.type !== 'said' && e.type !== 'receipt') continue
    const log = logs.get(e.log) ?? { written: new Map(), said: new Map() }
    logs.set(e.log, log)
    if (e.type === 'written') log.written.set(e.id, e.seq)
    else if (e.type === 'receipt') receipts.push(e)
    else {
      if (!log.written.has(e.id)) found('said before it was on the device’s disk', e.log, e.id)
      log.said.set(e.id, e.seq)
    }
  }
  const stored = Map.groupBy(operations, (o) => o.log)
  const all = new Map<string, StoredOperation>()
  for (const o of operations) {
    if (all.has(o.id)) found('on the server twice', o.log, o.id)
    all.set(o.id, o)
    if (o.state === 'applied' && o.effects !== 1) found(`applied, and ${o.effects} entries tell of it`, o.log, o.id)
    if (logs.get(o.log)?.written.get(o.id) !== o.seq) found('on the server, and no device wrote it so', o.log, o.id)
  }
  for (const r of receipts) if (!all.has(r.id)) found('the server gave a receipt and does not have it', r.log, r.id)
  for (const [log, { written, said }] of logs) {
    for (const id of said.keys()) if (!all.has(id)) found('said, and not on the server', log, id)
    const here = (stored.get(log) ?? []).toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
    here.forEach((o, i) => { if (o.seq !== i + 1) found(`number ${o.seq} stands at place ${i + 1}`, log, o.id) })
    if (digestOf([...written.keys()]) !== digestOf(here.map((o) => o.id))) found(`the device wrote ${written.size} operations, the server has ${here.length}, and the digests differ`, log)
  }
  return violations
}
