/** Four weeks of the demo's past, so that a report has something to tell: busy mornings and evenings, quiet Mondays, one colleague quicker than the other. */
import { v7 as newId } from 'uuid'
import type { CommandType } from '#contract/commands.ts'
import type { App } from '#server/app.ts'
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
const dayMs = 86_400_000, minuteMs = 60_000
/** The dialogues of the last days are told in full elsewhere. */
const until = 4
export const weeksMs = 29 * dayMs

interface Options { app: App; admin: Session; inboxes: readonly string[]; hosts: readonly Session[]; guestOf: (contact: string) => Session }
export function pastWeeks({ app: { verbs: { commands, contacts } }, admin, inboxes, hosts, guestOf }: Options): { atMs: number; do: () => Promise<unknown> }[] {
  const events: { atMs: number; do: () => Promise<unknown> }[] = []
  const known = new Map<string, string>()
  const run = (as: Session, type: CommandType, topic: string, body: object) => commands[type](as, { id: newId(), type, topic, body })
  let count = 0
  for (let day = 27; day >= until; day--) {
    const midnight = new Date(Date.now() - day * dayMs)
    midnight.setHours(0, 0, 0, 0)
    for (let i = byWeekday[midnight.getDay()]!; i > 0; i--) {
      const n = count++
      const name = guests[n * 5 % guests.length]!, [question, answer, thanks] = talks[n % talks.length]!
      const host = hosts[n * 3 % 7 % hosts.length]!, topic = `conversation:${newId()}`
      const contact = known.get(name) ?? newId()
      let atMs = midnight.getTime() + hours[n * 7 % hours.length]! * 60 * minuteMs + n * 11 % 55 * minuteMs
      const at = (minutes: number, act: () => Promise<unknown>): void => { atMs += minutes * minuteMs; events.push({ atMs, do: act }) }
      if (!known.has(name)) at(0, () => contacts.create(admin, { id: contact, name, email: null }))
      known.set(name, contact)
      const guest = guestOf(contact)
      at(0, () => run(guest, 'conversation.open', topic, { inbox: inboxes[n % 5 === 0 ? 1 : 0]! }))
      at(0.4, () => run(guest, 'message.send', topic, { text: question }))
      at(host === hosts[0] ? 1 + n % 4 : 3 + n * 3 % 11, () => run(host, 'message.send', topic, { text: answer }))
      if (n % 3 === 0) at(2, () => run(guest, 'message.send', topic, { text: thanks }))
      at(4 + n * 13 % 40, () => run(host, 'conversation.close', topic, {}))
    }
  }
  return events
}
