/** After a restore: what was erased since the backup is erased again, as the same commands, so that nothing happens twice. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tx } from '#server/db/db.ts'
import { epoch as readEpoch } from '#server/db/journal.sql.ts'
import { postgresJournal } from '#server/db/journal.ts'
import type { Pool } from '#server/db/pool.ts'
import { sql } from '#server/db/sql.ts'
import { releaseBlobs, releaseBlobsOf } from '#server/features/blobs/blobs.ts'
import { eraseAddressesOf, recall } from '#server/features/channels/channels.ts'
import { eraseContact } from '#server/features/contacts/contacts.ts'
import { takeBack } from '#server/features/conversations/conversations.ts'
import { eraseDeliveries } from '#server/features/deliveries/deliveries.ts'
import { forgetKept } from '#server/features/kept/kept.ts'
import { erasePerson, forgetVisits } from '#server/features/visits/visits.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { sequencer, type Accept } from '#server/kernel/sequencer.ts'
import type { Erasure } from './erasure-log.ts'

/** For a database that nobody serves. @returns how many had to be done again; those of things that the backup does not have count as none */
export async function eraseAgain(pool: Pool, erasures: readonly Erasure[]): Promise<number> {
  const missing = await unknown(pool, erasures)
  if (missing.length === 0) return 0
  const { epoch } = await pool.read('epoch', 10_000, (tx) => tx.one(readEpoch()))
  const journal = postgresJournal({ db: pool, lease: (label, waitMs) => pool.lease(label, waitMs), node: `restore/${randomUUID().slice(0, 6)}`, epoch, onRestart: () => { seq.forget() } })
  const failures: unknown[] = []
  const seq = sequencer<Tx>({ journal, now: Date.now, random: Math.random, sleep: (ms) => sleep(ms), publish: () => {}, report: (error) => { failures.push(error) } })
  try {
    let done = 0
    for (const one of missing) if (await again(pool, seq.accept, one)) done++
    return done
  } catch (error) {
    throw failures[0] ?? error
  } finally {
    journal.close()
  }
}

async function unknown(pool: Pool, erasures: readonly Erasure[]): Promise<Erasure[]> {
  const known = new Set<string>()
  for (let i = 0; i < erasures.length; i += 5_000) {
    const some = erasures.slice(i, i + 5_000)
    const found = await pool.read('known erasures', 60_000, (tx) => tx.all(sql<{ account: string; id: string }>`
      select j.account_id as account, j.id from unnest(${some.map((e) => e.account)}::uuid[], ${some.map((e) => e.id)}::uuid[]) as k (account_id, id)
      join journal j on j.account_id = k.account_id and j.id = k.id`))
    for (const { account, id } of found) known.add(`${account} ${id}`)
  }
  return erasures.filter((e) => !known.has(`${e.account} ${e.id}`))
}

async function again(pool: Pool, accept: Accept<Tx>, { account, topic, id, type, actor, body, of }: Erasure): Promise<boolean> {
  const about = topic.slice(topic.indexOf(':') + 1)
  const isThere = async (table: 'contacts' | 'conversations' | 'locations'): Promise<boolean> => {
    const from = { contacts: sql`contacts`, conversations: sql`conversations`, locations: sql`locations` }[table]
    return await pool.read('erase again', 10_000, (tx) => tx.maybe(sql`select 1 as found from ${from} where account_id = ${account} and id = ${about}`)) !== undefined
  }
  const store = (entry: object, guard: Parameters<typeof accept>[0]['guard']): Promise<unknown> => accept({ account, topic, id, type, actor, body: entry, ...(guard && { guard }) })

  switch (type) {
    case 'contact.erased':
      if (!await isThere('contacts')) return false
      await store({}, async (tx, { offset }) => { await eraseContact(tx, { account, contact: about, offset }, { releaseBlobsOf, eraseDeliveries, eraseAddressesOf, forgetKept }) })
      return true
    case 'conversation.erased':
      if (!await isThere('conversations')) return false
      await store({}, undefined)
      return true
    case 'message.deleted': {
      if (!await isThere('conversations')) return false
      const { message } = body as { message: string }
      // Its author's device may offer it again: what stands there empty under its id is the answer.
      if (of) await accept({ account, topic, id: message, type: of.type, actor: of.actor, body: { text: '' } }).catch((error: unknown) => { if (!(error instanceof Refusal && error.code === 'id_reused')) throw error })
      await store({ message }, async (tx) => {
        await takeBack(tx, { account, topic, message, releaseBlobs })
        await recall(tx, account, message)
      })
      return true
    }
    case 'visit.erased': {
      if (!await isThere('locations')) return false
      const { visit } = body as { visit: string }
      await store({ visit }, (tx, { offset }) => forgetVisits(tx, account, [visit], { offset, forgetMails: eraseDeliveries, isWholePerson: false }))
      return true
    }
    case 'person.erased': {
      if (!await isThere('locations')) return false
      const { visits, series } = body as { visits: string[]; series: string[] }
      await store({ visits, series }, (tx, { offset }) => erasePerson(tx, account, { visits, series }, { offset, forgetMails: eraseDeliveries }))   // keys in their first order: the id's digest is made of them
      return true
    }
  }
}
