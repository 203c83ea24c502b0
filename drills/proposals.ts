/** Incidents that Lodge proposed by itself: the first public word is to be ready within a minute. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bar, type Bar, type Evidence, type Proposal } from './drill.ts'
import type { House } from './house.ts'

const withinMs = 60_000

interface Line { readonly puts?: readonly { readonly kind: string; readonly id: string; readonly value: { readonly lastAt: string; readonly title: string; readonly affected: readonly { readonly component: string }[] } | null }[] }

/** Of the status page's own record, which is a file, a line a change. One that is made again is told again. */
export async function proposalsOf({ server }: House): Promise<Proposal[]> {
  const text = await readFile(join(server.folder, 'data/status/journal.jsonl'), 'utf8').catch(() => '')
  const proposals: Proposal[] = []
  for (const line of text.split('\n')) {
    for (const { kind, value } of putsOf(line)) {
      if (kind === 'proposal' && value) proposals.push({ atMs: Date.parse(value.lastAt), title: value.title, components: value.affected.map((a) => a.component) })
    }
  }
  return proposals
}

/** What two wrote at once, or what a kill tore, is passed over, as its own readers do. */
function putsOf(line: string): NonNullable<Line['puts']> {
  try { return (JSON.parse(line) as Line).puts ?? [] } catch { return [] }
}

export function proposedInTime(components: readonly string[], { proposals, notes }: Pick<Evidence, 'proposals' | 'notes'>): Bar {
  const what = `an incident is proposed, with ${components.join(', ')}`
  const wanted = `≤ ${withinMs / 1000} s`
  const faultMs = notes['faultMs'] ?? 0
  const right = proposals.find((p) => p.atMs >= faultMs && components.every((c) => p.components.includes(c)))
  if (right) return bar(what, wanted, `${((right.atMs - faultMs) / 1000).toFixed(1)} s: ${right.title}`, right.atMs - faultMs <= withinMs)
  return bar(what, wanted, proposals.length === 0 ? 'nothing was proposed' : `proposed with ${proposals.map((p) => p.components.join('+')).join('; ')}`, false)
}
