/** A house with a visitors' book: a lobby where it is midday whenever the tests run, a kiosk without a screen, and people who come and go. */
import type { Locator, Page } from 'playwright-core'
import { saveLocation } from '#contract/places.ts'
import { checkInVisit, checkOutVisit, createVisit, getVisit, type Visit } from '#contract/visits.ts'
import { valueOf, type Outcome } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { pairTestKiosk, type TestKiosk } from '../kiosk-peer.ts'
import { ada, kit, lobby } from '../world.ts'
import { openHouse, type House } from './console.ts'

const zones = ['Pacific/Honolulu', 'America/Anchorage', 'America/Denver', 'America/New_York', 'America/Sao_Paulo', 'Atlantic/Azores', 'Europe/Madrid', 'Europe/Athens', 'Asia/Dubai', 'Asia/Karachi', 'Asia/Bangkok', 'Asia/Tokyo', 'Australia/Sydney', 'Pacific/Auckland']
const hourIn = (zone: string): number => Number(new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' }).format())
/** Nobody's day ends in the middle of a test. */
export const zone = zones.toSorted((a, b) => Math.abs(hourIn(a) - 13) - Math.abs(hourIn(b) - 13))[0] ?? 'Europe/Madrid'
const minuteMs = 60_000
export const fromNow = (minutes: number): string => new Date(Date.now() + minutes * minuteMs).toISOString()
/** `09:30`, on the wall of the lobby. */
export const clock = (at: string | number): string => new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at))
/** `2026-03-10`: the lobby's day, or that many days later. */
export const today = (days = 0): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(Date.now() + days * 86_400_000)

export const need = async <R>(outcome: Promise<Outcome<R>>): Promise<R> => valueOf(await outcome)

type More = Partial<{ company: string; email: string; phone: string; host: string | null; minutes: number; visitorType: string; note: string; location: string }>
export interface Reception {
  readonly house: House
  readonly kiosk: TestKiosk
  expect(name: string, more?: More): Promise<Visit>
  /** Expected, and checked in some minutes ago. */
  arrived(name: string, minutesAgo: number, more?: More): Promise<Visit>
  left(name: string, minutesAgo: number, more?: More): Promise<Visit>
  /** A walk-in at the kiosk who needs to be let in. */
  asks(name: string, more?: { company?: string; host?: string }): Promise<string>
  visit(id: string): Promise<Visit>
  close(): Promise<void>
}

export async function openReception(options: Parameters<typeof openHouse>[0] = {}): Promise<Reception> {
  const house = await openHouse(options)
  const { server } = house
  const desk = server.callAs(kit)
  await need(server.callAs(ada)(saveLocation, { params: { location: lobby.id }, body: { name: lobby.name, zone, address: 'Lantern Street 12', walkIns: 'approve', languages: ['en', 'de'], checksOutAt: '23:00' } }))
  const kiosk = await pairTestKiosk(server)
  const expectVisit: Reception['expect'] = async (name, { minutes = 30, location = lobby.id, host = ada.id, ...more } = {}) =>
    need(desk(createVisit, { body: { id: newId(), location, name, host, expectedAt: fromNow(minutes), ...more } }))
  const visit: Reception['visit'] = async (id) => need(server.callAs(ada)(getVisit, { params: { visit: id } }))
  const arrived: Reception['arrived'] = async (name, minutesAgo, more) => {
    const { id } = await expectVisit(name, { minutes: -minutesAgo, ...more })
    await need(desk(checkInVisit, { params: { visit: id }, body: { id: newId(), at: fromNow(-minutesAgo) } }))
    return visit(id)
  }
  return {
    house, kiosk, visit, arrived, expect: expectVisit,
    async left(name, minutesAgo, more) {
      const { id } = await arrived(name, minutesAgo + 45, more)
      await need(desk(checkOutVisit, { params: { visit: id }, body: { id: newId(), at: fromNow(-minutesAgo) } }))
      return visit(id)
    },
    async asks(name, { company = '', host = ada.id } = {}) {
      const id = newId()
      const [result] = await kiosk.send([kiosk.operation('ask', id, { name, company, host })])
      if (result?.state !== 'applied') throw new Error(`${result?.state}: ${result?.reason}`)
      return id
    },
    close: () => house.close(),
  }
}

export const group = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })
export const line = (page: Page, name: string): Locator => page.getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) })
export const panel = (page: Page): Locator => page.getByRole('complementary', { name: 'Visit', exact: true })
export const finder = (page: Page): Locator => page.getByRole('searchbox', { name: 'Find a visitor' })
