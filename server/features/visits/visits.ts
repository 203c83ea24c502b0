/** What may be done to a visit. Each verb is one command in the topic `visits:<location>`; the visit changes in its commit. */
import type { Ack } from '#contract/commands.ts'
import type { EntryType } from '#contract/entries.ts'
import type { Actor } from '#contract/ids.ts'
import type { Visit, VisitFlag, VisitStatus } from '#contract/visits.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import type { EraseDeliveries } from '#server/features/deliveries/deliveries.ts'
import { newCode } from '#server/kernel/code.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept, Stored } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import { arrive, depart, later } from './effects.ts'
import { forgetVisits } from './forgetting.ts'
import type { Tell } from './notices.ts'
import * as statements from './visits.sql.ts'
import type { Change, State } from './visits.sql.ts'
import { watched } from './watch.ts'

export interface VisitOptions {
  db: Db
  accept: Accept<Tx>
  tell: Tell
  /** Mails the visitor its code, within the commit. */
  invite: (tx: Tx, account: string, visit: Visit) => Promise<void>
  forgetMails: EraseDeliveries
  now: () => number
}
export interface Expected extends Omit<Change, 'expectedAt' | 'name'> { id: string; location: string; name: string; expectedAt: string; group?: string | null; invite?: boolean }
type Source = 'desk' | 'import'

export const foreign = { visits_account_id_host_id_fkey: ['not_found', 'There is no such host.'], visits_account_id_visitor_type_id_fkey: ['not_found', 'There is no such visitor type.'] } as const

export const ackOf = (s: Stored): Ack => ({ id: s.id, state: 'stored', topic: s.topic, offset: s.offset, at: s.at })

export function visits({ db, accept, tell, invite, forgetMails, now }: VisitOptions) {
  const nowIso = (): string => new Date(now()).toISOString()

  async function locationOf(account: string, visit: string): Promise<string> {
    const found = await db.read('visit access', 5_000, (tx) => tx.maybe(statements.locationOf(account, visit)))
    if (!found) throw new Refusal('not_found')
    return found.location
  }
  /** `isNameless`: needs no name, so it may be done to a visit that was erased: who is in the house leaves it all the same. */
  interface Verb { account: string; actor: Actor; visit: string; id: string; type: EntryType; body?: object; isNameless?: true }
  /** The access check, the lock, and the effect in one place. */
  async function change(of: Verb, effect: (tx: Tx, state: State, place: { at: string; offset: number }) => Promise<object | void>): Promise<Ack> {
    const { account, visit } = of
    const topic = `visits:${await locationOf(account, visit)}`
    return ackOf(await accept({
      account, topic, id: of.id, type: of.type, actor: of.actor, body: { visit, ...of.body },
      async guard(tx, place) {
        const state = await tx.one(statements.stateForUpdate(account, visit))
        if (state.isErased && !of.isNameless) throw new Refusal('gone')
        return effect(tx, state, place)
      },
    }))
  }
  const past = (at: string | undefined): string => {
    const nowAt = nowIso()
    return at === undefined || at > nowAt ? nowAt : at
  }
  const refuseUnless = (state: State, ...of: readonly VisitStatus[]): void => { if (!of.includes(state.status)) throw new Refusal('wrong_status') }

  return {
    /** Idempotent by id. @throws Refusal `not_found` (location), `watchlisted`, `id_reused` */
    async expect({ account, actor }: Session, given: Expected, source: Source = 'desk'): Promise<Visit> {
      const { id, location, name, expectedAt, invite: isInvited = false, ...rest } = given
      refuseBrokenText(given)
      const known = { location, name: name.trim(), expectedAt, ...rest }
      await accept({
        account, topic: `visits:${location}`, id, type: 'visit.expected', actor, body: { visit: id, source, ...known },
        async guard(tx, { offset }) {
          const hit = await watched(tx, account, given)
          if (hit?.action === 'block') throw new Refusal('watchlisted')
          const made = await tx.maybe(statements.insertVisit(account, {
            id, location, at: expectedAt, status: 'expected', name: known.name, visitorType: rest.visitorType ?? null, company: rest.company ?? '', email: rest.email ?? null, phone: rest.phone ?? null,
            language: rest.language ?? '', fields: rest.fields ?? {}, host: rest.host ?? null, note: rest.note ?? '', expectedAt, leavingAt: rest.leavingAt ?? null, group: rest.group ?? null, series: null,
            code: newCode(20), flags: hit ? ['watchlist'] : [], remember: false,
          }, offset))
          if (!made) throw new Refusal(await tx.maybe(statements.locationOf(account, id)) ? 'id_reused' : 'not_found', 'There is no such location.')
          if (isInvited) await invite(tx, account, await tx.one(statements.selectVisit(account, id)))
          return { visit: id, day: made.day, source }   // names stay out of the journal
        },
      })
      return this.get(account, id)
    },

    /** @throws Refusal `not_found`, `gone` */
    async change({ account, actor }: Session, visit: string, id: string, to: Change): Promise<Ack> {
      const fields = Object.keys(to).sort()
      if (fields.length === 0) throw new Refusal('invalid', 'The body names nothing to change.')
      refuseBrokenText(to)
      return change({ account, actor, visit, id, type: 'visit.changed', body: { fields } }, async (tx, _state, { offset }) => {
        await tx.run(statements.updateVisit(account, visit, to, offset)).catch(refuseOn(foreign))
      })
    },

    checkIn: ({ account, actor }: Session, visit: string, id: string, at?: string): Promise<Ack> =>
      change({ account, actor, visit, id, type: 'visit.checked_in' }, async (tx, state, { offset }) => ({ visit, ...await arrive(tx, state, { account, visit, at: past(at), nowMs: now(), flags: [], offset }, tell) })),

    /** @throws Refusal `wrong_status`: nobody saw the person arrive */
    checkOut: ({ account, actor }: Pick<Session, 'account' | 'actor'>, visit: string, id: string, at?: string, by: 'desk' | 'link' | 'automatic' = 'desk'): Promise<Ack> =>
      change({ account, actor, visit, id, type: 'visit.checked_out', isNameless: true }, async (tx, state, { offset }) => {
        refuseUnless(state, 'checked_in', 'checked_out')
        return { visit, leftAt: await depart(tx, state, { account, visit, at: past(at), offset }, by), leftBy: by }
      }),

    /** @throws Refusal `wrong_status`: never arrived */
    confirm: ({ account, actor }: Session, visit: string, id: string, at?: string): Promise<Ack> =>
      change({ account, actor, visit, id, type: 'visit.seen', isNameless: true }, async (tx, state, { offset }) => {
        refuseUnless(state, 'checked_in', 'checked_out')
        const seenAt = past(at), confirmedAt = later(state.confirmedAt, seenAt)
        const isBack = state.leftAt === null || state.leftAt < confirmedAt
        await tx.run(statements.setOutcome(account, visit, { ...state, status: isBack ? 'checked_in' : 'checked_out', leftAt: isBack ? null : state.leftAt, leftBy: isBack ? null : state.leftBy, confirmedAt }, offset))
        return { visit, at: seenAt }
      }),

    /** @throws Refusal `wrong_status`: does not wait; `invalid`: a refusal needs a reason */
    async decide({ account, actor }: Session, visit: string, id: string, { approved, reason }: { approved: boolean; reason?: string }): Promise<Ack> {
      if (approved) {
        return change({ account, actor, visit, id, type: 'visit.checked_in' }, async (tx, state, { offset }) => {
          refuseUnless(state, 'waiting')
          return { visit, ...await arrive(tx, state, { account, visit, at: nowIso(), nowMs: now(), flags: [], offset }, tell) }
        })
      }
      if (!reason?.trim()) throw new Refusal('invalid', 'body/reason is needed: say why, it stands on the visit.')
      return change({ account, actor, visit, id, type: 'visit.refused', body: { reason } }, async (tx, state, { offset }) => {
        refuseUnless(state, 'waiting', 'expected')
        await tx.run(statements.setOutcome(account, visit, { ...state, status: 'refused', reason }, offset))
        return { visit }
      })
    },

    /** @throws Refusal `wrong_status`: is here, or was */
    cancel: ({ account, actor }: Session, visit: string, id: string): Promise<Ack> => change({ account, actor, visit, id, type: 'visit.cancelled' }, async (tx, state, { offset }) => {
      refuseUnless(state, 'expected', 'waiting', 'no_show')
      await tx.run(statements.setOutcome(account, visit, { ...state, status: 'cancelled' }, offset))
    }),
    /** @throws Refusal `wrong_status`: not cancelled, or its day is over */
    restore: ({ account, actor }: Session, visit: string, id: string): Promise<Ack> => change({ account, actor, visit, id, type: 'visit.restored' }, async (tx, state, { offset }) => {
      refuseUnless(state, 'cancelled')
      if (await tx.run(statements.restoreVisit(account, visit, nowIso(), offset)) === 0) throw new Refusal('wrong_status', 'The day of this visit is over.')
    }),
    noShow: (account: string, visit: string, id: string): Promise<Ack> => change({ account, actor: 'system', visit, id, type: 'visit.no_show', isNameless: true }, async (tx, state, { offset }) => {
      refuseUnless(state, 'expected', 'waiting')
      await tx.run(statements.setOutcome(account, visit, { ...state, status: 'no_show' }, offset))
    }),

    /** Twice is once. @throws Refusal `not_found` */
    async erase({ account, actor }: Pick<Session, 'account' | 'actor'>, visit: string, id: string): Promise<Ack> {
      const topic = `visits:${await locationOf(account, visit)}`
      return ackOf(await accept({ account, topic, id, type: 'visit.erased', actor, body: { visit }, async guard(tx, { offset }) {
        await forgetVisits(tx, account, [visit], { offset, forgetMails, isWholePerson: false })
      } }))
    },

    async get(account: string, id: string): Promise<Visit> {
      const found = await db.read('get visit', 3_000, (tx) => tx.maybe(statements.selectVisit(account, id)))
      if (!found) throw new Refusal('not_found')
      return found
    },
  }
}
export type Visits = ReturnType<typeof visits>

// For kiosks, whose operations have their own commands: the same facts, within their commits.

export { arrive, depart, lateMs } from './effects.ts'
export { erasePerson, forgetVisits } from './forgetting.ts'
export type { Tell } from './notices.ts'
export { selectWatched, type State } from './visits.sql.ts'
type WalkIn = Omit<statements.NewVisit, 'note' | 'expectedAt' | 'leavingAt' | 'group' | 'series' | 'code'>

/** Locked until the commit. @throws Refusal `not_found` */
export async function lock(tx: Tx, account: string, visit: string): Promise<State> {
  const state = await tx.maybe(statements.stateForUpdate(account, visit))
  if (!state) throw new Refusal('not_found')
  return state
}
/** A walk-in's visit, or the one that is there; locked until the commit. */
export const lockOrMake = (tx: Tx, account: string, v: WalkIn, offset: number): Promise<State> =>
  tx.one(statements.insertOrLock(account, { ...v, note: '', expectedAt: null, leavingAt: null, group: null, series: null, code: newCode(20) }, offset))
export const setWaiting = async (tx: Tx, account: string, visit: string, state: State, flags: readonly VisitFlag[], offset: number): Promise<void> => {
  await tx.run(statements.setOutcome(account, visit, { ...state, status: 'waiting', flags: [...new Set([...state.flags, ...flags])] }, offset))
}
/** The first is kept. `image`: a data URL that the contract has checked. */
export const keepImage = async (tx: Tx, account: string, visit: string, kind: 'photo' | 'signature', image: string): Promise<void> => {
  const [head, base64] = image.split(';base64,') as [string, string]
  await tx.run(statements.insertImage(account, visit, kind, head.slice('data:'.length), Buffer.from(base64, 'base64')))
}
export const keepSigned = async (tx: Tx, account: string, visit: string, version: number, at: string): Promise<void> => { await tx.run(statements.setSigned(account, visit, version, at)) }
