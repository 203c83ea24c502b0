/**
 * From the carrier into the inbox (spec SM1–SM5). A part is kept before it is acknowledged; a message is shown when its parts
 * are there, by the verbs that a visitor's message goes through, under the id it got when its first part came.
 */
import { createHash } from 'node:crypto'
import { v7 as newId } from 'uuid'
import type { Channel } from '#contract/channels.ts'
import { messageMaxChars } from '#contract/limits.ts'
import { isBlank } from '#contract/text.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { contactOfPhone } from '#server/features/contacts/contacts.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { masked, written } from '#server/kernel/phone.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import type { CommandHandlers } from '#server/realtime/plugs.ts'
import type { PartRef, Received } from './channel.ts'
import * as statements from './inbound.sql.ts'

/** What of a channel inbound needs to know. */
export interface Feeds { readonly account: string; readonly id: string; readonly inbox: string; /** How it answers by itself, as the settings are now. */ readonly answers: () => Answers }
export type Answers = Pick<Channel, 'languages' | 'zone' | 'hours' | 'automaticAnswer'>
/** A person who was reached or reaches us: whose session speaks, and where. */
export interface Reached { session: Session; conversation: string; hasOptedOut: boolean }

export interface InboundOptions {
  db: Db
  commands: CommandHandlers
  /** Told of each message once it is kept and before it is shown. Idempotent by `id`. */
  heard: (of: Feeds, message: { id: string; text: string; address: string; reached: Reached }) => Promise<void>
  /** …and once it is shown. */
  shown: (of: Feeds, message: { id: string; text: string; reached: Reached }) => Promise<void>
  /** How long a message waits for its missing parts. */
  gapMs?: number
}
const dayMs = 86_400_000
/** Nobody writes the same words twice in this time; a carrier delivers them twice. */
const twiceMs = 3_000
/** A reference is used again after 256 messages: parts this far apart do not belong together. */
const togetherMs = 3_600_000
export const gapMark = ' […] '
const deadlineMs = 5_000

export const addressHash = (account: string, address: string): Buffer => createHash('sha256').update(`${account} ${address}`).digest()

export function inbound({ db, commands, heard, shown, gapMs = 300_000 }: InboundOptions) {
  let stopped = false
  const lanes = new Map<string, Promise<unknown>>()
  /** Messages of one sender are one after the other: a repeat must see the first, and STOP comes before what follows it. */
  function inLane<T>(key: string, fn: () => Promise<T>): Promise<T> {
    const inTurn = async (): Promise<T> => {
      if (stopped) throw new Error('The server is stopping')   // not acknowledged, so it is delivered again
      return fn()
    }
    const mine = (lanes.get(key) ?? Promise.resolve()).then(inTurn, inTurn)
    lanes.set(key, mine)
    void mine.then(() => {}, () => {}).finally(() => { if (lanes.get(key) === mine) lanes.delete(key) })
    return mine
  }

  /** @returns the part as it is kept now, or was already */
  async function keep(of: Feeds, m: Received): Promise<PartRef> {
    const { account, id: channel } = of
    const { reference = null, total = 1, seq = 1 } = m.part ?? {}
    const digest = derivedId('part', m.text, m.mark ?? '')
    const payload = Buffer.from(m.text, 'utf16le')
    return db.tx('keep received part', deadlineMs, async (tx) => {
      let message = m.carrierId === undefined ? undefined : derivedId('received', channel, m.carrierId)
      if (message === undefined) {
        const before = await tx.maybe(statements.candidates(account, channel, { sender: m.sender, recipient: m.recipient, reference, total, seq, digest }))
        if (before && isRepeat(before, digest, m.part !== undefined || m.mark !== undefined)) return { message: before.id, seq }
        if (before && !before.hasPart && before.state !== 'shown' && before.ageMs < togetherMs) message = before.id
      }
      message ??= newId()
      await tx.run(statements.insertReceived(account, { id: message, channel, sender: m.sender, recipient: m.recipient, reference, total, seq }, { digest, payload, marked: m.mark !== undefined }))
      return { message, seq }
    })
  }

  async function show(of: Feeds, one: string | null): Promise<void> {
    const { account, id: channel } = of
    const found = await db.read('showable messages', deadlineMs, (tx) => tx.all(statements.showable(account, channel, gapMs, one)))
    for (const m of found) {
      const parts = new Map(m.parts.map((p) => [p.seq, Buffer.from(p.payload, 'base64').toString('utf16le')]))
      const text = fit(Array.from({ length: m.total }, (_, i) => parts.get(i + 1) ?? gapMark).join(''))
      const reached = await reach(of, m.sender, m.recipient)
      if (m.state === 'gathering') await heard(of, { id: m.id, text, address: m.sender, reached })
      await say(reached, m.id, text, m.state === 'gap')
      if (m.state === 'gathering') await shown(of, { id: m.id, text, reached })
      await db.read('mark shown', deadlineMs, (tx) => tx.run(statements.markShown(account, m.id, parts.size === m.total ? 'shown' : 'gap')))
    }
  }

  /** A part that came after its message was shown with a gap fills it: the message is changed, as its author may. Where it was deleted since, nothing is left to fill. */
  async function say({ session, conversation }: Reached, id: string, text: string, isLate: boolean): Promise<void> {
    const topic = `conversation:${conversation}`
    if (isLate) {
      await commands['message.edit'](session, { id: derivedId('late part', id), type: 'message.edit', topic, body: { message: id, text: pieces(text)[0]! } })
        .catch((error: unknown) => { if (!(error instanceof Refusal && error.code === 'gone')) throw error })
      return
    }
    for (const [i, piece] of pieces(text).entries()) {
      await commands['message.send'](session, { id: i === 0 ? id : derivedId(id, String(i)), type: 'message.send', topic, body: { text: piece } })
    }
  }

  /** The contact and conversation of an address; made when there are none. @param number ours, which the answers come from */
  async function reach({ account, id: channel, inbox }: Feeds, address: string, number: string): Promise<Reached> {
    const hash = addressHash(account, address)
    const select = statements.selectAddress(account, channel, address, hash)
    const known = await db.read('find address', deadlineMs, (tx) => tx.maybe(select))
    if (known && known.number !== number) await db.read('number written to', deadlineMs, (tx) => tx.run(statements.setNumber(account, channel, address, number)))
    const found = known ?? await db.tx('new address', deadlineMs, async (tx) => {
      const contact = await contactOfPhone(tx, account, { phone: written(address), address, name: masked(address) })
      await tx.run(statements.upsertAddress(account, { channel, address, number, contact, conversation: newId() }))
      return tx.one(select)
    })
    const session: Session = { account, actor: `contact:${found.contact}`, role: 'contact', subject: `contact:${found.contact}`, expiresAtMs: Infinity, channel: { id: channel, kind: 'sms' } }
    const { conversation, hasOptedOut } = found
    if (!found.isOpen) await commands['conversation.open'](session, { id: derivedId('open', conversation), type: 'conversation.open', topic: `conversation:${conversation}`, body: { inbox } })
    return { session, conversation, hasOptedOut }
  }

  return {
    reach,
    /** Resolves when it is kept. What could not be shown yet is shown by `catchUp`. */
    receive: (of: Feeds, m: Received): Promise<PartRef> => inLane(`${of.id} ${m.sender}`, async () => {
      const ref = await keep(of, m)
      await show(of, ref.message).catch(() => {})   // it is kept; `catchUp` shows it or says what is wrong
      return ref
    }),
    confirm: (of: Feeds, refs: readonly PartRef[]): Promise<unknown> => db.read('confirm parts', deadlineMs, (tx) => tx.run(statements.confirmParts(of.account, refs))),
    /** Shows what was kept before a crash, and what waited for its parts long enough. */
    catchUp: async (of: Feeds): Promise<void> => {
      const found = await db.read('showable messages', deadlineMs, (tx) => tx.all(statements.showable(of.account, of.id, gapMs, null)))
      const failures: unknown[] = []   // one that cannot be shown keeps nobody else's back
      for (const m of stopped ? [] : found) await inLane(`${of.id} ${m.sender}`, () => show(of, m.id)).catch((error: unknown) => { failures.push(error) })
      if (failures.length > 0) throw failures[0]
    },
    /** What waits in line is not kept, and not acknowledged. */
    stop(): void { stopped = true },
    forget: (of: Feeds): Promise<unknown> => db.read('forget received parts', deadlineMs, (tx) => tx.run(statements.forgetInbound(of.account, of.id))),
  }
}
export type Inbound = ReturnType<typeof inbound>

/**
 * SMPP gives a message no id. With a reference or another mark, the same within a day is the same. Without any, it is when
 * our acknowledgement of the first may not have been read, or when it comes quicker than a hand can write it.
 */
function isRepeat(before: statements.Candidate, digest: string, isMarked: boolean): boolean {
  if (!before.hasPart || before.partDigest !== digest) return false
  const ageMs = before.partAgeMs ?? 0
  return ageMs < dayMs && (isMarked || !before.confirmed || ageMs < twiceMs)
}

/** 255 parts hold more than a message may: it becomes several. No emoji is cut in two. */
const pieces = (text: string): readonly string[] => text.length <= messageMaxChars ? [text] : text.match(new RegExp(`[^]{1,${messageMaxChars / 2}}`, 'gu'))!

/** What a carrier may deliver and a message may not hold. */
function fit(text: string): string {
  const whole = text.toWellFormed().replaceAll('\0', '\uFFFD')
  return isBlank(whole) ? '[ ]' : whole
}

export const eraseAddressesOf = (tx: Tx, account: string, contact: string): Promise<number> => tx.run(statements.eraseAddresses(account, contact))
