import { ticketLifeMs } from '#contract/limits.ts'
import type { Clock } from './clock.ts'

export interface Ticket { ticket: string; expiresAt: string }

/** Thrown by `ticket` when there will be no other: signed out, deactivated, link used up. Any other error is taken for a bad line and tried again. */
export class TicketDenied extends Error {
  override readonly name = 'TicketDenied'
}

export interface Tickets {
  /**
   * The ticket in hand, or a new one when it is over or `renew` is set; one request for all who ask at the same time.
   * When it is over and no new one is to be had, the old one: servers give it grace while their database is away.
   * @throws what asking threw, when there is none or `renew` is set
   */
  get(renew?: boolean): Promise<string>
  /** How long until half of its life is over; 0 = already. */
  dueMs(): number
}

const askingMs = 15_000

/** `denied` is told once there will be no other ticket. */
export function tickets({ ask, clock, denied }: { ask: () => Promise<Ticket>; clock: Clock; denied: () => void }): Tickets {
  let held: { ticket: string; sinceMs: number; lifeMs: number } | undefined
  let asking: Promise<string> | undefined

  async function askNow(): Promise<string> {
    let cancel = (): void => {}
    const late = new Promise<never>((_, reject) => { cancel = clock.after(askingMs, () => reject(new Error('No ticket came in time'))) })
    try {
      const { ticket, expiresAt } = await Promise.race([ask(), late])
      const leftMs = Date.parse(expiresAt) - clock.now()
      // A clock that runs ahead would see every ticket as over, and ask without end.
      held = { ticket, sinceMs: clock.now(), lifeMs: leftMs > 0 ? Math.min(leftMs, ticketLifeMs) : ticketLifeMs }
      return ticket
    } catch (error) {
      if (error instanceof TicketDenied) denied()
      throw error
    } finally {
      cancel()
      asking = undefined
    }
  }

  const leftMs = (share: number): number => held ? Math.max(0, held.sinceMs + held.lifeMs * share - clock.now()) : 0
  return {
    dueMs: () => leftMs(0.5),
    async get(renew = false) {
      if (held && !renew && leftMs(1) > 0) return held.ticket
      const old = renew ? undefined : held?.ticket
      try {
        return await (asking ??= askNow())
      } catch (error) {
        if (old === undefined || error instanceof TicketDenied) throw error
        return old
      }
    },
  }
}
