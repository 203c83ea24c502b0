/**
 * Mails, pushes to browsers, and what rules post to machines.
 *
 * Terminology. delivery: one mail to one person, one push to one browser, or one post to an address, a row from the moment it was decided on. attempt: the row was taken and
 * SMTP tried. tray: where deliveries stay while no mail server is set. dead: given up, with the server's words, until a
 * person retries it.
 */
import { createHash } from 'node:crypto'
import type { Delivery } from '#contract/deliveries.ts'
import { isId } from '#contract/ids.ts'
import type { Tx } from '#server/db/db.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { eraseMails, insertDelivery, insertPost, insertPushes, makeDue, selectDeliveries, selectDelivery, selectMailsTo, type MailFile } from './deliveries.sql.ts'
import { openSmtp } from './smtp.ts'
import { sendAtOnce, startWorker, type WorkerOptions } from './worker.ts'

export { openSmtp } from './smtp.ts'
export interface Mail { id: string; kind: Delivery['kind']; to: string; subject: string; text: string; html?: string; files?: readonly MailFile[]; /** What it is about, on this server: erasing the person finds it by that. */ path?: string | null }
/** Within the caller's transaction: the mail leaves if and only if that commits. Idempotent by id. One statement. @throws Refusal `invalid` unless `to` is one address */
export type Deliver = (tx: Tx, account: string, mail: Mail) => Promise<void>

export interface Push { id: string; kind: Delivery['kind']; subscription: string; /** Whose browser, for people. */ to: string; subject: string; text: string; /** Where a click leads, on this server. */ path: string }

export interface Deliveries {
  readonly deliver: Deliver
  /** The same for browsers, all in one statement. */
  push(tx: Tx, account: string, pushes: readonly Push[]): Promise<void>
  /** What a rule posts to an address: `payload` as JSON, signed with the rule's secret when it leaves. */
  post(tx: Tx, account: string, webhook: { id: string; rule: string; url: string; subject: string; payload: object }): Promise<void>
  /** Whether mails leave; else they stay in the tray. */
  readonly sends: boolean
  list(session: Session, query: { state?: Delivery['state']; cursor?: string; limit?: number }): Promise<{ deliveries: Delivery[]; next: string | null }>
  /** @throws Refusal `not_found`, `unavailable` (no mail server is set) */
  retry(session: Session, id: string): Promise<Delivery>
  /** Takes nothing more; what is being sent has 5 s to end, then it is broken off and stays due. */
  stop(): Promise<void>
}

export interface DeliveryOptions extends Omit<WorkerOptions, 'smtp'> {
  smtpUrl?: string | undefined
  /** `Front desk <desk@example.com>` */
  mailFrom?: string | undefined
  sendTimeoutMs?: number
}

const deadlineMs = 5_000
/** Whoever asked for a mail commits about now; if not, the next poll finds it. */
const soonMs = 100

/** Starts sending, too. */
export function openDeliveries({ smtpUrl, mailFrom = 'Lodge <lodge@localhost>', sendTimeoutMs, ...options }: DeliveryOptions): Deliveries {
  const { db } = options
  const smtp = smtpUrl === undefined ? undefined : openSmtp({ url: smtpUrl, from: mailFrom, atOnce: sendAtOnce, ...(sendTimeoutMs !== undefined && { sendTimeoutMs }) })
  const domain = /@([^\s<>@]+)>?\s*$/.exec(mailFrom)?.[1] ?? 'localhost'
  const worker = startWorker({ ...options, smtp })
  let soon: NodeJS.Timeout | undefined
  let stopped = false
  const soonPoke = (): void => {
    if (!stopped) soon ??= setTimeout(() => {
      soon = undefined
      worker.poke()
    }, soonMs)
  }

  return {
    sends: smtp !== undefined,
    async push(tx, account, pushes) {
      if (pushes.length === 0) return
      await tx.run(insertPushes(account, pushes.map((p) => ({ ...p, subject: p.subject.replace(/\s+/g, ' ').trim(), messageId: messageIdOf(account, p.id, domain) }))))
      soonPoke()
    },
    async post(tx, account, { id, rule, url, subject, payload }) {
      await tx.run(insertPost(account, { id, rule, to: url, subject, text: JSON.stringify(payload), messageId: messageIdOf(account, id, domain) }))
      soonPoke()
    },
    async deliver(tx, account, { id, kind, to, subject, text, html, files, path }) {
      if (!/^[^\s,;:<>()"@]+@[^\s,;:<>()"@]+$/.test(to)) throw new Refusal('invalid', 'This is not an address that one mail can go to.')
      await tx.run(insertDelivery(account, { id, kind, to, subject: subject.replace(/\s+/g, ' ').trim(), text, html: html ?? null, files: files ?? null, path: path ?? null, messageId: messageIdOf(account, id, domain), state: smtp ? 'waiting' : 'tray' }))
      if (smtp) soonPoke()
    },
    async list({ account }, { state, cursor, limit = 50 }) {
      if (cursor !== undefined && !isId(cursor)) throw new Refusal('invalid', '`cursor` in the query is none that a page before gave as `next`.')
      const rows = await db.read('deliveries.list', deadlineMs, (tx) => tx.all(selectDeliveries(account, { state, before: cursor, limit: limit + 1 })))
      const deliveries = rows.slice(0, limit)
      return { deliveries, next: rows.length > limit ? deliveries.at(-1)!.id : null }
    },
    async retry({ account }, id) {
      const { due, found } = await db.tx('deliveries.retry', deadlineMs, async (tx) => {
        const due = await tx.maybe(makeDue(account, id, smtp ? ['mail', 'push', 'webhook'] : ['push', 'webhook']))
        return { due, found: due ?? await tx.maybe(selectDelivery(account, id)) }
      })
      if (!found) throw new Refusal('not_found')
      if (!smtp && found.channel === 'mail') throw new Refusal('unavailable', 'No mail server is set, so nothing can be sent. Set SMTP_URL, restart Lodge, and try again.')
      if (due) worker.poke()
      return found
    },
    async stop() {
      stopped = true
      clearTimeout(soon)
      await worker.stop()
    },
  }
}

/** For the erasure of a person: what was sent to these addresses, single mails that name the person, and what leads to these paths is blanked; what waits is not sent. @returns how many */
export const eraseDeliveries = (tx: Tx, account: string, of: { to: readonly string[]; ids: readonly string[]; paths: readonly string[] }): Promise<number> => tx.run(eraseMails(account, of, 'The person was erased.'))
export type EraseDeliveries = typeof eraseDeliveries
export const deliveriesTo = (tx: Tx, account: string, to: readonly string[]) => tx.all(selectMailsTo(account, to))

/** One per effect, whichever node and attempt; two accounts that use the same id do not meet. */
const messageIdOf = (account: string, id: string, domain: string): string =>
  `<${createHash('sha256').update(`${account} ${id}`).digest('hex').slice(0, 32)}@${domain}>`
