/** The signed-in tab: opened once, closed when the session ends. */
import { openLive, type Live } from './live.ts'
import { askTicket, lastSession, onSessionElsewhere } from './session.ts'

let live: Live | undefined

export class Away extends Error {
  override readonly name = 'Away'
}

/** Who was here last gets the screen at once; the ticket follows, and decides. Undefined = sign in first. Throws `Away` when nobody can tell. */
export async function openTab(): Promise<Live | undefined> {
  if (live && live.status.get().state !== 'ended') return live
  const known = lastSession()
  if (known) return live = openLive(known)
  const outcome = await askTicket()
  if (outcome.ok) return live = openLive(outcome.value)
  if (outcome.code === 'unauthenticated') return undefined
  throw new Away(outcome.message)
}

export function closeTab(): void {
  live?.close()
  live = undefined
}

onSessionElsewhere(() => { if (live && lastSession()?.user.id !== live.session.user.id) location.reload() })
