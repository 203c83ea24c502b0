/** Conversations: with whom, in which inbox, over which channel, with what attached; and who of the team follows them live. */
import { hkdfSync } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { NoticesView } from '#contract/people.ts'
import { checkAttachments, releaseBlobs, releaseBlobsOf } from '#server/features/blobs/blobs.ts'
import { blobRoutes } from '#server/features/blobs/blobs.routes.ts'
import { openIncoming } from '#server/features/blobs/incoming.ts'
import { folderStore } from '#server/features/blobs/store.ts'
import { sweepBlobs } from '#server/features/blobs/sweep.ts'
import { channelRoutes } from '#server/features/channels/channels.routes.ts'
import { channels as openChannels, eraseAddressesOf } from '#server/features/channels/channels.ts'
import { contactErasure } from '#server/features/contacts/erasure.ts'
import { contactRoutes } from '#server/features/contacts/contacts.routes.ts'
import { contacts as openContacts } from '#server/features/contacts/contacts.ts'
import { conversationAccess } from '#server/features/conversations/access.ts'
import { conversationRoutes } from '#server/features/conversations/conversations.routes.ts'
import { conversationCommands } from '#server/features/conversations/conversations.ts'
import { conversationTopic, inboxList } from '#server/features/conversations/live.ts'
import { colleagueNotices, noticesView } from '#server/features/conversations/notices.ts'
import { conversationList } from '#server/features/conversations/projection.ts'
import { wakeSnoozed } from '#server/features/conversations/snooze.ts'
import { transcripts } from '#server/features/conversations/transcript.ts'
import { tellUnanswered } from '#server/features/conversations/unanswered.ts'
import { eraseDeliveries } from '#server/features/deliveries/deliveries.ts'
import { colleagueMail, colleaguePush, unansweredMail } from '#server/features/deliveries/mails.ts'
import { transcriptMail } from '#server/features/deliveries/transcript.ts'
import { doorView, mayConnect } from '#server/features/inboxes/door.ts'
import { doorsOf } from '#server/features/inboxes/doors.ts'
import { inboxRoutes } from '#server/features/inboxes/inboxes.routes.ts'
import { inboxes as openInboxes } from '#server/features/inboxes/inboxes.ts'
import { inviting } from '#server/features/inboxes/inviting.ts'
import { visitorSessions } from '#server/features/inboxes/visitor-sessions.ts'
import { every } from '#server/jobs/every.ts'
import type { Core } from './core.ts'
import type { Counting } from './counting.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'
import type { People } from './people.ts'
import type { Telling } from './telling.ts'

const incomingMaxBytes = 64 * 1024 * 1024

interface Needs { way: GivingWay; core: Core; telling: Telling; people: People; counting: Counting }

export async function openConversing(g: Given, { way: { work }, core, telling: { deliveries, pushes }, people, counting: { board } }: Needs) {
  const { log, now, node, keys, baseUrl, noted, off, chores } = g
  const { identity, changed } = people
  const { accept, hub, views, inside, journal, spool, push, isWatched } = core
  const db = work('history'), resuming = work('resume'), message = work('message')

  const inboxes = openInboxes({ db: resuming, changed, online: people.online })
  const doors = doorsOf(inboxes, now)
  const invite = inviting({ doors, watched: () => hub.watched(undefined, 'door'), push })
  views.serve('door', (account, inbox) => invite.door(account, inbox ?? ''), 500)
  const doorChanged = (account: string): void => { doors.changed(account); views.soon(account, 'door') }
  core.onCommitted((rows) => { for (const { topic, account } of rows) if (topic === 'settings') doorChanged(account) })

  const contacts = openContacts({ db, accept })
  const access = await conversationAccess(resuming, { noted: noted('conversations'), recalls: !core.isAsked, isGatherOff: off.has('gather') })
  const channels = openChannels({
    db: message, accept, commands: () => commands, changed, keys: keys.tickets, node, baseUrl, networks: g.channels?.networks, tuning: g.channels?.tuning, ...chores,
  })
  const commandOptions = { access, checkAttachments, releaseBlobs, leave: channels.leave, recall: channels.recall }
  const commands = conversationCommands({ accept, ...commandOptions })
  const list = inboxList({ db: work('reply'), log, push, isWatched })
  const store = folderStore(join(g.folder, 'blobs'))
  const incoming = await openIncoming(join(g.folder, 'incoming'), incomingMaxBytes)
  const linkKey = Buffer.from(hkdfSync('sha256', keys.tickets.at(-1)!.secret, '', 'lodge blob links', 32))
  /** As people reach them: with the spool behind them. */
  const door = spool.doors.commands(commands)

  /** Erasing the contact finds by the path what was told about the conversation. */
  const leadingTo = (conversation: string): { path: string; url: string } => ({ path: `/inbox/${conversation}`, url: `${baseUrl()}/inbox/${conversation}` })

  return {
    commands, commandOptions, door, inboxes, contacts, channels, access, list, invite, doorChanged,
    topics: [conversationTopic(access)],
    views: [list.view, doorView(invite), noticesView],
    mayConnect: mayConnect(resuming, g.publicUrl),
    begin() {
      inside.subscribe(conversationList((of) => {
        list.changed(of)
        for (const { account } of of) board.soon(account)
      }))
      inside.subscribe(colleagueNotices({
        now, isThere: people.isThere, browsersOf: pushes.browsersOf,
        show: (account, user, notice) => push(account, `notices:${user}`, { notice } satisfies NoticesView),
        push: (tx, account, browsers, news) =>
          deliveries.push(tx, account, browsers.map((b) => ({ ...colleaguePush({ ...news, ...leadingTo(news.conversation), id: b.delivery }), subscription: b.id, to: b.to }))),
        mail: (tx, account, to, notice) => deliveries.deliver(tx, account, colleagueMail({ ...notice, to, ...leadingTo(notice.conversation) })),
      }))
      return [
        every('wake snoozed conversations', 5_000, () => wakeSnoozed({ db, accept }), chores),
        every('tell of unanswered conversations', 60_000, () => tellUnanswered({
          db, now, isThere: people.isThere,
          deliver: (tx, account, w) => deliveries.deliver(tx, account, unansweredMail({ ...w, ...leadingTo(w.conversation) })),
        }), chores),
        every('sweep attachments', 600_000, () => sweepBlobs({ db, store, incoming, now }), chores),
      ]
    },
    mount(http: FastifyInstance): void {
      const sendTranscript = transcripts({
        db, access, now, sends: deliveries.sends, deliver: (tx, account, told) => deliveries.deliver(tx, account, transcriptMail(told)),
      })
      const openVisitorSession = visitorSessions({ db: resuming, door: invite.door, visitorTicket: identity.visitorTicket, fillIn: contacts.fillIn, now })
      const erase = contactErasure({ accept, releaseBlobsOf, eraseDeliveries, eraseAddressesOf, forgetKept: spool.forget, revoke: identity.revoke })
      conversationRoutes(http, { db, access, epoch: () => journal.epoch, commands: door, sendTranscript })
      channelRoutes(http, { channels, access, baseUrl })
      blobRoutes(http, { db: message, store, incoming, accessConversation: (session, id) => access.conversation(session, id), linkKey, now })
      inboxRoutes(http, { inboxes, openVisitorSession, ownOrigin: g.publicUrl, isWithdrawn: () => invite.isWithdrawn })
      contactRoutes(http, { contacts, erase })
    },
  }
}
export type Conversing = Awaited<ReturnType<typeof openConversing>>
