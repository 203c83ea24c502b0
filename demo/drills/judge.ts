/** Pure: what was acknowledged, against what the journal has. */
import type { Verdict } from '#contract/demo-drills.ts'

export interface Said { readonly id: string; readonly topic: string; /** Number of the writer. */ readonly by: number; readonly sentMs: number; keptMs?: number; storedMs?: number; refused?: string }

/** @param said in the order of writing @param journal ids of messages by topic, in the journal's order */
export function judge(said: readonly Said[], journal: ReadonlyMap<string, readonly string[]>): Omit<Verdict, 'tookMs'> {
  const found = new Map<string, number>()
  for (const ids of journal.values()) for (const id of ids) found.set(id, (found.get(id) ?? 0) + 1)
  const acknowledged = said.filter((s) => s.storedMs !== undefined || s.keptMs !== undefined)
  const stored = acknowledged.filter((s) => found.has(s.id)).length
  let disordered = 0
  for (const [topic, ids] of journal) {
    const place = new Map(ids.map((id, i) => [id, i]))
    const lastOf = new Map<number, number>()
    for (const { id, by } of said.filter((s) => s.topic === topic && found.has(s.id))) {
      const at = place.get(id)!
      if (at < (lastOf.get(by) ?? -1)) disordered++
      lastOf.set(by, Math.max(at, lastOf.get(by) ?? -1))
    }
  }
  return {
    sent: said.length, stored, lost: acknowledged.length - stored, doubled: said.filter((s) => (found.get(s.id) ?? 0) > 1).length, disordered,
    slowestMs: Math.max(0, ...acknowledged.map((s) => Math.min(s.keptMs ?? Infinity, s.storedMs ?? Infinity) - s.sentMs)),
  }
}
