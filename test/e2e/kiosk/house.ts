/** A Lodge with a location, hosts and a kiosk to be paired, that can be killed; and what it knows in the end. */
import { caller, valueOf, type Call } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import { listKiosks, saveKiosk } from '#contract/kiosks.ts'
import { listPeople } from '#contract/people.ts'
import { saveLocation } from '#contract/places.ts'
import { checkInVisit, createVisit, listVisitLog, listVisits, type Visit } from '#contract/visits.ts'
import type { Entry } from '#contract/entries.ts'
import { startOwnServer, type OwnServer } from '#tools/replay/own-server.ts'

export interface House {
  readonly server: OwnServer
  readonly location: string
  readonly host: { id: string; name: string }
  pairingCode(kiosk: string): Promise<string>
  expect(name: string): Promise<string>
  /** At the desk. */
  checkIn(visit: string): Promise<unknown>
  unsent(kiosk: string): Promise<{ unsent: number; missing: number; quarantined: number }>
  /** What it knows of people with this in their names, read back over the public API. Notices by their subject. */
  book(search: string): Promise<{ visits: Visit[]; logs: Map<string, readonly Entry[]>; notices: Map<string, number> }>
  stop(): Promise<void>
}

export async function openHouse(): Promise<House> {
  const server = await startOwnServer()
  const call: Call = caller({ url: server.url, bearer: async () => server.token })
  const location = newId()
  valueOf(await call(saveLocation, { params: { location }, body: { name: 'Lobby', walkIns: 'welcome' } }))
  const { users } = valueOf(await call(listPeople, {}))
  const host = users[0]!
  return {
    server, location, host: { id: host.id, name: host.name },
    pairingCode: async (kiosk) => (valueOf(await call(saveKiosk, { params: { kiosk }, body: { name: 'Entrance', location } }))).code,
    expect: async (name) => (valueOf(await call(createVisit, { body: { id: newId(), location, name, expectedAt: new Date().toISOString(), host: host.id } }))).id,
    checkIn: async (visit) => valueOf(await call(checkInVisit, { params: { visit }, body: { id: newId() } })),
    async unsent(kiosk) {
      const { kiosks } = valueOf(await call(listKiosks, {}))
      return kiosks.find((k) => k.id === kiosk)!
    },
    async book(search) {
      const visits: Visit[] = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: { visits: Visit[]; next: string | null } = valueOf(await call(listVisits, { query: { location, search, limit: 500, ...(cursor !== undefined && { cursor }) } }))
        visits.push(...page.visits)
        cursor = page.next
      }
      const logs = new Map<string, readonly Entry[]>()
      for (const { id } of visits) logs.set(id, (valueOf(await call(listVisitLog, { params: { visit: id } }))).entries as unknown as Entry[])
      const notices = new Map<string, number>()
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: { deliveries: { subject: string }[]; next: string | null } = valueOf(await call(listDeliveries, { query: { limit: 200, ...(cursor !== undefined && { cursor }) } }))
        for (const { subject } of page.deliveries) notices.set(subject, (notices.get(subject) ?? 0) + 1)
        cursor = page.next
      }
      return { visits, logs, notices }
    },
    stop: () => server.stop(),
  }
}
