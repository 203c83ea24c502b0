/** One person on request. What is found is what is erased: the caller names the visits, having looked at them. */
import type { Contact } from '#contract/contacts.ts'
import { personVisitsMax, type Person, type PersonExport } from '#contract/persons.ts'
import type { Db, Tx } from '#server/db/db.ts'
import type { EraseDeliveries } from '#server/features/deliveries/deliveries.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import { erasePerson } from './forgetting.ts'
import * as statements from './persons.sql.ts'
import type { By } from './persons.sql.ts'

export interface PersonOptions {
  db: Db
  accept: Accept<Tx>
  findContacts: (account: string, by: By) => Promise<Contact[]>
  mailsTo: (tx: Tx, account: string, to: readonly string[]) => Promise<PersonExport['mails']>
  forgetMails: EraseDeliveries
  now: () => number
}

export function persons({ db, accept, findContacts, mailsTo, forgetMails, now }: PersonOptions) {
  const find = async (account: string, by: By): Promise<Person> => {
    if (by.phone !== undefined && by.phone.replace(/\D/g, '').length < 6) throw new Refusal('invalid', 'querystring/phone: A phone number has at least six digits.')
    const { visits, series } = await db.read('find person', 10_000, async (tx) => ({
      visits: await tx.all(statements.visitsOfPerson(account, by, personVisitsMax + 1)), series: await tx.all(statements.seriesOfPerson(account, by, personVisitsMax)),
    }))
    return { visits: visits.slice(0, personVisitsMax), series, contacts: await findContacts(account, by), isWhole: visits.length <= personVisitsMax }
  }
  return {
    find,

    async export(account: string, by: By): Promise<PersonExport> {
      const { visits, series, contacts, isWhole } = await find(account, by)
      const ids = visits.map((v) => v.id)
      const addresses = new Set([...visits, ...series, ...contacts].flatMap((one) => one.email ?? []))
      return db.read('export person', 30_000, async (tx) => {
        const images = Map.groupBy(await tx.all(statements.imagesOf(account, ids)), (i) => i.visit)
        const names = new Map((await tx.all(statements.namesOf(account, ids))).map((n) => [n.id, n]))
        return {
          exportedAt: new Date(now()).toISOString(), series, contacts, isWhole, mails: await mailsTo(tx, account, [...addresses]),
          visits: visits.map((visit) => {
            const named = names.get(visit.id)
            return {
              visit, location: named?.location ?? '', host: named?.host ?? null, visitorType: named?.visitorType ?? null,
              images: (images.get(visit.id) ?? []).map(({ kind, mediaType, bytes }) => ({ kind, mediaType, base64: bytes.toString('base64') })),
              document: visit.signed && { version: visit.signed.version, signedAt: visit.signed.at, title: named?.title ?? '', text: named?.text ?? '' },
            }
          }),
        }
      })
    },

    /** One command for each location; a repeat goes on where the first one stopped. @throws Refusal `not_found`: none of these is here */
    async erase({ account, actor }: Session, { id, visits, series = [] }: { id: string; visits: readonly string[]; series?: readonly string[] }): Promise<{ visits: number; series: number }> {
      const places = await db.read('places of person', 5_000, (tx) => tx.all(statements.placesOf(account, visits, series)))
      if (places.length === 0) throw new Refusal('not_found')
      for (const { location, ...here } of places) {
        await accept({
          account, topic: `visits:${location}`, id: derivedId('erased person', id, location), type: 'person.erased', actor, body: here,
          async guard(tx, { offset }) {
            await erasePerson(tx, account, here, { offset, forgetMails })
          },
        })
      }
      return { visits: places.flatMap((p) => p.visits).length, series: places.flatMap((p) => p.series).length }
    },
  }
}
export type Persons = ReturnType<typeof persons>
