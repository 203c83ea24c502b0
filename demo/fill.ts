/** Fills an empty Lodge with a lived-in hotel, by the same verbs that people use, on a clock that starts four weeks ago. */
import toAscii from 'any-ascii'
import { v7 as newId } from 'uuid'
import type { CommandType } from '#contract/commands.ts'
import type { App } from '#server/app/app.ts'
import type { Pool } from '#server/db/pool.ts'
import { sql } from '#server/db/sql.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import type { Session } from '#server/kernel/session.ts'
import { canned, dialogues } from './dialogues.ts'
import type { TimeMachine } from './clock.ts'
import { fillOffice } from './office.ts'
import { pastWeeks, weeksMs } from './weeks.ts'
import { fillRules } from './rules.ts'
import { fillVisits, findVisits, type DemoBook } from './visits.ts'

export interface Demo { account: string; admin: string; inbox: string; /** API tokens of the colleagues who answer by themselves. */ tokens: readonly string[]; book?: DemoBook | undefined }

const hotel = 'Hotel Lantern'
const hourMs = 3_600_000
const colleagues = [['Kit Moreau', 'kit'], ['Noor Rahman', 'noor'], ['Milo Jansen', 'milo']] as const

/** Idempotent: a demo that is there already is found again. @throws CannotStart when these data are somebody's own. */
export async function fillDemo(app: App, pool: Pool, clock: TimeMachine): Promise<Demo> {
  const [first] = await pool.read('find demo', 5_000, (tx) => tx.all(sql<{ account: string; name: string; admin: string; inbox: string | null }>`
    select a.id as account, a.name, u.id as admin, (select i.id from inboxes i where i.account_id = a.id order by i.id limit 1) as inbox
    from accounts a join users u on u.account_id = a.id and u.role = 'admin' order by a.created_at limit 1`))
  if (first && first.name !== hotel) throw new CannotStart('The demo fills an empty Lodge, and this one has data. Set LODGE_DATA to another folder.')
  const demo = first?.inbox ? { account: first.account, admin: first.admin, inbox: first.inbox } : await fill(app, clock)
  if (!first?.inbox) await backdate(pool, demo.account)
  const { users } = await app.identity.people.list(demo.account)
  const tokens = await Promise.all(users.filter((u) => u.email.startsWith('kit@') || u.email.startsWith('noor@')).map(async (u) =>
    (await app.identity.tokens.make(session(demo.account, `user:${u.id}`, 'agent'), newId(), `${u.name} (demo)`)).token))
  const book = await findVisits(app, session(demo.account, `user:${demo.admin}`, 'admin'), users.slice(0, 3).map((u) => u.id))
  return { ...demo, tokens, book }
}

/** What the database dates by itself does not travel in time: a guest of yesterday was first seen then, and a notice is as old as its visit. */
async function backdate(pool: Pool, account: string): Promise<void> {
  await pool.read('backdate the demo', 10_000, async (tx) => {
    await tx.run(sql`update contacts c set first_seen_at = o.at from (select contact_id, min(opened_at) as at from conversations where account_id = ${account} group by contact_id) o
      where c.account_id = ${account} and c.id = o.contact_id and o.at < c.first_seen_at`)
    await tx.run(sql`update deliveries d set created_at = v.arrived_at, done_at = v.arrived_at from visits v
      where d.account_id = ${account} and v.account_id = ${account} and strpos(d.body, v.id::text) > 0 and v.arrived_at < d.created_at and d.state = 'tray'`)
    const iso = new Date(Date.now() - weeksMs).toISOString()
    await tx.run(sql`update deliveries set created_at = ${iso}, done_at = ${iso} where account_id = ${account} and kind = 'invitation' and state = 'tray'`)
  })
}

export const session = (account: string, actor: Session['actor'], role: Session['role']): Session => ({ account, actor, role, subject: 'session:demo', expiresAtMs: Number.MAX_SAFE_INTEGER })

async function fill(app: App, clock: TimeMachine): Promise<Omit<Demo, 'tokens' | 'book'>> {
  const { identity, verbs: { inboxes, contacts, commands } } = app
  const startMs = Date.now() - 74 * hourMs
  clock.travelTo(Date.now() - weeksMs)
  const ada = await identity.links.accept((await identity.links.makeFirstAdmin())!, { account: hotel, name: 'Ada Sørensen', email: 'ada@lantern.example', password: newId() }, {})
  const account = ada.ticket.account.id, admin = ada.ticket.user.id
  const asAda = session(account, `user:${admin}`, 'admin')

  const staff: Session[] = []
  for (const [name, box] of colleagues) {
    const { id } = await identity.people.invite(asAda, { id: newId(), name, email: `${box}@lantern.example`, role: 'agent' })
    staff.push(session(account, `user:${id}`, 'agent'))
  }
  const [kit, noor, milo] = staff as [Session, Session, Session]
  const idOf = (s: Session): string => s.actor.slice(5)
  const reception = await identity.people.saveTeam(asAda, { id: newId(), name: 'Reception', members: [admin, idOf(kit), idOf(noor)] })
  await identity.people.saveTeam(asAda, { id: newId(), name: 'Housekeeping', members: [idOf(milo)] })
  const [first] = await inboxes.list(account)
  const { id: website } = await inboxes.save(asAda, first!.id, { name: 'Website', greeting: 'Welcome to Hotel Lantern. What can we do for you?', replyTime: 'We usually answer within a few minutes.' })
  const { id: concierge } = await inboxes.save(asAda, newId(), { name: 'Concierge', greeting: 'Your concierge is listening.', replyTime: 'Day and night.' })
  for (const [shortcut, text] of canned) await inboxes.saveCanned(asAda, { id: newId(), shortcut, text })
  await inboxes.saveInvitation(asAda, { id: newId(), inbox: website, address: '/guest', afterSeconds: 20, text: 'Looking for a room? We are here if you have a question.', active: true })

  // Every turn of every dialogue, at its time, oldest first.
  const events: { atMs: number; do: () => Promise<unknown> }[] = []
  const run = (as: Session, type: CommandType, topic: string, body: object) => commands[type](as, { id: newId(), type, topic, body })
  dialogues.forEach((d, i) => {
    const topic = `conversation:${newId()}`, contact = newId()
    const guest = session(account, `contact:${contact}`, 'contact')
    const host = i % 5 === 4 ? asAda : staff[i % 2]!   // some are the visitor's of this demo, who is Ada
    const isRecent = i >= dialogues.length - 4
    let atMs = isRecent ? Date.now() - (dialogues.length - i) * 7 * 60_000 : startMs + (i + 1) * 6.5 * hourMs
    const at = (afterMs: number, act: () => Promise<unknown>): void => { atMs += afterMs; events.push({ atMs, do: act }) }
    at(0, () => contacts.create(asAda, { id: contact, name: d.guest, email: i % 3 === 0 ? `${toAscii(d.guest).toLowerCase().replaceAll(/\W+/g, '.')}@guests.example` : null }))
    at(0, () => run(guest, 'conversation.open', topic, { inbox: website, page: `https://lantern.example${d.page}` }))
    d.turns.forEach(([who, text], j) => {
      if (who === 'h' && d.turns.findIndex(([w]) => w === 'h') === j) at(20_000, () => run(host, 'conversation.assign', topic, { assignee: idOf(host), team: reception.id }))
      at(45_000 + (i * 7 + j * 13) % 90 * 1000, () => run(who === 'g' ? guest : host, who === 'n' ? 'note.add' : 'message.send', topic, { text }))
    })
    if (d.labels) at(5_000, () => run(host, 'conversation.label', topic, { labels: d.labels! }))
    if (!isRecent && i % 4 !== 2 && host !== asAda) at(90_000, () => run(host, 'conversation.close', topic, {}))
    else if (i === 6) at(60_000, () => run(host, 'conversation.snooze', topic, { until: new Date(Date.now() + 20 * hourMs).toISOString() }))
  })
  events.push(...pastWeeks({ app, admin: asAda, inboxes: [website, concierge], hosts: [kit, noor, milo], guestOf: (contact) => session(account, `contact:${contact}`, 'contact') }))
  events.push(...await fillOffice(app, asAda, [asAda, kit, noor, milo]))
  for (const event of events.sort((a, b) => a.atMs - b.atMs)) {
    clock.travelTo(Math.min(event.atMs, Date.now() - 1000))
    await event.do()
  }
  await fillVisits(app, clock, asAda, [asAda, kit, noor])
  await fillRules(app, asAda)
  await app.feed.settled()
  return { account, admin, inbox: website }
}
