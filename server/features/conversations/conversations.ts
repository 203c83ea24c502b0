/** What may be done to a conversation. Each verb authorises, then accepts one command; what it validates against changes in the same commit. */
import type { CommandBody } from '#contract/commands.ts'
import type { Attachment } from '#contract/entries.ts'
import { isBlank } from '#contract/text.ts'
import { isId } from '#contract/ids.ts'
import type { Tx } from '#server/db/db.ts'
import type { Draft } from '#server/kernel/entry-row.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { HandedOver, type Accept, type Stored } from '#server/kernel/sequencer.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { CommandCall, CommandHandlers } from '#server/realtime/plugs.ts'
import type { Access } from './access.ts'
export type { Access } from './access.ts'
import * as statements from './conversations.sql.ts'
import type { Facts } from './conversations.sql.ts'
import { takeBack } from './redaction.ts'
export { takeBack } from './redaction.ts'

interface Options {
  accept: Accept<Tx>
  access: Access
  /** Complete, of this conversation; the stored name, type and size win. @throws Refusal */
  checkAttachments: (tx: Tx, of: { session: Session; conversation: string; audience: 'inside' | 'everyone' }, attachments: readonly Attachment[]) => Promise<readonly Attachment[]>
  /** The bytes go when nobody else names them. */
  releaseBlobs: (tx: Tx, account: string, blobs: readonly string[]) => Promise<unknown>
  /** Puts a message on its way over the channel of its conversation, in the commit that stores it. @throws Refusal */
  leave: (tx: Tx, message: { account: string; conversation: string; id: string; text: string }) => Promise<void>
  /** A deleted message that has not left yet does not leave. */
  recall: (tx: Tx, account: string, message: string) => Promise<unknown>
}
const carriesNoFiles = 'An SMS carries no files. Send the text alone, or a link.'

const idIn = (topic: string): string => {
  const id = topic.startsWith('conversation:') ? topic.slice(13) : ''
  if (!isId(id)) throw new Refusal('invalid', 'The topic of this command is `conversation:<id>`.')
  return id
}

export function conversationCommands({ accept, access, checkAttachments, releaseBlobs, leave, recall }: Options): CommandHandlers {
  /** Draft of a command in a conversation that its sender may see. */
  function drafted(session: Session, { id, topic }: CommandCall, type: string, body: object, insideOnly: boolean): Draft<Tx> {
    if (insideOnly && !isInside(session)) throw new Refusal('forbidden')
    return { account: session.account, topic, id, type, actor: session.actor, body }
  }
  async function draft(session: Session, command: CommandCall, type: string, body: object, insideOnly = true) {
    const { channel } = await access.conversation(session, idIn(command.topic))
    return { draft: drafted(session, command, type, body, insideOnly), channel }
  }

  function refuseBlank(text: string, attachments: readonly Attachment[] | undefined): void {
    if (isBlank(text) && !attachments?.length) throw new Refusal('blank_message')
  }

  /** Not one `async` function: in a known conversation nothing is waited for before `accept`, and each wait is paid by every message. */
  const say = (type: 'message.sent' | 'note.added') => (session: Session, command: CommandCall): Promise<Stored> => {
    const body = command.body as CommandBody<'note.add'>
    refuseBlank(body.text, body.attachments)
    const facts = access.inTopic(session, command.topic) ?? access.conversation(session, idIn(command.topic))
    return facts instanceof Promise ? facts.then((found) => saidIn(found, type, session, command, body)) : saidIn(facts, type, session, command, body)
  }
  function saidIn({ channel }: Facts, type: 'message.sent' | 'note.added', session: Session, command: CommandCall, body: CommandBody<'note.add'>): Promise<Stored> {
    const d = drafted(session, command, type, body, type === 'note.added')
    const { attachments } = body
    if (channel && type === 'message.sent' && isInside(session)) {
      if (attachments?.length) throw new Refusal('unsupported_type', carriesNoFiles)
      return accept({ ...d, guard: (tx) => leave(tx, { account: d.account, conversation: idIn(d.topic), id: d.id, text: body.text }) })
    }
    if (!attachments?.length) return accept(d)
    const of = { session, conversation: idIn(d.topic), audience: type === 'note.added' ? 'inside' : 'everyone' } as const
    return accept({ ...d, guard: async (tx) => ({ ...body, attachments: await checkAttachments(tx, of, attachments) }) })
  }

  const edit = (of: 'message.sent' | 'note.added', type: 'message.edited' | 'note.edited') => async (session: Session, command: CommandCall) => {
    const body = command.body as CommandBody<'message.edit'>
    refuseBlank(body.text, undefined)
    const { draft: d, channel } = await draft(session, command, type, body, type === 'note.edited')
    if (channel && type === 'message.edited' && isInside(session)) throw new Refusal('left_already')
    return accept({ ...d, guard: async (tx) => {
      const message = await tx.maybe(statements.messageForUpdate(d.account, d.topic, body.message))
      if (!message || message.type !== of) throw new Refusal('not_found')
      if (message.gone) throw new Refusal('gone')
      if (message.actor !== d.actor) throw new Refusal('not_yours')
    } })
  }

  return {
    async 'conversation.open'(session, command) {
      const { inbox, contact, page, invitation } = command.body as CommandBody<'conversation.open'>
      const id = idIn(command.topic)
      const who = isInside(session) ? contact : session.actor.slice(8)
      if (!who) throw new Refusal('invalid', 'body/contact is needed: say for whom the conversation is.')
      if (!isInside(session) && contact !== undefined && contact !== who) throw new Refusal('forbidden')
      const { account, channel } = session
      const facts: Facts = { account, id, inbox, contact: who, channel: channel ?? null }
      // The guard says the same; but while the database is away nobody asks it.
      if (access.isTaken(facts)) throw new Refusal('taken')
      const stored = accept({
        account, topic: command.topic, id: command.id, type: 'conversation.opened', actor: session.actor,
        body: { inbox, contact: who, ...(page !== undefined && { page }), ...(invitation !== undefined && { invitation }), ...(channel && { channel }) },
        guard: async (tx, { at, offset }) => {
          if (await tx.run(statements.insert({ account, id, inbox, contact: who, page, channel, at, offset })) === 1) return
          throw new Refusal(await tx.maybe(statements.exists(account, id)) ? 'taken' : 'not_found')
        },
      })
      stored.then(() => { access.learn(facts) }, (error: unknown) => {
        if (access.isTaken(facts)) return   // somebody else's was first
        // Also of one that is only kept so far: what follows in it has to find it, and the database cannot be asked.
        if (error instanceof HandedOver) access.learn(facts); else access.forget(account, id)
      })
      access.opening(account, id, stored)
      return stored
    },

    'message.send': say('message.sent'),
    'note.add': say('note.added'),
    'message.edit': edit('message.sent', 'message.edited'),
    'note.edit': edit('note.added', 'note.edited'),

    async 'message.delete'(session, command) {
      const body = command.body as CommandBody<'message.delete'>
      const { draft: d, channel } = await draft(session, command, 'message.deleted', body, false)
      return accept({ ...d, looksBack: true, guard: async (tx) => {
        const message = await tx.maybe(statements.messageForUpdate(d.account, d.topic, body.message))
        if (!message || (message.type === 'note.added' && !isInside(session))) throw new Refusal('not_found')
        if (message.gone) throw new Refusal('gone')
        if (message.actor !== d.actor && session.role !== 'admin') throw new Refusal('not_yours')
        await takeBack(tx, { account: d.account, topic: d.topic, message: body.message, releaseBlobs })
        if (channel) await recall(tx, d.account, body.message)
      } })
    },

    async 'conversation.assign'(session, command) {
      const body = command.body as CommandBody<'conversation.assign'>
      const { draft: d } = await draft(session, command, 'conversation.assigned', body)
      const id = idIn(d.topic)
      return accept({ ...d, guard: async (tx) => {
        const state = await tx.one(statements.stateForUpdate(d.account, id))
        if (body.expect !== undefined && body.expect !== state.assignee) throw new Refusal('assigned_elsewhere')
        const team = body.team === undefined ? state.team : body.team
        if (body.assignee && !(await tx.maybe(statements.isUser(d.account, body.assignee)))) throw new Refusal('not_found', 'There is no such person, or not any more.')
        if (body.team && !(await tx.maybe(statements.isTeam(d.account, body.team)))) throw new Refusal('not_found', 'There is no such team.')
        await tx.run(statements.setAssignment(d.account, id, body.assignee, team))
        return { assignee: body.assignee, team, ...(body.note !== undefined && { note: body.note }) }
      } })
    },

    async 'conversation.close'(session, command) {
      const { draft: d } = await draft(session, command, 'conversation.closed', {})
      const id = idIn(d.topic)
      return accept({ ...d, guard: async (tx, { offset }) => {
        if ((await tx.one(statements.stateForUpdate(d.account, id))).status === 'closed') throw new Refusal('already_closed')
        await tx.run(statements.setStatus(d.account, id, offset, 'closed', null))
      } })
    },
    async 'conversation.reopen'(session, command) {
      const { draft: d } = await draft(session, command, 'conversation.reopened', {})
      const id = idIn(d.topic)
      return accept({ ...d, guard: async (tx, { offset }) => {
        if ((await tx.one(statements.stateForUpdate(d.account, id))).status === 'open') throw new Refusal('already_open')
        await tx.run(statements.setStatus(d.account, id, offset, 'open', null))
      } })
    },
    async 'conversation.snooze'(session, command) {
      const body = command.body as CommandBody<'conversation.snooze'>
      if (!(Date.parse(body.until) > Date.now())) throw new Refusal('invalid', 'body/until must be an instant in the future.')
      const { draft: d } = await draft(session, command, 'conversation.snoozed', body)
      const id = idIn(d.topic)
      return accept({ ...d, guard: async (tx, { offset }) => {
        await tx.one(statements.stateForUpdate(d.account, id))
        await tx.run(statements.setStatus(d.account, id, offset, 'snoozed', body.until))
      } })
    },
    async 'conversation.label'(session, command) {
      const labels = [...new Set((command.body as CommandBody<'conversation.label'>).labels.map((l) => l.trim()).filter(Boolean))]
      const { draft: d } = await draft(session, command, 'conversation.labelled', { labels })
      const id = idIn(d.topic)
      return accept({ ...d, guard: async (tx) => {
        await tx.one(statements.stateForUpdate(d.account, id))
        await tx.run(statements.setLabels(d.account, id, labels))
      } })
    },
  }
}

/** Of the contact's own number: what agents see, and why nothing leaves. */
export const setOptedOut = (tx: Tx, account: string, conversation: string, optedOut: boolean): Promise<number> => tx.run(statements.setOptedOut(account, conversation, optedOut))
