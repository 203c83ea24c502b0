/** Four weeks of the demo's past, so that a report has something to tell: busy mornings and evenings, quiet Mondays, one colleague quicker than the other. */
import { v7 as newId } from 'uuid'
import type { CommandType } from '#contract/commands.ts'
import type { App } from '#server/app/app.ts'
import type { Session } from '#server/kernel/session.ts'

const guests = ['Anna Berg', 'Hiro Sato', 'Lena Vogel', 'Mateo Cruz', 'Zoé Martin', 'Omar Farouk', 'Ingrid Holm', 'Pavel Novak', 'Leila Amari', 'Jack Turner', '陈思', 'Rosa Lima']
const talks = [
  ['Is breakfast included in the room?', 'It is, from seven until half past ten.', 'Perfect.'], ['Can we store our bicycles?', 'Yes, the cellar is dry and locked. Reception has the key.', 'Great, thank you!'],
  ['Could you book a taxi for six tomorrow?', 'It is booked for six, at the front door.', 'Thanks a lot.'], ['Do you have a quiet room for Thursday?', 'Room 305 looks on the courtyard; it is yours.', 'Wonderful.'],
  ['Is the pool open in the evening?', 'Until ten, towels are at the entrance.', 'See you there.'], ['I left my scarf in 214.', 'We have found it and keep it for you at reception.', 'You are the best!'],
] as const
/** Local hours at which guests write, the frequent ones more often. */
const hours = [8, 9, 9, 10, 10, 11, 12, 14, 16, 17, 18, 18, 19, 20, 21]
const byWeekday = [6, 3, 4, 5, 5, 7, 8]
const atOnce = 3
const dayMs = 86_400_000, minuteMs = 60_000
/** The dialogues of the last days are told in full elsewhere. */
const until = 4
export const weeksMs = 29 * dayMs

const nameOf = (k: number): string => guests[k * 5 % guests.length]!

interface Options { app: App; admin: Session; inboxes: readonly string[]; hosts: readonly Session[]; guestOf: (contact: string) => Session }
export function pastWeeks({ app: { verbs: { commands, contacts } }, admin, inboxes, hosts, guestOf }: Options): { atMs: number; do: () => Promise<unknown> }[] {
  const events: { atMs: number; do: () => Promise<unknown> }[] = []
  const known = new Map<string, string>()
  const run = (as: Session, type: CommandType, topic: string, body: object) => commands[type](as, { id: newId(), type, topic, body })
  let n = 0
  for (let day = 27; day >= until; day--) {
    const midnight = new Date(Date.now() - day * dayMs)
    midnight.setHours(0, 0, 0, 0)
    // Guests come by twos and threes, at the same moment: so many commands make one commit, and the demo opens sooner.
    for (let left = byWeekday[midnight.getDay()]!, slot = 0; left > 0; left -= atOnce, slot++) {
      const few = Array.from({ length: Math.min(atOnce, left) }, () => ({ n: n++, topic: `conversation:${newId()}` }))
      const first = few[0]!.n, host = hosts[first * 3 % 7 % hosts.length]!
      let atMs = midnight.getTime() + hours[(day * 4 + slot * 7) % hours.length]! * 60 * minuteMs + first * 11 % 55 * minuteMs
      const each = (minutes: number, act: (topic: string, n: number, guest: Session, contact: string) => unknown): void => {
        atMs += minutes * minuteMs
        events.push({ atMs, do: () => Promise.all(few.map((one) => { const contact = contactOf(one.n); return act(one.topic, one.n, guestOf(contact), contact) })) })
      }
      each(0, (_topic, k, _guest, contact) => contacts.create(admin, { id: contact, name: nameOf(k), email: null }))
      each(0.1, (topic, k, guest) => run(guest, 'conversation.open', topic, { inbox: inboxes[k % 5 === 0 ? 1 : 0]! }))
      each(0.4, (topic, k, guest) => run(guest, 'message.send', topic, { text: talks[k % talks.length]![0] }))
      each(host === hosts[0] ? 1 + first % 4 : 3 + first * 3 % 11, (topic, k) => run(host, 'message.send', topic, { text: talks[k % talks.length]![1] }))
      each(2, (topic, k, guest) => k % 3 === 0 && run(guest, 'message.send', topic, { text: talks[k % talks.length]![2] }))
      each(4 + first * 13 % 40, (topic) => run(host, 'conversation.close', topic, {}))
    }
  }
  function contactOf(k: number): string {
    const name = nameOf(k)
    if (!known.has(name)) known.set(name, newId())
    return known.get(name)!
  }
  return events
}
