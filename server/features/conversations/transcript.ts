import type { Entry } from '#contract/entries.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { after } from '#server/db/journal.sql.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { rateLimiter } from '#server/kernel/rates.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { Access } from './access.ts'
import * as statements from './conversations.sql.ts'
import { entriesFor } from './reading.ts'

/** What a mail is made of. */
export interface Told { id: string; conversation: string; to: string; account: string; contact: { id: string; name: string }; entries: readonly Entry[]; names: Record<string, string>; inside: boolean }
/** `sends`: a mail server is set. */
interface Options { db: Db; access: Access; deliver: (tx: Tx, account: string, told: Told) => Promise<void>; sends: boolean; now: () => number }

const entriesMax = 5_000
const hourly = (max: number) => ({ burst: max, perMinute: max / 60 })
/** The form would else send mail to strangers. Anybody can be as many visitors as they want: so by network, and by who gets it, too. */
const rates = { visitor: hourly(5), network: hourly(10), recipient: { burst: 5, perMinute: 5 / 1440 } }

/** One mail per asker and `id`, with the conversation as the asker may see it. @throws Refusal `not_found`, `rate_limited`, `invalid` */
export function transcripts({ db, access, deliver, sends, now }: Options) {
  const limiters = { visitor: rateLimiter(rates.visitor, now), network: rateLimiter(rates.network, now), recipient: rateLimiter(rates.recipient, now) }
  function spend({ account, actor }: Session, network: string, to: string): void {
    const waitMs = limiters.visitor.take(actor) || limiters.network.take(network) || limiters.recipient.take(`${account} ${mailboxOf(to)}`)
    if (waitMs > 0) throw new Refusal('rate_limited', 'Transcripts were sent several times already. Try again later.', waitMs)
  }
  /** `network`: where the request came from. */
  return async function send(session: Session, network: string, conversation: string, id: string, to: string): Promise<{ delivery: string; leaves: boolean }> {
    const { account, contact } = await access.conversation(session, conversation)
    if (!isInside(session)) spend(session, network, to)
    // Deliveries whose ids can be foretold stand in the same table: as the asker's own id it could take the place of a host's notice.
    const delivery = derivedId('transcript', account, conversation, session.actor, id)
    await db.tx('send transcript', 10_000, async (tx) => {
      const rows = await tx.all(after(account, `conversation:${conversation}`, 0, entriesMax))
      const names = await tx.all(statements.names(account, contact))
      await deliver(tx, account, {
        id: delivery, conversation, to, entries: entriesFor(session, rows), inside: isInside(session), account: names.find((n) => n.kind === 'account')!.name,
        contact: { id: contact, name: names.find((n) => n.kind === 'contact')!.name }, names: Object.fromEntries(names.map((n) => [n.id, n.name])),
      })
    })
    return { delivery, leaves: sends }
  }
}

/** Without what a person may put behind a `+`: it is the same person who gets it. */
const mailboxOf = (to: string): string => to.toLowerCase().replace(/\+[^@]*/, '')
