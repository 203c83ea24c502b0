/**
 * The lever (P10): invitations to chat are withdrawn from every page with an open socket. It needs no database: what is pushed is the
 * door as it was read last, without its invitations.
 */
import type { Door } from '#contract/inboxes.ts'
import type { Doors } from './doors.ts'

interface Options {
  doors: Doors
  /** The doors that somebody watches now. */
  watched: () => readonly { account: string; name: string; id: string | undefined }[]
  push: (account: string, view: string, door: Door) => void
}

export function inviting({ doors, watched, push }: Options) {
  let isWithdrawn = false
  const asItIs = (door: Door): Door => isWithdrawn ? { ...door, invitations: [] } : door
  return {
    get isWithdrawn() { return isWithdrawn },
    /** @throws Refusal `not_found` */
    door: async (account: string, inbox: string): Promise<Door> => asItIs(await doors.door(account, inbox)),
    set(to: boolean): void {
      if (isWithdrawn === to) return
      isWithdrawn = to
      for (const { account, name, id } of watched()) {
        const last = id === undefined ? undefined : doors.last(account, id)
        if (last) push(account, name, asItIs(last))
      }
    },
  }
}
export type Inviting = ReturnType<typeof inviting>
