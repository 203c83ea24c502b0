/** Work that is announced: what, when, for how long, and what stands still meanwhile. */
import { randomUUID } from 'node:crypto'
import type { Maintenance } from '#contract/status.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Book } from './book.ts'
import { refuseUnknown, settled } from './components.ts'
import { idFor } from './incidents.ts'

export type Announcement = Pick<Maintenance, 'title' | 'text' | 'from' | 'to' | 'components'> & { id?: string | undefined; audience?: Maintenance['audience'] | undefined }
export type MaintenancePhase = 'announced' | 'running' | 'done' | 'cancelled'

export function phaseOf(m: Maintenance, nowMs: number): MaintenancePhase {
  if (m.cancelled) return 'cancelled'
  if (m.endedAt !== null || Date.parse(m.to) <= nowMs) return 'done'
  return Date.parse(m.from) <= nowMs ? 'running' : 'announced'
}

export function maintenances({ book }: { book: Book }) {
  return {
    /** Announces it, or announces another time or text for it. @throws Refusal */
    announce: async (by: string, a: Announcement): Promise<Maintenance> => book.change<Maintenance>(by, 'announce', (state, at) => {
      if (a.to <= a.from) throw new Refusal('invalid', 'A maintenance must end after it begins.')
      refuseUnknown(state, a.components)
      const id = a.id ?? idFor(state.maintenance, a.title, a.from)
      const known = state.maintenance.get(id)
      const result: Maintenance = { updates: [], announcedAt: at, endedAt: null, cancelled: false, ...known, audience: a.audience ?? known?.audience ?? [], id, title: a.title, text: a.text, from: a.from, to: a.to, components: [...a.components] }
      return { puts: [...settled(state), { kind: 'maintenance', id, value: result }], result }
    }),
    /** News of it; with `end` it is over, with `cancel` it does not take place. @throws Refusal */
    update: async (by: string, id: string, { text, end = false, cancel = false }: { text: string; end?: boolean | undefined; cancel?: boolean | undefined }): Promise<Maintenance> => book.change<Maintenance>(by, 'maintain', (state, at) => {
      const known = state.maintenance.get(id)
      if (!known) throw new Refusal('not_found', `There is no maintenance "${id}".`)
      if (known.cancelled || known.endedAt !== null) throw new Refusal('wrong_status', 'It is over.')
      const result: Maintenance = { ...known, updates: text.trim() ? [...known.updates, { id: randomUUID(), at, state: null, text, by }] : known.updates, endedAt: end ? at : null, cancelled: cancel }
      return { puts: [{ kind: 'maintenance', id, value: result }], result }
    }),
  }
}
export type Maintenances = ReturnType<typeof maintenances>
