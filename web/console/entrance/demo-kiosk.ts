import { listKiosks, saveKiosk } from '#contract/kiosks.ts'
import { listLocations } from '#contract/places.ts'
import { caller } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { askTicket } from '../live/session.ts'

const name = 'Lobby'

/** Where the demo's kiosk opens: with a code that pairs this browser, if it can be had. */
export async function demoKiosk(): Promise<string> {
  const ticket = await askTicket()
  if (!ticket.ok) return '/kiosk'
  const call = caller({ url: location.origin, bearer: async () => ticket.value.ticket })
  const [places, kiosks] = await Promise.all([call(listLocations, {}), call(listKiosks, {})])
  const place = places.ok ? places.value.locations[0] : undefined
  if (!place || !kiosks.ok) return '/kiosk'
  const known = kiosks.value.kiosks.find((k) => k.name === name)
  const made = await call(saveKiosk, { params: { kiosk: known?.id ?? newId() }, body: { name, location: place.id } })
  return made.ok ? `/kiosk#${made.value.code}` : '/kiosk'
}
