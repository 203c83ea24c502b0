import type { FastifyInstance } from 'fastify'
import type { Ack, CommandBody, CommandType } from '#contract/commands.ts'
import * as endpoints from '#contract/conversations.ts'
import type { Db } from '#server/db/db.ts'
import { network } from '#server/http/rates.ts'
import { route } from '#server/http/route.ts'
import type { Session } from '#server/kernel/session.ts'
import { ackOf, type CommandDoor } from '#server/realtime/plugs.ts'
import type { Access } from './access.ts'
import * as reading from './reading.ts'

interface Options {
  db: Db; access: Access; epoch: () => string; commands: CommandDoor
  sendTranscript: (session: Session, network: string, conversation: string, id: string, to: string) => Promise<{ delivery: string; leaves: boolean }>
}

export function conversationRoutes(app: FastifyInstance, { db, access, epoch, commands, sendTranscript }: Options): void {
  /** The same handlers as over the socket. */
  const run = async <T extends CommandType>(session: Session, conversation: string, type: T, id: string, body: CommandBody<T>): Promise<Ack> =>
    ackOf(await commands[type](session, { id, type, topic: `conversation:${conversation}`, body }))

  route(app, endpoints.listConversations)(({ session, query }) => reading.list(db, session, query))
  route(app, endpoints.getConversation)(({ session, params }) => reading.get(db, session, params.conversation))
  route(app, endpoints.listEntries)(({ session, params, query }) => reading.entries(db, access, epoch, session, params.conversation, query))

  route(app, endpoints.openConversation)(({ session, body: { id, conversation, ...body } }) => run(session, conversation, 'conversation.open', id, body))
  route(app, endpoints.sendMessage)(({ session, params, body: { id, ...body } }) => run(session, params.conversation, 'message.send', id, body))
  route(app, endpoints.editMessage)(({ session, params, body: { id, text } }) => run(session, params.conversation, 'message.edit', id, { message: params.message, text }))
  route(app, endpoints.deleteMessage)(({ session, params, query }) => run(session, params.conversation, 'message.delete', query.id, { message: params.message }))
  route(app, endpoints.addNote)(({ session, params, body: { id, ...body } }) => run(session, params.conversation, 'note.add', id, body))
  route(app, endpoints.editNote)(({ session, params, body: { id, text } }) => run(session, params.conversation, 'note.edit', id, { message: params.note, text }))
  route(app, endpoints.assignConversation)(({ session, params, body: { id, ...body } }) => run(session, params.conversation, 'conversation.assign', id, body))
  route(app, endpoints.closeConversation)(({ session, params, body }) => run(session, params.conversation, 'conversation.close', body.id, {}))
  route(app, endpoints.reopenConversation)(({ session, params, query }) => run(session, params.conversation, 'conversation.reopen', query.id, {}))
  route(app, endpoints.snoozeConversation)(({ session, params, body: { id, ...body } }) => run(session, params.conversation, 'conversation.snooze', id, body))
  route(app, endpoints.labelConversation)(({ session, params, body: { id, ...body } }) => run(session, params.conversation, 'conversation.label', id, body))
  route(app, endpoints.sendTranscript)(({ session, params, body, request }) => sendTranscript(session, network(request.ip), params.conversation, body.id, body.to))
}
