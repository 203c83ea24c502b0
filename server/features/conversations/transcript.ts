import type { Entry } from '#contract/entries.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { after } from '#server/db/journal.sql.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { Access } from './access.ts'
import * as statements from './conversations.sql.ts'
import { entriesFor } from './reading.ts'

/** What a mail is made of. */
export interface Told { id: string; to: string; account: string; contact: { id: string; name: string }; entries: readonly Entry[]; names: Record<string, string>; inside: boolean }
/** `sends`: a mail server is set. */
interface Options { db: Db; access: Access; deliver: (tx: Tx, account: string, told: Told) => Promise<void>; sends: boolean; now: () => number }

const entriesMax = 5_000
/** A visitor may have it sent this often in an hour: the form would else send mail to strangers. */
const visitorHourlyMax = 5

/** One mail per asker and `id`, with the conversation as the asker may see it. @throws Refusal `not_found`, `rate_limited`, `invalid` */
export function transcripts({ db, access, deliver, sends, now }: Options) {
  const asked = new Map<string, number[]>()
  function spend(actor: string): void {
    const since = now() - 3_600_000
    const recent = (asked.get(actor) ?? []).filter((at) => at > since)
    if (recent.length >= visitorHourlyMax) throw new Refusal('rate_limited', 'The transcript was sent several times within the hour. Try again later.', recent[0]! - since)
    asked.set(actor, [...recent, now()])
    if (asked.size > 10_000) asked.clear()
  }
  return async function send(session: Session, conversation: string, id: string, to: string): Promise<{ delivery: string; leaves: boolean }> {
    const { account, contact } = await access.conversation(session, conversation)
    if (!isInside(session)) spend(session.actor)
    // Deliveries whose ids can be foretold stand in the same table: as the asker's own id it could take the place of a host's notice.
    const delivery = derivedId('transcript', account, conversation, session.actor, id)
    await db.tx('send transcript', 10_000, async (tx) => {
      const rows = await tx.all(after(account, `conversation:${conversation}`, 0, entriesMax))
      const names = await tx.all(statements.names(account, contact))
      await deliver(tx, account, {
        id: delivery, to, entries: entriesFor(session, rows), inside: isInside(session), account: names.find((n) => n.kind === 'account')!.name,
        contact: { id: contact, name: names.find((n) => n.kind === 'contact')!.name }, names: Object.fromEntries(names.map((n) => [n.id, n.name])),
      })
    })
    return { delivery, leaves: sends }
  }
}
