import { Refused, type Lodge, type NewCommand } from '#client/lodge.ts'
import { tell, why } from '../shell/notices.ts'

/** The state is reached already, by somebody else: nothing to tell. */
const harmless = new Set(['already_closed', 'already_open', 'discarded', 'closed'])

/** For commands other than words: a refused one leaves no trace to try again, it says why. */
export function sendOrTell(lodge: Lodge, command: NewCommand): void {
  const { id, stored } = lodge.send(command)
  stored.catch((error: unknown) => {
    if (!(error instanceof Refused) || error.code === 'closed') return
    lodge.outbox.discard(id)
    if (!harmless.has(error.code)) tell(why(error.code), { failed: true })
  })
}
