/**
 * One message to all conversations that an incident touched. Which they are follows from two times that stand in the record, and each message's
 * id from the reply and the conversation: whoever takes it up again after a crash says it to nobody twice.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { errorKinds } from '#contract/errors.ts'
import type { StatusReply } from '#contract/status.ts'
import type { Actor } from '#contract/ids.ts'
import type { Db } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { every, type ChoreOptions } from '#server/jobs/every.ts'
import type { Session } from '#server/kernel/session.ts'
import type { CommandHandlers } from '#server/realtime/plugs.ts'
import type { Book } from '#server/status/book.ts'
import * as statements from './status.sql.ts'

interface Options extends ChoreOptions { db: Pick<Db, 'read'>; book: Book; commands: Pick<CommandHandlers, 'message.send'>; log: ChoreOptions['log'] & { error(o: object, m: string): void }; takeUpMs?: number }
const atOnce = 8
/** Between two notes of how far it is. */
const noteMs = 500
const patienceMs = 10 * 60_000

export function replies({ db, book, commands, takeUpMs = 5_000, ...chores }: Options) {
  const { now, log } = chores
  const running = new Map<string, Promise<void>>()
  const broken = new Set<string>()   // once told: while the database is away it is the same every few seconds
  let isStopping = false

  const note = async (id: string, of: Partial<StatusReply>): Promise<void> => book.change('status page', 'reply', (state) => {
    const known = state.reply.get(id)
    return { puts: known ? [{ kind: 'reply', id, value: { ...known, ...of } }] : [], result: undefined }
  })

  async function say(session: Session, reply: StatusReply, conversation: string): Promise<boolean> {
    for (const end = now() + patienceMs; ;) {
      try {
        await commands['message.send'](session, { id: derivedId('status reply', reply.id, conversation), type: 'message.send', topic: `conversation:${conversation}`, body: { text: reply.text } })
        return true
      } catch (error) {
        if (!(error instanceof Refusal) || errorKinds[error.code].retry === 'never' || now() > end || isStopping) {
          if (!(error instanceof Refusal)) log.error({ err: error, conversation }, 'A reply to all could not be said')
          return false
        }
        await sleep(error.retryAfterMs ?? 1_000)
      }
    }
  }

  async function run(reply: StatusReply): Promise<void> {
    const session: Session = { account: reply.account, actor: reply.by as Actor, role: 'admin', subject: reply.by, expiresAtMs: Infinity }
    const ids = (await db.read('conversations of an incident', 10_000, (tx) => tx.all(statements.touched(reply)))).map((c) => c.id)
    await note(reply.id, { total: ids.length, sent: 0, failed: 0 })
    let sent = 0, failed = 0, notedMs = now(), next = 0
    const one = async (): Promise<void> => {
      while (next < ids.length && !isStopping) {
        if (await say(session, reply, ids[next++]!)) sent++
        else failed++
        if (now() - notedMs < noteMs) continue
        notedMs = now()
        await note(reply.id, { sent, failed })
      }
    }
    await Promise.all(Array.from({ length: atOnce }, one))
    if (!isStopping) await note(reply.id, { sent, failed, endedAt: new Date(now()).toISOString() })
  }
  function start(reply: StatusReply): void {
    if (running.has(reply.id) || isStopping) return
    running.set(reply.id, run(reply).catch((error: unknown) => {
      if (!broken.has(reply.id)) log.error({ err: error, reply: reply.id }, 'A reply to all broke off; it is taken up again')
      broken.add(reply.id)
    }).finally(() => running.delete(reply.id)))
  }

  /** What an earlier process did not finish, and what broke off because the database refused a read: such a reply is often asked for just then. */
  function takeUp(): void { for (const reply of book.state.reply.values()) if (reply.endedAt === null) start(reply) }
  takeUp()
  const chore = every('take replies to all up', takeUpMs, async () => { takeUp() }, chores)

  return {
    start,
    async stop(): Promise<void> {
      isStopping = true
      await chore.stop()
      await Promise.all(running.values())
    },
  }
}
