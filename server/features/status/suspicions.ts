/** What watchdogs find inside, as what people outside would notice: components of the page and how they suffer. */
import type { Affected } from '#contract/status.ts'
import type { Finding } from '#server/kernel/findings.ts'
import type { Suspicion } from '#server/status/proposals.ts'

const noticed: Record<string, { title: string; components: readonly Affected[] }> = {
  bookings: { title: 'Bookings may hang', components: [{ component: 'bookings', level: 'disrupted' }, { component: 'panels', level: 'slow' }] },
  reports: { title: 'Reports may hang', components: [{ component: 'reports', level: 'disrupted' }] },
  database: { title: 'Lodge may be slow', components: [{ component: 'inbox', level: 'slow' }, { component: 'messenger', level: 'slow' }, { component: 'bookings', level: 'slow' }, { component: 'api', level: 'slow' }, { component: 'reports', level: 'slow' }] },
  delivery: { title: 'Messages arrive late or not at all', components: [{ component: 'messenger', level: 'disrupted' }, { component: 'inbox', level: 'disrupted' }] },
  spool: { title: 'Messages are kept and delivered later', components: [{ component: 'messenger', level: 'slow' }, { component: 'inbox', level: 'slow' }, { component: 'kiosk', level: 'slow' }, { component: 'visits', level: 'slow' }] },
  machine: { title: 'Lodge may be slow', components: [{ component: 'messenger', level: 'slow' }, { component: 'inbox', level: 'slow' }, { component: 'api', level: 'slow' }] },
  kiosks: { title: 'Check-ins at kiosks arrive later', components: [{ component: 'kiosk', level: 'slow' }] },
}
/** The database is away: messages and check-ins are kept, and what cannot be done without it is refused. */
const away = { title: 'Messages are kept and delivered later', components: [
  { component: 'messenger', level: 'slow' as const }, { component: 'inbox', level: 'slow' as const }, { component: 'kiosk', level: 'slow' as const }, { component: 'visits', level: 'slow' as const },
  { component: 'bookings', level: 'down' as const }, { component: 'panels', level: 'down' as const }, { component: 'reports', level: 'down' as const }, { component: 'sign-in', level: 'disrupted' as const },
] }
const anything = { title: 'Lodge may not take new connections', components: [{ component: 'inbox', level: 'slow' as const }, { component: 'messenger', level: 'slow' as const }, { component: 'api', level: 'slow' as const }] }

/** Only what is critical: a warning is for the operator, nobody outside feels it. */
export function suspicionOf({ component, severity, evidence, promise, id }: Finding): Suspicion | undefined {
  return severity === 'critical' ? { ...(id === 'figure:databaseAwayS' ? away : noticed[component] ?? anything), evidence, by: `watchdog: ${promise} ${id}`.slice(0, 200) } : undefined
}
