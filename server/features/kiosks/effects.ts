/** What each kind of operation does, inside its commit. */
import type { KnownOperation } from '#contract/kiosks.ts'
import type { VisitFlag, VisitStatus } from '#contract/visits.ts'
import type { Tx } from '#server/db/db.ts'
import * as visits from '#server/features/visits/visits.ts'
import { Refusal } from '#server/kernel/refusal.ts'

export class Elsewhere extends Refusal {}
export interface Said { account: string; kiosk: string; location: string; walkIns: string; /** By the same news: the host need not come. */ hasLeft: boolean; operation: KnownOperation; at: string; flags: VisitFlag[]; nowMs: number; offset: number }
/** @returns the entry's body @throws Refusal `not_found`: a departure of a visit that is not known */
export type Effect = (tx: Tx, said: Said) => Promise<object>
type Naming = Extract<KnownOperation, { type: 'check_in' | 'ask' }>

/** What of the operation is kept beside its effect: pictures stand with the visit. */
export function applied(operation: KnownOperation): object {
  if (operation.type === 'check_out') return operation.body
  const { photo: _, signature, ...rest } = operation.body
  return { ...rest, ...(signature && { signature: { version: signature.version } }) }
}

const nobody: visits.Tell = async () => []
export const effects = (tell: visits.Tell): Effect => async (tx, { account, location, walkIns, hasLeft, operation, at, flags, nowMs, offset }) => {
  const { visit, id } = operation
  if (operation.type === 'check_out') {
    const state = await visits.lock(tx, account, visit)
    refuseElsewhere(state, location)
    return { visit, operation: id, leftAt: await visits.depart(tx, state, { account, visit, at, offset }, 'kiosk'), leftBy: 'kiosk' }
  }
  const state = await find(tx, { account, location, operation, at, offset })
  refuseElsewhere(state, location)
  await keepImages(tx, account, operation, at)
  if (operation.type === 'ask') {
    // Somebody let the person in, or turned them away, before this was known: that stands.
    if (state.status === 'expected' || state.status === 'no_show') await visits.setWaiting(tx, account, visit, state, operation.body.watched ? ['watchlist'] : [], offset)
    return { visit, operation: id, since: at }
  }
  const unasked: VisitFlag[] = !operation.body.expected && walkIns !== 'welcome' && state.arrivedAt === null ? ['unasked'] : []
  const late: VisitFlag[] = nowMs - Date.parse(at) > visits.lateMs ? ['late'] : []
  return { visit, operation: id, ...await visits.arrive(tx, state, { account, visit, at, nowMs, flags: [...flags, ...unasked, ...late], offset }, hasLeft ? nobody : tell) }
}

function refuseElsewhere(state: { location: string }, location: string): void {
  if (state.location !== location) throw new Elsewhere('invalid', 'The visit belongs to another location than the kiosk.')
}

/** The visit as it stands, or a new one of a walk-in. Two kiosks may bring the first news of it, in any order. */
function find(tx: Tx, { account, location, operation, at, offset }: { account: string; location: string; operation: Naming; at: string; offset: number }): Promise<visits.State> {
  const { body, visit } = operation
  const status: VisitStatus = operation.type === 'ask' ? 'waiting' : 'expected'
  return visits.lockOrMake(tx, account, { id: visit, location, at, status, name: body.name.trim() || '–', company: body.company ?? '', email: body.email || null, phone: body.phone || null, language: body.language ?? '',
    fields: body.fields ?? {}, host: body.host ?? null, visitorType: body.visitorType ?? null, remember: body.remember === true, flags: operation.type === 'ask' && operation.body.watched ? ['watchlist'] : [] }, offset)
}

async function keepImages(tx: Tx, account: string, { visit, body }: Naming, at: string): Promise<void> {
  if (body.photo) await visits.keepImage(tx, account, visit, 'photo', body.photo)
  if (body.signature) {
    await visits.keepImage(tx, account, visit, 'signature', body.signature.image)
    await visits.keepSigned(tx, account, visit, body.signature.version, at)
  }
}
