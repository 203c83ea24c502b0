/** A house with desks and a room on a drawn floor, and people who book them. */
import { Buffer } from 'node:buffer'
import type { Locator, Page } from 'playwright-core'
import { createBooking, type Booking, type When } from '#contract/bookings.ts'
import { saveLocation } from '#contract/places.ts'
import { saveFloor, saveFloorPlan, saveSpace, type Space } from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import type { Somebody } from '../server.ts'
import { ada, lobby } from '../world.ts'
import { openHouse, type House } from './console.ts'
import { need, zone } from './visits.ts'

export { clock, need, today, zone } from './visits.ts'

/** Minutes of now rounded to five, so that screens and tests say the same clock. */
export const slot = (minutes: number): string => new Date(Math.floor(Date.now() / 300_000) * 300_000 + minutes * 60_000).toISOString()

/** A floor as an architect would draw it: walls, a corridor, doors. */
export const planSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 600" width="1000" height="600">
  <rect x="10" y="10" width="980" height="580" fill="#faf8f4" stroke="#57534e" stroke-width="8"/>
  <rect x="640" y="10" width="350" height="260" fill="#efeae1" stroke="#57534e" stroke-width="5"/><rect x="640" y="330" width="350" height="260" fill="#efeae1" stroke="#57534e" stroke-width="5"/>
  <path d="M640 300H420M200 120h160M200 300h160M200 480h160" stroke="#a8a29e" stroke-width="4" fill="none"/>
  <text x="780" y="60" font-size="24" fill="#78716c">Quiet side</text><text x="40" y="60" font-size="24" fill="#78716c">Open office</text>
</svg>`

export interface Office {
  readonly house: House
  readonly floor: string
  readonly desks: readonly Space[]
  readonly room: Space
  space(name: string, more?: Partial<Body>): Promise<Space>
  /** By the API; for the caller unless said otherwise. */
  book(who: Somebody, space: Space, when: When, more?: { user?: string; title?: string }): Promise<Booking>
  /** From so many minutes before or after now, for so many. */
  bookFor(who: Somebody, space: Space, fromMinutes: number, minutes: number, more?: { user?: string; title?: string }): Promise<Booking>
  close(): Promise<void>
}
interface Body { kind: 'desk' | 'room' | 'spot'; capacity: number; equipment: string[]; position: { x: number; y: number } | null; checkIn: { opensBeforeMinutes: number; releasesAfterMinutes: number; wholeDayUntil: string } | null; bookable: boolean; panelShowsNames: boolean }

/** @param withPlan draws the floor and puts everything on it */
export async function openOffice({ withPlan = true } = {}): Promise<Office> {
  const house = await openHouse()
  const { server } = house
  const admin = server.callAs(ada)
  await need(admin(saveLocation, { params: { location: lobby.id }, body: { name: lobby.name, zone, opensAt: '07:00', closesAt: '19:00' } }))
  const floor = newId()
  await need(admin(saveFloor, { params: { floor }, body: { location: lobby.id, name: 'First floor', level: 1 } }))
  if (withPlan) await need(admin(saveFloorPlan, { params: { floor }, body: { base64: Buffer.from(planSvg).toString('base64') } }))
  const space: Office['space'] = async (name, more = {}) => need(admin(saveSpace, { params: { space: newId() }, body: { floor, name, kind: 'desk', ...more } }))
  const places = [[0.2, 0.16], [0.36, 0.16], [0.2, 0.46], [0.36, 0.46], [0.28, 0.76]] as const
  const desks: Space[] = []
  for (const [at, [x, y]] of places.entries()) desks.push(await space(`Desk ${at + 1}`, { ...(withPlan && { position: { x, y } }), equipment: at % 2 === 0 ? ['Screen'] : ['Screen', 'Standing'] }))
  const checkIn = { opensBeforeMinutes: 15, releasesAfterMinutes: 15, wholeDayUntil: '23:30' }
  const room = await space('Harbour', { kind: 'room', capacity: 8, equipment: ['Video', 'Whiteboard'], checkIn, ...(withPlan && { position: { x: 0.81, y: 0.24 } }) })
  const book: Office['book'] = async (who, of, when, more = {}) => need(server.callAs(who)(createBooking, { body: { id: newId(), space: of.id, when, ...more } }))
  return {
    house, floor, desks, room, space, book,
    bookFor: async (who, of, fromMinutes, minutes, more) => book(who, of, { startsAt: slot(fromMinutes), endsAt: slot(fromMinutes + minutes) }, more),
    close: () => house.close(),
  }
}

export const line = (page: Page, space: string): Locator => page.getByRole('region', { name: /^Spaces of/ }).getByRole('listitem').filter({ has: page.getByRole('button', { name: space, exact: true }) })
export const onPlan = (page: Page, space: string): Locator => page.getByRole('group', { name: /^Plan of/ }).getByRole('button', { name: new RegExp(`^${space}:`) })
export const panel = (page: Page): Locator => page.getByRole('complementary', { name: 'About the space' })
export const dialog = (page: Page): Locator => page.getByRole('dialog')
