/** The visitors' book of the demo: a lobby with its kinds of visitors, two weeks of past, today's guests, and a kiosk at which they arrive. */
import { v7 as newId } from 'uuid'
import type { App } from '#server/app/app.ts'
import type { Session } from '#server/kernel/session.ts'
import type { TimeMachine } from './clock.ts'

export const lobby = { name: 'Lobby', zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' }
/** Name, company, what they come for. */
export const visitors = [
  ['Mara Lindqvist', 'Nordlicht Fotografie', 'Photographs of the new suites'], ['Tomás Rivera', 'Rivera & Hijos', 'Wine tasting for the autumn list'], ['Yuki Tanaka', 'Aoi Travel', 'Site inspection, group of twelve'],
  ['Amira Haddad', 'Haddad Events', 'Wedding in June: rooms and menu'], ['Jonas Weber', 'Weber Aufzüge', 'Yearly check of the lift'], ['Priya Nair', 'Nair Consulting', 'Energy audit'],
  ['Luc Fontaine', 'Maison Fontaine', 'Linen samples'], ['王小明', '晨光旅行社', 'Spring contract'], ['Hannah Okafor', '', 'Interview, reception'], ['Oskar Lund', 'Lund Blomster', 'Flowers for the hall'],
  ['Sofia Marino', 'Caffè Marino', 'Coffee machine service'], ['Daniel Cohen', 'Cohen Law', 'Lease of the terrace'], ['Elif Yılmaz', 'Atlas Taxi', 'Airport transfers'], ['Nadia Petrova', 'Helix Medical', 'Conference in March'],
] as const
/** Where nobody reads: without a mail server it stays in the tray. */
export const mailOf = (name: string): string => `${name.normalize('NFKD').replace(/[^a-z]/gi, '').toLowerCase() || 'guest'}@guests.example`
const rules = 'Please stay with your host, wear your badge, and leave through the lobby.\n\nIn an emergency follow the green signs to the courtyard, where we count everybody.\n\nWe keep your name for 90 days and then forget it.'

export interface DemoBook { location: string; /** The token of a kiosk at which guests arrive by themselves. */ kioskToken: string; hosts: readonly string[] }

export async function fillVisits({ verbs }: App, clock: TimeMachine, admin: Session, hosts: readonly Session[]): Promise<void> {
  const { places, visits, watchlist } = verbs
  const location = newId()
  await places.saveLocation(admin, location, { ...lobby, address: 'Harbour Street 1', walkIns: 'approve' })
  const guest = newId(), contractor = newId()
  await places.saveVisitorType(admin, guest, { location, name: 'Guest', fields: [], badge: true })
  await places.saveVisitorType(admin, contractor, { location, name: 'Contractor', fields: [{ key: 'plate', label: 'Licence plate', required: false }], document: { title: 'House rules', text: rules }, photo: true, badge: true })
  await watchlist.save(admin, newId(), { name: 'Viktor Krum', action: 'alert', reason: 'Left without paying in May. Call Ada.' })

  const hostIds = hosts.map((h) => h.actor.slice(5))
  const hourMs = 3_600_000, now = Date.now()
  const expect = (i: number, atMs: number) => visits.expect(hosts[i % hosts.length]!, {
    id: newId(), location, name: visitors[i % visitors.length]![0], company: visitors[i % visitors.length]![1], email: mailOf(visitors[i % visitors.length]![0]), note: visitors[i % visitors.length]![2], host: hostIds[i % hostIds.length]!,
    visitorType: i % 3 === 1 ? contractor : guest, expectedAt: new Date(atMs).toISOString(), leavingAt: new Date(atMs + 1.5 * hourMs).toISOString(),
  })
  // Two days of the past, on the hotel's own clock; then today, with some here already.
  for (const [i, hoursAgo] of [50, 48, 46, 45, 26, 25, 23, 21].entries()) {
    const visit = await expect(i + 3, now - hoursAgo * hourMs)
    if (i === 5) continue   // did not come
    await visits.checkIn(admin, visit.id, newId(), new Date(now - hoursAgo * hourMs - 4 * 60_000).toISOString())
    if (i % 2 === 0) await visits.checkOut(admin, visit.id, newId(), new Date(now - (hoursAgo - 1) * hourMs).toISOString())
  }
  for (let i = 0; i < 12; i++) {
    const visit = await expect(i, now + (i - 4) * 0.6 * hourMs)
    if (i < 4) await visits.checkIn(admin, visit.id, newId(), new Date(now - (4 - i) * 0.6 * hourMs + 5 * 60_000).toISOString())
    if (i < 1) await visits.checkOut(admin, visit.id, newId())
  }
  clock.comeHome()
}

/** Of a demo that an earlier start filled. */
export async function findVisits({ verbs: { places, kiosks } }: App, admin: Session, hosts: readonly string[]): Promise<DemoBook | undefined> {
  const location = (await places.listLocations(admin.account)).find((l) => l.name === lobby.name)
  return location && openDoor(kiosks, admin, location.id, hosts)
}

async function openDoor(kiosks: App['verbs']['kiosks'], admin: Session, location: string, hosts: readonly string[]): Promise<DemoBook> {
  const known = (await kiosks.list(admin.account)).find((k) => k.name === 'Courtyard')
  const { code } = await kiosks.save(admin, known?.id ?? newId(), { name: 'Courtyard', location })
  return { location, kioskToken: (await kiosks.pair(code)).token, hosts }
}
