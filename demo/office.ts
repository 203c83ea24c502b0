/** The offices upstairs: a floor with its plan, desks and rooms, and a plausible week of bookings, by the same verbs that people use. */
import { readFileSync } from 'node:fs'
import { v7 as newId } from 'uuid'
import type { CheckInPolicy, SpaceKind } from '#contract/spaces.ts'
import type { App } from '#server/app/app.ts'
import type { Session } from '#server/kernel/session.ts'
import { lobby } from './visits.ts'

interface Event { atMs: number; do: () => Promise<unknown> }
interface Place { name: string; kind: SpaceKind; x: number; y: number; capacity?: number; equipment?: string[]; checkIn?: CheckInPolicy }

const hourMs = 3_600_000, dayMs = 24 * hourMs
const policy: CheckInPolicy = { opensBeforeMinutes: 60, releasesAfterMinutes: 20, wholeDayUntil: '11:00' }
const plan = new URL('office.svg', import.meta.url)

/** Six tables of four; the rooms and the booth on the courtyard's side. Positions are those of the plan. */
const desks: Place[] = [0, 1, 2, 3, 4, 5].flatMap((table) => [0, 1, 2, 3].map((seat) => ({
  name: `Desk ${table * 4 + seat + 1}`, kind: 'desk' as const, x: (150 + (table % 3) * 300 + (seat % 2) * 120) / 1200, y: (358 + Math.floor(table / 3) * 200 + Math.floor(seat / 2) * 55) / 700,
  equipment: seat % 2 ? ['Screen'] : ['Screen', 'Sit-stand desk'], checkIn: policy,
})))
const rooms: Place[] = [
  { name: 'Lighthouse', kind: 'room', x: 169 / 1200, y: 130 / 700, capacity: 10, equipment: ['Projector', 'Whiteboard', 'Video call'] },
  { name: 'Pier', kind: 'room', x: 459 / 1200, y: 130 / 700, capacity: 6, equipment: ['Screen', 'Whiteboard'], checkIn: { opensBeforeMinutes: 15, releasesAfterMinutes: 15, wholeDayUntil: '11:00' } },
  { name: 'Anchor', kind: 'room', x: 719 / 1200, y: 130 / 700, capacity: 4, equipment: ['Video call'] },
]
/** Room, who, hour of the day, minutes, for what. */
const meetings = [
  ['Lighthouse', 0, 10, 60, 'Season planning'], ['Lighthouse', 1, 14, 90, 'Wedding in June: rooms and menu'], ['Pier', 2, 9, 30, 'Interview, reception'], ['Pier', 0, 11, 60, 'Energy audit'],
  ['Pier', 3, 15, 45, 'Linen for the suites'], ['Anchor', 1, 13, 30, 'Call with Aoi Travel'], ['Anchor', 2, 16, 60, 'Rota for next week'],
] as const

/** Made while the clock stands in the past; returns what happens later. */
export async function fillOffice({ verbs: { spaces, places, bookings, bookingSeries: series, closures } }: App, admin: Session, people: readonly Session[]): Promise<Event[]> {
  const location = newId(), floor = newId()
  await places.saveLocation(admin, location, { name: 'Offices', zone: lobby.zone, address: 'Harbour Street 1, second floor', opensAt: '07:00', closesAt: '19:00' })
  await spaces.saveFloor(admin, floor, { location, name: 'Second floor', level: 2 })
  await spaces.savePlan(admin, floor, readFileSync(plan).toString('base64'))
  const ids = new Map<string, string>()
  for (const { x, y, ...space } of [...rooms, ...desks]) {
    const id = newId()
    ids.set(space.name, id)
    await spaces.save(admin, id, { floor, position: { x, y }, ...space })
  }

  const later: Event[] = []
  const midnights = new Map<number, number>()
  const localDay = (days: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: lobby.zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(Date.now() + days * dayMs)
  const deskOf = (person: number, day: number): string => ids.get(`Desk ${1 + (person * 5 + (day % 2) * 2 + 24) % 24}`)!
  for (const day of [-1, 0, 1, 2, 3]) {
    for (const [i, who] of people.entries()) {
      if ((i + day + 4) % 4 === 3) continue   // at home
      const made = await bookings.book(who, { id: newId(), space: deskOf(i, day), when: { day: localDay(day) } })
      midnights.set(day, Date.parse(made.startsAt))   // as the location's calendar has it
      const opensMs = Date.parse(made.startsAt) + (8 + i * 0.4) * hourMs
      if (day <= 0 && (day < 0 || i !== 2)) later.push({ atMs: opensMs, do: () => bookings.checkIn(who, made.id, newId()) })
    }
    for (const [room, person, hour, minutes, title] of meetings) {
      if (day !== 0 && (hour + day) % 3 === 0) continue
      const startsMs = midnights.get(day)! + hour * hourMs
      const when = { startsAt: new Date(startsMs).toISOString(), endsAt: new Date(startsMs + minutes * 60_000).toISOString() }
      const made = await bookings.book(people[person % people.length]!, { id: newId(), space: ids.get(room)!, when, title })
      if (room === 'Pier' && day <= 0) later.push({ atMs: startsMs - 3 * 60_000, do: () => bookings.checkIn(people[person % people.length]!, made.id, newId()) })
    }
  }
  await series.create(admin, { id: newId(), space: ids.get('Lighthouse')!, recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', day: localDay(0), time: '08:45', minutes: 15 }, title: 'Morning briefing', onConflict: 'skip' })
  await closures.create(admin, { id: newId(), location, space: ids.get('Anchor')!, when: { day: localDay(8) }, text: 'New carpet', cancelBookings: true })
  // Whatever the hour: one room is in use when somebody looks, unless a meeting needs it.
  const nowMs = Date.now(), running = { startsAt: new Date(nowMs - 20 * 60_000).toISOString(), endsAt: new Date(nowMs + 40 * 60_000).toISOString() }
  await bookings.book(people[1]!, { id: newId(), space: ids.get('Anchor')!, when: running, title: 'Call with the harbour master' }).catch(() => {})
  return later.filter((e) => e.atMs < Date.now())
}
