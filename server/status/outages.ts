/** What the page's own process sees of Lodge, noted when it changes. */
import type { Level, Outage, StatusComponent } from '#contract/status.ts'
import type { Book, Put } from './book.ts'

export const running = (outages: Iterable<Outage>): Outage | undefined => [...outages].find((o) => o.to === null)

/** What Lodge still takes in, and keeps, while its database is away. */
const keptOpen = new Set(['messenger', 'inbox', 'kiosk', 'visits'])
/** What an outage of Lodge means for a component that it carries. */
export const levelFor = (component: Pick<StatusComponent, 'id'>, outage: Level): Level => outage === 'disrupted' && keptOpen.has(component.id) ? 'slow' : outage

/** @returns whether it is another level than before */
export const noteLevel = async (book: Book, level: Level, reasons: readonly string[], sinceMs: number): Promise<boolean> => {
  const open = running(book.state.outage.values())
  if ((open?.level ?? 'works') === level) return false
  return book.change('status page', 'watch', (state, at) => {
    const now = running(state.outage.values())
    if ((now?.level ?? 'works') === level) return { puts: [], result: false }
    const from = new Date(sinceMs).toISOString()
    const puts: Put[] = now ? [{ kind: 'outage', id: now.id, value: { ...now, to: level === 'works' ? from : at } }] : []
    const id = `${from.replace(/\D/g, '')}-${level}`
    if (level !== 'works') puts.push({ kind: 'outage', id, value: { id, from: now ? at : from, to: null, level, reasons: [...reasons].slice(0, 20).map((r) => r.slice(0, 500)) } })
    return { puts, result: true }
  })
}
