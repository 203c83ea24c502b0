/** All that the status page knows, folded from its journal; and the one way to change it. */
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { Incident, Maintenance, Outage, Proposal, StatusComponent, StatusPage, StatusReply, Subscriber } from '#contract/status.ts'
import { openJournal } from './journal.ts'

export interface Kinds { page: StatusPage; component: StatusComponent; incident: Incident; maintenance: Maintenance; subscriber: Subscriber; proposal: Proposal; outage: Outage; reply: StatusReply }
export type Kind = keyof Kinds
/** A thing as it is from now on; null: it is gone. */
export type Put = { [K in Kind]: { readonly kind: K; readonly id: string; readonly value: Kinds[K] | null } }[Kind]
/** What one change changed, all of it or nothing. `did`: the verb. */
export interface Change { readonly n: number; readonly token: string; readonly at: string; readonly by: string; readonly did: string; readonly puts: readonly Put[] }
export type State = { readonly [K in Kind]: ReadonlyMap<string, Kinds[K]> }

export interface Book {
  /** As last read. */
  readonly state: State
  /** Number of the last change that was read. */
  readonly n: number
  readonly broken: number
  /** When the record begins; undefined before the first change. */
  readonly since: string | undefined
  /** Reads what others wrote. */
  refresh(): Promise<State>
  /**
   * `make` decides from the state what to put, and is asked again when somebody else was quicker. Nothing to put: nothing is written.
   * On disk when it resolves. @throws what `make` throws, or when the disk is full or broken
   */
  change<R>(by: string, did: string, make: (state: State, at: string) => { puts: readonly Put[]; result: R }): Promise<R>
  /** Called with each change, own ones too, as soon as it is read. */
  onChange(fn: (change: Change, before: State) => void): () => void
}

export const fileOf = (folder: string): string => join(folder, 'journal.jsonl')
const emptyState = (): { [K in Kind]: Map<string, Kinds[K]> } =>
  ({ page: new Map(), component: new Map(), incident: new Map(), maintenance: new Map(), subscriber: new Map(), proposal: new Map(), outage: new Map(), reply: new Map() })

/** @param folder `status` in the folder of data; made with the first change */
export function openBook({ folder, now }: { folder: string; now: () => number }): Book {
  const journal = openJournal<Change>(fileOf(folder))
  const listeners = new Set<(change: Change, before: State) => void>()
  let state: State = emptyState()
  let n = 0
  let since: string | undefined
  /** Of the change that is being written; undefined once it was read back. */
  let awaited: string | undefined
  let queue: Promise<unknown> = Promise.resolve()
  /** One after the other within a process. */
  const inTurn = async <R>(fn: () => Promise<R>): Promise<R> => {
    const mine = queue.then(fn)
    queue = mine.catch(() => {})
    return mine
  }

  async function read(): Promise<State> {
    const { lines, restart } = await journal.read()
    if (restart) {
      state = emptyState()
      n = 0
      since = undefined
    }
    for (const change of lines) {
      const before = state
      state = applied(state, change.puts)
      n = change.n
      since ??= change.at
      if (change.token === awaited) awaited = undefined
      for (const fn of listeners) fn(change, before)
    }
    return state
  }

  return {
    get state() { return state },
    get n() { return n },
    get broken() { return journal.broken },
    get since() { return since },
    refresh: async () => inTurn(read),
    change: async (by, did, make) => inTurn(async () => {
      for (let tries = 0; ; tries++) {
        await read()
        const at = new Date(now()).toISOString()
        const { puts, result } = make(state, at)
        if (puts.length === 0) return result
        const token = randomUUID()
        await journal.append({ n: n + 1, token, at, by, did, puts })
        awaited = token
        await read()
        if (awaited === undefined) return result
        if (tries > 50) throw new Error('Others write to the status page without end.')
      }
    }),
    onChange(fn) {
      listeners.add(fn)
      return () => { listeners.delete(fn) }
    },
  }
}

function applied(state: State, puts: readonly Put[]): State {
  const next: Record<string, ReadonlyMap<string, unknown>> = { ...state }
  for (const { kind, id, value } of puts) {
    const map = new Map(next[kind])
    if (value === null) map.delete(id)
    else map.set(id, value)
    next[kind] = map
  }
  return next as unknown as State
}
