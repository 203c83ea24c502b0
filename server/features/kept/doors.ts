/** What people and kiosks call: the verbs, and the spool behind them when the journal does not take it (spec SP). */
import type { Ack } from '#contract/commands.ts'
import { isId } from '#contract/ids.ts'
import type { OperationResult } from '#contract/kiosks.ts'
import type { Visits } from '#server/features/visits/visits.ts'
import type { Tx } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import type { Handover } from '#server/kernel/handover.ts'
import type { Keeping } from '#server/kernel/keeping.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { digestOf, HandedOver } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import type { Answer, CommandCall, CommandDoor, CommandHandlers } from '#server/realtime/plugs.ts'
import { claimsOf, keptCommands, type HouseCommand } from './house-command.ts'

interface Options {
  gate: Pick<Handover<Tx>, 'call'>
  keeping: Keeping<HouseCommand>
  now: () => number
  /** What became of a kiosk's operation that was kept and is done. */
  doneBefore: (account: string, id: string, digest: string) => OperationResult | undefined
  /** Calls `fn` once, when the journal is found to be away. Returns off. */
  onAway: (fn: () => void) => () => void
}

/** What makes it the same command when it comes again. */
export const digestOfKept = (command: HouseCommand): string => digestOf({ actor: command.actor, topic: command.lane, type: command.type, body: { said: command.body } })

interface From { account: string; kiosk: string; log: string }
interface Taking { take(from: From, batch: readonly unknown[]): Promise<OperationResult[]> }

export function doors({ gate, keeping, now, doneBefore, onAway }: Options) {
  const nowIso = (): string => new Date(now()).toISOString()
  const keep = (command: HouseCommand, digest = digestOfKept(command)): Promise<HouseCommand> => keeping.keep(command, digest)

  /** These verbs ask the database before they accept, and a frozen one would keep them waiting; who is allowed in is known without it. */
  async function unlessAway<T>(account: string, id: string, lane: string, run: () => Promise<T>): Promise<{ done: T } | undefined> {
    if (keeping.isAway || keeping.holds(account, lane)) return undefined
    const away = Promise.withResolvers<undefined>()
    const off = onAway(() => away.resolve(undefined))
    try {
      return await Promise.race([gate.call(account, id, run).then((done) => ({ done })), away.promise])
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unavailable') return undefined
      throw error
    } finally { off() }
  }

  async function visit(type: 'arrival' | 'departure', session: Session, of: string, id: string, saidAt: string | undefined, run: () => Promise<Ack>): Promise<Ack> {
    const lane = `visit:${of}`
    const known = await unlessAway(session.account, id, lane, run)
    if (known) return known.done
    const kept = await keep({ kind: 'visit', account: session.account, id, lane, type, actor: session.actor, at: nowIso(), body: { visit: of, saidAt }, visit: of, ...(saidAt !== undefined && { saidAt }), claims: claimsOf(session) })
    return { id, state: 'kept', topic: lane, at: kept.at }
  }

  async function operation(from: From, raw: unknown): Promise<OperationResult> {
    const of = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>
    const told = typeof of['id'] === 'string' ? of['id'] : ''
    const id = isId(told) ? told : derivedId('operation', from.kiosk, from.log, JSON.stringify(raw) ?? '')
    const lane = `visit:${typeof of['visit'] === 'string' ? of['visit'].slice(0, 40) : ''}`
    const command: HouseCommand = { kind: 'operation', account: from.account, id, lane, type: typeof of['type'] === 'string' ? of['type'].slice(0, 40) : '', actor: `kiosk:${from.kiosk}`, at: nowIso(), body: raw, kiosk: from.kiosk, log: from.log }
    // A kiosk asks for all it has not heard of. Kept once more, each would come back as a replay, and twenty kiosks kept a server replaying for good.
    const digest = digestOfKept(command)
    const done = doneBefore(from.account, id, digest)
    if (done) return done
    await keep(command, digest)
    return { id, seq: typeof of['seq'] === 'number' && Number.isSafeInteger(of['seq']) ? of['seq'] : 0, state: 'kept', reason: null }
  }

  /** No `async` function: when all is well a command pays for one promise here, and not for a loop that waits. */
  const door = (type: HouseCommand['type'], handler: CommandHandlers[keyof CommandHandlers]) => function enter(session: Session, call: CommandCall): Promise<Answer> {
    const { id, topic } = call
    let kept: Promise<HouseCommand> | undefined
    const keepIt = (): void => { kept = keep({ kind: 'command', account: session.account, id, lane: topic, type, actor: session.actor, at: nowIso(), body: call.body, claims: claimsOf(session) } as HouseCommand) }
    return gate.call<Answer>(session.account, id, () => handler(session, call), keepIt).catch(async (error: unknown) => {
      if (!(error instanceof HandedOver)) throw error
      if (!kept) keepIt()   // a repeat: only its first was told
      const { at } = await kept!
      // One that an earlier life left may be done while its bytes are written once more. Nobody would tell of it then, so it is asked again.
      return keeping.isHeld(session.account, id) ? { id, topic, at, isKept: true } : enter(session, call)
    })
  }

  return {
    commands: (handlers: CommandHandlers): CommandDoor => Object.fromEntries(Object.entries(handlers).map(([type, handler]) => [type, keptCommands.has(type) ? door(type as HouseCommand['type'], handler) : handler])) as unknown as CommandDoor,

    visits: (verbs: Visits): Visits => ({
      ...verbs,
      checkIn: (session, of, id, at) => visit('arrival', session, of, id, at, () => verbs.checkIn(session, of, id, at)),
      checkOut: (session, of, id, at) => visit('departure', session as Session, of, id, at, () => verbs.checkOut(session, of, id, at)),
    }),

    operations: <O extends Taking>(verbs: O): O => ({
      ...verbs,
      async take(from, batch) {
        const first = (batch[0] as { id?: unknown } | null)?.id
        const known = await unlessAway(from.account, typeof first === 'string' ? first : '', '', () => verbs.take(from, batch))
        return known ? known.done : Promise.all(batch.map((raw) => operation(from, raw)))
      },
    }),
  }
}
