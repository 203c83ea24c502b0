/** Kept commands, done again when the journal is back: through the same verbs, with all their checks, at the time at which they were kept. */
import type { ErrorCode } from '#contract/errors.ts'
import type { OperationResult } from '#contract/kiosks.ts'
import type { BaseLogger } from 'pino'
import type { Tx } from '#server/db/db.ts'
import type { Pool } from '#server/db/pool.ts'
import { gather } from '#server/kernel/gather.ts'
import type { Handover } from '#server/kernel/handover.ts'
import type { Outcome } from '#server/kernel/keeping.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import type { CommandHandlers } from '#server/realtime/plugs.ts'
import { digestOfKept } from './doors.ts'
import { isPlain, sessionOf, type Claims, type HouseCommand } from './house-command.ts'
import * as statements from './kept.sql.ts'

interface Done { topic: string; offset?: number; at: string }
/** How a kept command is done. */
export interface Doing {
  commands: CommandHandlers
  arrive: (session: Session, visit: string, id: string, at: string) => Promise<Done>
  depart: (session: Session, visit: string, id: string, at: string) => Promise<Done>
  operate: (from: { account: string; kiosk: string; log: string }, raw: unknown) => Promise<OperationResult | undefined>
  /** Whether the session it was given in was void by then. */
  isRevoked: (account: string, claims: Claims, atMs: number) => boolean
  /** Known to be a conversation of no channel: what is said there waits for nothing but the journal. */
  isWeb: (account: string, conversation: string) => boolean
}

interface Options {
  pool: Pick<Pool, 'read'>
  log: Pick<BaseLogger, 'error'>
  replay: Handover<Tx>['replay']
  /** An earlier life kept it, and may have set it aside. */
  isOfEarlierLife: (command: HouseCommand) => boolean
}

const resultsMax = 20_000
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unavailable', 'overloaded', 'draining', 'rate_limited', 'storage_full'])

export function redoing({ pool, log, replay, isOfEarlierLife }: Options) {
  const doing = Promise.withResolvers<Doing | undefined>()
  let served: Doing | undefined
  /** The newest of a kiosk's operations that were kept and are done: it has not heard of it, and asks again. */
  const results = new Map<string, { digest: string; result: OperationResult }>()

  const setAsideBefore = gather<{ account: string; id: string }, boolean>({
    maxItems: 500,
    async run(keys) {
      const known = new Set((await pool.read('kept before', 5_000, (tx) => tx.all(statements.wereSetAside(keys)))).map((k) => `${k.account} ${k.id}`))
      return keys.map((k) => known.has(`${k.account} ${k.id}`))
    },
  })

  async function redo(by: Doing, command: HouseCommand, wasAside: boolean): Promise<Outcome> {
    const { account, id, at } = command
    if (wasAside) return { is: 'refused', refusal: new Refusal('gone', 'It was set aside before.') }
    try {
      const stored = await replay(account, id, at, () => perform(by, command))
      return { is: 'stored', topic: stored.topic, offset: stored.offset ?? 0, at: stored.at }
    } catch (error) { return failed(command, error) }
  }
  async function perform(by: Doing, command: HouseCommand): Promise<Done> {
    const { account, id, at } = command
    if (command.kind === 'operation') {
      const result = await by.operate({ account, kiosk: command.kiosk, log: command.log }, command.body)
      if (result) remember(`${account} ${id}`, { digest: digestOfKept(command), result })
      return { topic: command.lane, at }
    }
    if (by.isRevoked(account, command.claims, Date.parse(at))) throw new Refusal('forbidden', 'Whoever asked for this had lost the right to by then.')
    const session = sessionOf(command)
    if (command.kind === 'visit') return by[command.type === 'arrival' ? 'arrive' : 'depart'](session, command.visit, id, command.saidAt ?? at)
    return by.commands[command.type](session, { id, type: command.type, topic: command.lane, body: command.body })
  }
  function failed({ id, kind, type }: HouseCommand, error: unknown): Outcome {
    if (error instanceof Refusal) return passing.has(error.code) ? { is: 'away' } : { is: 'refused', refusal: error }
    log.error({ err: error, id, kind, type }, 'What was kept cannot be applied because of a defect')
    return { is: 'refused', refusal: new Refusal('internal') }
  }
  function remember(key: string, of: { digest: string; result: OperationResult }): void {
    if (results.size >= resultsMax) results.delete(results.keys().next().value!)
    results.set(key, of)
  }

  return {
    /** In their order. Waits until somebody serves. Never throws. */
    async apply(commands: readonly HouseCommand[]): Promise<Outcome[]> {
      const by = await doing.promise
      if (!by) return commands.map(() => ({ is: 'away' }))
      try {
        // First of all of them: what follows has to begin in their order.
        const wereAside = await Promise.all(commands.map(async (command) => isOfEarlierLife(command) && setAsideBefore(command)))
        return await Promise.all(commands.map((command, i) => redo(by, command, wereAside[i]!)))
      } catch (error) { return commands.map((command) => failed(command, error)) }
    },
    isPlain: (command: HouseCommand): boolean => isPlain(command, served?.isWeb),
    /** What became of a kiosk's operation that was kept and is done. */
    doneBefore(account: string, id: string, digest: string): OperationResult | undefined {
      const one = results.get(`${account} ${id}`)
      return one?.digest === digest ? one.result : undefined
    },
    serve(by: Doing): void { served = by; doing.resolve(by) },
    /** A start without the database may end without it, and then nothing was served. */
    end: (): void => doing.resolve(undefined),
  }
}
