/**
 * What a kiosk's log says, applied once (spec KO). A kiosk has told its visitor "you are checked in" already, so nothing here
 * may be turned away: what cannot be applied is kept as it came and shown to reception; what comes too early is held.
 *
 *   operation ─► applied: row and effect in one commit, under the operation's id
 *             ├► held: a departure of a visit that is not here yet
 *             └► quarantined: a row of its own, with the reason
 */
import { Compile } from 'typebox/compile'
import { operationBodies, Operation, skewMs, type KnownOperation, type QuarantineCode, type OperationResult, type Quarantined } from '#contract/kiosks.ts'
import type { VisitFlag } from '#contract/visits.ts'
import { isId } from '#contract/ids.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import { applied, Elsewhere, type Effect } from './effects.ts'
import * as statements from './kiosks.sql.ts'

export interface OperationOptions { db: Db; accept: Accept<Tx>; effect: Effect; now: () => number }
/** Of the kiosk: where it stands, and whether walk-ins have to be agreed to. */
interface Place { location: string; walkIns: string }
export interface From { account: string; kiosk: string; log: string }

interface Outcome { result: OperationResult; code: QuarantineCode | null }

const isOperation = Compile(Operation)
const bodies = Object.fromEntries(Object.entries(operationBodies).map(([type, schema]) => [type, Compile(schema)]))
const entryTypes = { check_in: 'visit.checked_in', ask: 'visit.waiting', check_out: 'visit.checked_out' } as const
/** Of one kiosk's batch, so many at once: the desk's own commands stand in the same queue. */
const atOnce = 10

interface Why { code: QuarantineCode; reason: string }
class Unfit extends Error {
  readonly code: QuarantineCode
  constructor(code: QuarantineCode, reason: string) {
    super(reason)
    this.code = code
  }
}

/** @throws Unfit with words for reception */
function known(raw: unknown): KnownOperation {
  if (!isOperation.Check(raw)) throw new Unfit('form', `It is not of the right form: ${where(isOperation, raw)}.`)
  const check = bodies[raw.type]
  if (!check) throw new Unfit('unknown_type', `This version of Lodge does not know the operation "${raw.type.slice(0, 40)}".`)
  if (!check.Check(raw.body)) throw new Unfit('form', `It is not of the right form: body${where(check, raw.body)}.`)
  try { refuseBrokenText(raw) } catch (error) { throw new Unfit('broken_text', (error as Error).message) }
  return raw as KnownOperation
}
function where(check: { Errors(value: unknown): { instancePath: string; message: string }[] }, value: unknown): string {
  const first = check.Errors(value)[0]
  return `${first?.instancePath ?? ''} ${first?.message ?? 'something is missing'}`.trim()
}

/** The kiosk's time by the server's clock, never in the future, and what is to be said of it. */
export function trueTime(at: string, offsetMs: number | null, nowMs: number): { at: string; flags: VisitFlag[] } {
  const saidMs = Date.parse(at)
  const correctedMs = saidMs + (offsetMs ?? 0)
  const isOff = !Number.isFinite(correctedMs) || Math.abs(offsetMs ?? 0) > skewMs || correctedMs > nowMs + skewMs
  return { at: new Date(Number.isFinite(correctedMs) ? Math.min(correctedMs, nowMs) : nowMs).toISOString(), flags: isOff ? ['clock'] : [] }
}

export function operations({ db, accept, effect, now }: OperationOptions) {
  /** @param hasLeft the kiosk brings the departure along: nobody is called to the door @throws Refusal `unavailable`, `overloaded`: nothing is known, the kiosk sends it again */
  async function apply(from: From, place: Place, raw: unknown, hasLeft = false): Promise<Outcome> {
    const { location } = place
    let operation: KnownOperation
    try { operation = known(raw) } catch (error) {
      if (!(error instanceof Unfit)) throw error
      return keep(from, location, raw, 'quarantined', { code: error.code, reason: error.message })
    }
    const { id, seq, type, visit } = operation
    const { account, kiosk, log } = from
    const row = { id, kiosk, log, seq, type, visit, state: 'applied', reason: null, code: null, raw: { ...operation, body: applied(operation) } } as const
    try {
      const { repeat } = await accept({
        account, topic: `visits:${location}`, id, type: entryTypes[type], actor: `kiosk:${kiosk}`, body: { visit, operation: id, seq, log, said: operation.at },
        async guard(tx, { offset }) {
          const inserted = tx.run(statements.insertOperation(account, row))   // travels with the effect's first statement
          inserted.catch(() => {})
          const body = await effect(tx, { account, kiosk, ...place, hasLeft, operation, ...trueTime(operation.at, operation.offsetMs, now()), nowMs: now(), offset })
          await inserted
          return body
        },
      })
      if (repeat) await db.read('operation again', 5_000, (tx) => tx.run(statements.insertOperation(account, row)))   // the log is whole even where only the journal was
      return { result: { id, seq, state: 'applied', reason: null }, code: null }
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'unavailable' || error.code === 'overloaded' || error.code === 'internal') throw error
      if (type === 'check_out' && error.code === 'not_found') return keep(from, location, raw, 'held', { code: 'awaits_arrival', reason: 'The visit that it ends has not arrived yet.' })
      if (error.code === 'id_reused') return keep(from, location, raw, 'quarantined', { code: 'id_reused', reason: 'Its id was used before for something else.' }, true)
      return keep(from, location, raw, 'quarantined', { code: error instanceof Elsewhere ? 'elsewhere' : error.code === 'gone' ? 'erased' : 'refused', reason: error.message })
    }
  }

  /** As it came, under its own id, or one that follows from its content where the id is none or taken. */
  async function keep({ account, kiosk, log }: From, location: string, raw: unknown, state: 'held' | 'quarantined', { code, reason }: Why, isIdTaken = false): Promise<Outcome> {
    const of = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>
    const told = typeof of.id === 'string' ? of.id.slice(0, 100) : ''
    const seq = typeof of.seq === 'number' && Number.isSafeInteger(of.seq) && of.seq > 0 ? of.seq : null
    const text = storable(raw)
    const id = isId(told) && !isIdTaken ? told : derivedId('operation', kiosk, log, text)
    const row = { id, kiosk, log, seq, type: typeof of.type === 'string' ? cleaned(of.type).slice(0, 40) : '', visit: typeof of.visit === 'string' && isId(of.visit) ? of.visit : null, state, reason: cleaned(reason), code, raw: JSON.parse(text) as unknown }
    if (state === 'held') await db.read('hold operation', 5_000, (tx) => tx.run(statements.insertOperation(account, row)))
    else {
      await accept({
        account, topic: `visits:${location}`, id: derivedId('quarantined', account, id), type: 'operation.quarantined', actor: `kiosk:${kiosk}`, body: { operation: id, kiosk, reason: row.reason.slice(0, 500) },
        guard: async (tx) => { await tx.run(statements.insertOperation(account, row)) },
      })
    }
    return { result: { id: isId(told) ? told : id, seq: seq ?? 0, state, reason }, code }
  }

  const placeOf = ({ account, kiosk }: Pick<From, 'account' | 'kiosk'>): Promise<Place> => db.read('kiosk access', 5_000, (tx) => tx.one(statements.placeOfKiosk(account, kiosk)))

  /** What waited for this visit. */
  async function release(account: string, visit: string): Promise<void> {
    for (const held of await db.read('held operations', 5_000, (tx) => tx.all(statements.heldFor(account, visit)))) {
      const from = { account, kiosk: held.kiosk, log: held.log }
      await apply(from, await placeOf(from), held.raw)
    }
  }

  return {
    /** In the order given, per visit; each on its own. @returns one result for each, in that order */
    async take(from: From, batch: readonly unknown[]): Promise<OperationResult[]> {
      const place = await placeOf(from)
      const results: OperationResult[] = []
      for (let i = 0; i < batch.length; i += atOnce) {
        // Of one visit one after the other: a departure must find its arrival.
        const lanes = Map.groupBy(batch.slice(i, i + atOnce).map((raw, j) => ({ raw, at: i + j })), ({ raw }) => String((raw as { visit?: unknown } | null)?.visit))
        await Promise.all([...lanes.values()].map(async (lane) => {
          const hasLeft = (lane.at(-1)?.raw as { type?: unknown } | null)?.type === 'check_out'
          for (const { raw, at } of lane) {
            const { result } = await apply(from, place, raw, hasLeft)
            results[at] = result
            const visit = (raw as { visit?: unknown } | null)?.visit
            if (result.state === 'applied' && (raw as { type?: unknown }).type !== 'check_out' && typeof visit === 'string') await release(from.account, visit)
          }
        }))
      }
      return results
    },

    quarantine: (account: string): Promise<Quarantined[]> => db.read('quarantine', 3_000, (tx) => tx.all(statements.selectQuarantine(account))),

    /** Reception tries a quarantined one again, or dismisses it. @throws Refusal `not_found` */
    async resolve({ account, actor }: Session, operation: string, { id, how }: { id: string; how: 'retry' | 'dismiss' }): Promise<{ state: 'applied' | 'quarantined' | 'dismissed'; code: QuarantineCode | null; reason: string | null }> {
      const found = await db.read('get operation', 5_000, (tx) => tx.maybe(statements.selectOperation(account, operation)))
      if (!found) throw new Refusal('not_found')
      const resolved = (as: 'applied' | 'dismissed', guard: (tx: Tx) => Promise<unknown>) => accept({
        account, topic: `visits:${found.location}`, id, type: 'operation.resolved', actor, body: { operation, how: as }, guard: async (tx) => { await guard(tx) },
      })
      if (how === 'dismiss') {
        await resolved('dismissed', (tx) => tx.run(statements.dismissOperation(account, operation)))
        return { state: 'dismissed', code: null, reason: null }
      }
      if (found.raw === null) throw new Refusal('not_found')   // the visit was erased, and this with it
      const from = { account, kiosk: found.kiosk, log: found.log }
      const { result: { state, reason }, code } = await apply(from, await placeOf(from), found.raw)
      if (state !== 'applied') return { state: 'quarantined', code, reason }
      await resolved('applied', async () => {})
      return { state, code: null, reason: null }
    },

    /** Departures that were held when the server stopped between an arrival and their release. */
    async releaseAll(): Promise<void> {
      for (const { account, visit } of await db.read('held operations', 20_000, (tx) => tx.all(statements.heldNowKnown(100)))) await release(account, visit)
    },
  }
}
export type Operations = ReturnType<typeof operations>

/** What PostgreSQL cannot keep is replaced; that it was there, the reason says. */
const cleaned = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
function storable(raw: unknown): string {
  const text = JSON.stringify(raw, (_, value: unknown) => typeof value === 'string' ? cleaned(value) : value) ?? 'null'
  return text.length <= 400_000 ? text : JSON.stringify({ tooLong: text.length, begins: text.slice(0, 10_000) })
}
