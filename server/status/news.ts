/** What of a change is news for subscribers. What is imported, or only edited, is none. */
import type { State, Change } from './book.ts'

export interface News { /** The same whenever it is derived. */ readonly key: string; readonly at: string; readonly kind: 'incident' | 'maintenance' | 'confirm'; readonly of: string; readonly title: string; readonly state: string | null; readonly text: string; readonly components: readonly string[]; /** Only this one. */ readonly to?: string }

export function newsIn(change: Change, before: State): News[] {
  if (change.did === 'import') return []
  return change.puts.flatMap((put): News[] => {
    if (put.value === null) return []
    switch (put.kind) {
      case 'incident': {
        const known = new Set(before.incident.get(put.id)?.updates.map((u) => u.id))
        const { title, affected, updates, postmortem } = put.value
        const of = { at: change.at, kind: 'incident' as const, of: put.id, title, components: affected.map((a) => a.component) }
        return [
          ...updates.filter((u) => !known.has(u.id)).map((u) => ({ ...of, key: `${put.id}/${u.id}`, state: u.state, text: u.text })),
          ...(postmortem?.published && !before.incident.get(put.id)?.postmortem?.published ? [{ ...of, key: `${put.id}/postmortem`, state: 'postmortem', text: postmortem.text }] : []),
        ]
      }
      case 'maintenance': {
        const { title, text, from, to, components, updates, cancelled } = put.value
        const old = before.maintenance.get(put.id)
        const of = { at: change.at, kind: 'maintenance' as const, of: put.id, title, components, state: null }
        const moved = old?.from !== from || old.to !== to
        return [
          ...(moved ? [{ ...of, key: `${put.id}/${from}/${to}`, text: `${from} – ${to}\n\n${text}` }] : []),
          ...updates.slice(old?.updates.length ?? 0).map((u) => ({ ...of, key: `${put.id}/${u.id}`, text: u.text })),
          ...(cancelled && !old?.cancelled ? [{ ...of, key: `${put.id}/cancelled`, state: 'cancelled', text: '' }] : []),
        ]
      }
      case 'subscriber':
        return put.value.confirmed || before.subscriber.has(put.id) ? [] : [{ key: `${put.id}/confirm`, at: change.at, kind: 'confirm', of: put.id, title: '', state: null, text: '', components: [], to: put.id }]
      case 'page': case 'component': case 'proposal': case 'outage': case 'reply': return []
    }
  })
}
