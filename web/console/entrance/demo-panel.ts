import { listSpaces, pairSpacePanel } from '#contract/spaces.ts'
import { caller } from '#client/call.ts'
import { askTicket } from '../live/session.ts'

/** Where the demo's room panel opens: at the first meeting room, with a code that pairs this browser, if it can be had. */
export async function demoPanel(): Promise<string> {
  const ticket = await askTicket()
  if (!ticket.ok) return '/panel'
  const call = caller({ url: location.origin, bearer: async () => ticket.value.ticket })
  const rooms = await call(listSpaces, { query: { kind: 'room' } })
  const room = rooms.ok ? rooms.value.spaces[0] : undefined
  if (!room) return '/panel'
  const made = await call(pairSpacePanel, { params: { space: room.id } })
  return made.ok ? `/panel/${room.id}#${made.value.code}` : '/panel'
}
