/**
 * From the thread to the carrier (spec SM6–SM10): what leaves is written in the commit of its message, each part on its own;
 * a part counts as handed over before it is, so that after a crash it is `unclear` and never sent twice by itself.
 */
import { v7 as newId } from 'uuid'
import type { EntryBody } from '#contract/entries.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { masked } from '#server/kernel/phone.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept, Stored } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import type { Cutter, Report } from './channel.ts'
import * as statements from './outbound.sql.ts'
import type { FoundPart, Sum, Way } from './outbound.sql.ts'

export interface OutboundOptions {
  db: Db
  accept: Accept<Tx>
  cutters: Readonly<Record<Way['kind'], Cutter>>
  /** Something is to be sent over this channel, as soon as the commit is through. */
  poke: (channel: string) => void
  /** How long a report is waited for, of a part that may not have been taken, before it is said that nobody knows. */
  unclearMs?: number
  /** …and of a part that was taken. */
  reportMs?: number
}
/** What of a channel outbound needs to know. */
export interface Leaves { account: string; id: string }
const deadlineMs = 5_000

/** A message that has not left does not leave; what is kept of one that came, until its last parts do, goes. */
export const recall = (tx: Tx, account: string, message: string): Promise<number> => tx.run(statements.deleteUnsent(account, message))

export function outbound({ db, accept, cutters, poke, unclearMs = 600_000, reportMs = 72 * 3_600_000 }: OutboundOptions) {
  async function write(tx: Tx, m: { account: string; conversation: string; id: string; text: string; despiteStop?: boolean }): Promise<void> {
    const way = await tx.maybe(statements.selectWay(m.account, m.conversation))
    if (!way) throw new Refusal('gone', 'This person was erased: nobody knows the number any more.')
    if (way.optedOut && !m.despiteStop) throw new Refusal('opted_out')
    await tx.run(statements.insertOutbound(m.account, { id: m.id, conversation: m.conversation, way, parts: cutters[way.kind](m.text).parts.length, despiteStop: m.despiteStop ?? false }))
    poke(way.channel)
  }

  /** Puts what the parts add up to into the thread, where it changed. */
  async function settle(of: Leaves, one: string | null): Promise<void> {
    for (const sum of await db.read('sum up parts', deadlineMs, (tx) => tx.all(statements.sums(of.account, of.id, one === null ? { reportMs } : { one })))) {
      const now = addUp(sum, unclearMs, reportMs)
      if (now.state === sum.state) continue
      const { id, conversation, total, delivered } = sum
      await accept({
        account: of.account, topic: `conversation:${conversation}`, id: newId(), type: 'message.reported', actor: 'system',
        body: { message: id, ...now, parts: total, delivered } satisfies EntryBody<'message.reported'>,
        guard: async (tx) => { if (await tx.run(statements.setState(of.account, id, sum.state, now.state)) === 0) throw new Refusal('wrong_status') },
      }).catch((error: unknown) => { if (!(error instanceof Refusal && error.code === 'wrong_status')) throw error })   // somebody else was quicker
    }
  }

  return {
    /** For the guard of an agent's message. @throws Refusal `opted_out`, `gone` */
    leave: (tx: Tx, m: { account: string; conversation: string; id: string; text: string }): Promise<void> => write(tx, m),
    recall,
    settle,

    /** What Lodge itself says over a channel. Idempotent by `id`. @param despiteStop the confirmation of a STOP */
    say: (m: { account: string; conversation: string; id: string; text: string; despiteStop?: boolean }): Promise<Stored> => accept({
      account: m.account, topic: `conversation:${m.conversation}`, id: m.id, type: 'message.sent', actor: 'system', body: { text: m.text }, guard: (tx) => write(tx, m),
    }),

    /** @throws Refusal `not_found`, `wrong_status`, `opted_out` */
    retry: ({ account, actor }: Session, conversation: string, message: string, id: string): Promise<Stored> => accept({
      account, topic: `conversation:${conversation}`, id, type: 'message.reported', actor, body: { message, state: 'waiting', parts: 0, delivered: 0 } satisfies EntryBody<'message.reported'>,
      guard: async (tx): Promise<EntryBody<'message.reported'>> => {
        const found = await tx.maybe(statements.outboundForUpdate(account, conversation, message))
        if (!found) throw new Refusal('not_found')
        if (found.state !== 'failed' && found.state !== 'unknown') throw new Refusal('wrong_status', 'This message is on its way or has arrived.')
        const way = await tx.maybe(statements.selectWay(account, conversation))
        if (!way) throw new Refusal('not_found')
        if (way.optedOut) throw new Refusal('opted_out')
        const { total, delivered } = await tx.one(statements.beginAnew(account, message))
        poke(way.channel)
        return { message, state: 'waiting', parts: total, delivered }
      },
    }),

    /** Keeps what the carrier said, whether or not it is known yet what of. */
    async report(of: Leaves, r: Report): Promise<void> {
      const part = await db.tx('keep report', deadlineMs, async (tx) => {
        let found = await find(tx, of, r)
        if (!found) {
          await tx.run(statements.oneAfterTheOther(of.id))
          found = await find(tx, of, r)
        }
        if (!found) {
          if (r.carrierId !== undefined && r.state !== 'on_its_way') await tx.run(statements.keepEarly(of.account, of.id, r.carrierId, r.state, r.detail ?? null))
          return undefined
        }
        await tx.run(statements.markReported(of.account, found, r.state === 'on_its_way' ? 'submitted' : r.state, { carrierId: r.carrierId ?? null, reason: r.state === 'failed' ? r.reason ?? 'undeliverable' : null, detail: r.detail ?? null }))
        return found
      })
      if (part) await settle(of, part.message)
    },
  }

  async function find(tx: Tx, of: Leaves, { carrierId, reference, recipient = '' }: Report): Promise<FoundPart | undefined> {
    const to = recipient === '' ? null : recipient
    const byId = carrierId === undefined ? undefined : await tx.maybe(statements.partOfCarrierId(of.account, of.id, idForms(carrierId), to))
    const byReference = byId ?? (reference === undefined ? undefined : await tx.maybe(statements.partOfReference(of.account, of.id, reference, to)))
    if (byReference || to === null) return byReference
    const only = await tx.maybe(statements.onlyUnclearTo(of.account, of.id, to))
    return only?.count === 1 ? only : undefined
  }
}
export type Outbound = ReturnType<typeof outbound>

/** Some carriers answer with a hexadecimal id and report with the same in decimal, or the other way round. */
export function idForms(id: string): string[] {
  const forms = [id]
  if (/^\d{1,20}$/.test(id)) forms.push(BigInt(id).toString(16), BigInt(id).toString(16).toUpperCase())
  if (/^[\da-f]{1,16}$/i.test(id)) forms.push(BigInt(`0x${id}`).toString())
  return forms
}

/** Carriers quote the number; who sees the thread may not see that. */
const withoutNumbers = (detail: string): string => detail.replace(/\+?\d{7,15}/g, masked)

function addUp(s: Sum, unclearMs: number, reportMs: number): Pick<EntryBody<'message.reported'>, 'state' | 'reason' | 'detail'> {
  const why = { ...(s.reason && { reason: s.reason }), ...(s.detail && { detail: withoutNumbers(s.detail).slice(0, 300) }) }
  if (s.open > 0) return { state: 'waiting' }
  if (s.failed > 0) return { state: 'failed', ...why }
  if (s.unclear > 0) return s.unclearMs > unclearMs ? { state: 'unknown', reason: 'no_answer' } : { state: 'waiting' }
  if (s.delivered === s.total) return { state: 'delivered' }
  return s.submittedMs > reportMs ? { state: 'unknown', reason: 'no_report' } : { state: 'sent' }
}
