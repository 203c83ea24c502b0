/** Deadlines and ledger (DESIGN §4): nobody holds a connection without a name and a deadline. The supply decides who gets which. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { BaseLogger } from 'pino'
import { breaker as openBreaker, type Open } from '#server/kernel/breaker.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { whoAsks } from './asked.ts'
import { asRefusal, isAway, openConnection, type Connection, type Target } from './connection.ts'
import type { Db, Tx } from './db.ts'
import { handleOn } from './handle.ts'
import { owner as currentOwner, type Owner } from './on-behalf.ts'
import { openSupply } from './supply.ts'

export interface PoolOptions {
  /** A function: asked at each connect; what it throws is as if the connect had failed. */
  connect: Target | (() => Target)
  /** Never more open connections than this. */
  max: number
  min?: number
  log: Pick<BaseLogger, 'info' | 'warn' | 'error'>
  now?: () => number
  random?: () => number
  /** `application_name`: who holds a connection, seen from the database. Of this process alone. */
  application: string
  /** Only in drills false: overdue functions keep their connection, whoever leaks may have them all and is not refused, as in a product without a watchdog. */
  reclaims?: boolean
}

/** A whole connection for as long as its holder needs it: the writer, LISTEN, a library that wants a pool. */
export interface Lease {
  /** Pipelines: several queries may be on their way. Emits `end` when the connection is lost. */
  readonly client: pg.Client
  readonly tx: Tx
  /** The name under which this connection has a statement prepared, from its second use on. */
  readonly nameOf: (text: string) => string | undefined
  /** Back to the pool, rolled back if need be. What was SET or LISTENed stays on the connection: then `destroy` it. */
  release(): Promise<void>
  destroy(): void
}

export interface Held { label: string; owner: Owner; kind: 'tx' | 'read' | 'lease'; sinceMs: number; heldMs: number; late: boolean; stack: string }

/** `leak`: its function was overdue and was not waiting for the database. `slow`: its statement was ended. `forced`: nothing helped but to destroy the connection. */
export interface Taken { how: 'leak' | 'slow' | 'forced'; label: string; owner: Owner; kind: Held['kind']; atMs: number; heldMs: number; deadlineMs: number; stack: string }

export interface PoolStats {
  max: number; open: number; idle: number; waiting: number
  /** Set while the database is away. */
  downSinceMs: number | undefined
  /** Who has a connection now, the longest first. */
  held: Held[]
  /** Since the start: overdue functions, and connections destroyed because a cancel did not help. */
  late: number; reclaimed: number
  /** Since the start: functions that were overdue with nothing on its way to the database. */
  leaks: number
}

export interface Pool extends Db {
  /** How many connections this node may open now. */
  readonly max: number
  /** Under which name PostgreSQL shows them; no other node's, or the watchdog would end those. */
  readonly application: string
  /** @param waitMs how long it may wait for the connection @param holdMs after this it is taken away; for ever unless given @throws like `tx` */
  lease(label: string, waitMs: number, holdMs?: number): Promise<Lease>
  stats(): PoolStats
  /** The last 200 connections that were taken from overdue functions, the newest last; each with the stack of who asked for it. */
  taken(): readonly Taken[]
  /** What is refused for leaking; the key is label and account. */
  refused(): readonly (Open & { label: string; owner: Owner })[]
  /** The books, for whoever compares them: they must add up, here and with `pg_stat_activity`. */
  books(): { open: number; idle: number; held: number; isConnecting: boolean; pids: readonly number[] }
  /** A person takes the connection from the function that has had it under this label since then, as its deadline would. @returns whether there was one */
  end(label: string, sinceMs: number): boolean
  /** Closes an idle connection that the server does not know any more. */
  discard(pid: number): boolean
  /** Only for drills: where `fn` says so, a function does its work and then never ends. */
  forget(fn: ((label: string, owner: Owner) => boolean) | undefined): void
  setMax(max: number): void
  /** The database is known to be there: connects at once instead of in a while. */
  retryNow(): void
  /** Called at each change between 'up' and 'down'. Returns off. */
  onState(fn: (state: 'up' | 'down') => void): () => void
  /** Refuses the waiting, lets those who hold a connection finish for `graceMs`, then takes it away. */
  close(graceMs?: number): Promise<void>
}

interface Entry { label: string; owner: Owner; deadlineMs: number; kind: Held['kind']; sinceMs: number; late: boolean; asked: Error; connection: Connection; end?: () => void }

const graceMs = 2_000
const takenMax = 200
const unknownOutcome = 'The database went away while this was being stored. It may have been stored or not: try again with the same id.'

const keyOf = (label: string, owner: Owner): string => JSON.stringify([label, owner ?? null])

export function openPool({ connect, max, min = 1, log, now = Date.now, random = Math.random, application, reclaims = true }: PoolOptions): Pool {
  const ledger = new Set<Entry>()
  const listeners = new Set<(state: 'up' | 'down') => void>()
  let late = 0
  let reclaimed = 0
  let leaks = 0
  const taken: Taken[] = []
  const breaker = openBreaker({ now })
  let forgets: ((label: string, owner: Owner) => boolean) | undefined
  const supply = openSupply({
    open: async () => openConnection(typeof connect === 'function' ? connect() : connect, application, reclaims), max, min, isFair: reclaims, log, now, random,
    onState: (state) => { for (const listener of listeners) listener(state) },
  })

  function enter(kind: Held['kind'], label: string, owner: Owner, deadlineMs: number, asked: Error, connection: Connection): Entry {
    const entry = { label, owner, deadlineMs, kind, sinceMs: now(), late: false, asked, connection }
    ledger.add(entry)
    return entry
  }

  async function giveBack(entry: Entry): Promise<void> {
    const { client } = entry.connection
    if (entry.connection.isAlive && client.getTransactionStatus() !== 'I') await client.query('rollback').catch(() => {})
    ledger.delete(entry)
    supply.giveBack(entry.connection, client.getTransactionStatus() === 'I', entry.owner)
  }

  function took(how: Taken['how'], { label, owner, kind, deadlineMs, sinceMs, asked }: Entry): void {
    taken.push({ how, label, owner, kind, deadlineMs, atMs: now(), heldMs: now() - sinceMs, stack: asked.stack ?? '' })
    if (taken.length > takenMax) taken.shift()
    if (how !== 'leak') return
    leaks++
    breaker.leaked(keyOf(label, owner))
  }

  function reclaim(entry: Entry): void {
    reclaimed++
    took('forced', entry)
    log.error({ label: entry.label, heldMs: now() - entry.sinceMs, stack: entry.asked.stack }, 'took a database connection back by force')
    entry.connection.destroy()
  }

  /** @throws Refusal `overloaded` while this label leaks for this account; all others go on. */
  function refuseLeaking(label: string, owner: Owner): void {
    const waitMs = breaker.refusedForMs(keyOf(label, owner))
    if (waitMs > 0) throw new Refusal('overloaded', `"${label}" keeps taking longer than it may and is paused. Try again shortly.`, Math.ceil(waitMs))
  }

  async function lend<T>(kind: 'tx' | 'read', label: string, deadlineMs: number, fn: (tx: Tx) => Promise<T>, asked = whoAsks(label)): Promise<T> {   // here, where the caller is still on the stack
    const untilMs = now() + deadlineMs
    const owner = currentOwner()
    const connection = await supply.take(untilMs, label, owner)
    // Asked with the connection in hand, so that whoever may try on probation also comes to an end.
    if (!breaker.isQuiet) {
      try { refuseLeaking(label, owner) } catch (error) { supply.giveBack(connection, true, owner); throw error }
    }
    const entry = enter(kind, label, owner, deadlineMs, asked, connection)
    const { client } = connection
    const handle = handleOn(connection.client, supply.retryAfterMs, connection.nameOf)
    const overdue = Promise.withResolvers<never>()
    overdue.promise.catch(() => {})
    let begun = kind === 'read'
    let committing = false
    let cancelled: Promise<void> | undefined

    const end = (isAsked = false): void => {
      clearTimeout(timer)
      late++
      entry.late = true
      // Waiting for the database is no leak, however long: a lock, a slow disk, one that hangs.
      if (isAsked) { took('forced', entry); ended(entry) }
      else if (begun && !committing && handle.inFlight === 0) took('leak', entry)
      else { took('slow', entry); ended(entry) }
      const why = new Refusal('overloaded', isAsked ? `"${label}" was ended by whoever runs this server. Try again shortly.` : `"${label}" took longer than ${deadlineMs} ms and was ended.`, 1_000)
      log.warn({ label, deadlineMs, stack: asked.stack }, 'a database function is late')
      handle.revoke(why)
      // Not before BEGIN was answered: a cancel that hits it would leave the statement behind it without a transaction.
      if (begun && handle.inFlight > 0) cancelled = connection.cancel()
      timer = setTimeout(() => reclaim(entry), graceMs)
      overdue.reject(why)
    }
    let timer = !reclaims ? undefined : setTimeout(end, Math.max(0, untilMs - now()))   // it may have been over before the connection came
    entry.end = () => end(true)

    async function tidy(): Promise<void> {
      await cancelled   // or it might hit the next holder's statement
      if (connection.isAlive && (kind === 'tx' || handle.inFlight > 0)) await client.query(kind === 'tx' ? 'rollback' : '').catch(() => {})
      clearTimeout(timer)
      await giveBack(entry)
    }

    let result: T
    try {
      // BEGIN is not waited for: it travels with the first statement.
      if (kind === 'tx') client.query('begin').then(() => { begun = true }, () => {})
      result = await Promise.race([forgets?.(label, owner) ? fn(handle.tx).then(() => new Promise<never>(() => {})) : fn(handle.tx), overdue.promise])
      handle.revoke(`The database handle of "${label}" was used after its function had ended`)
      committing = true
      if (kind === 'tx') await commit(client, label)
    } catch (error) {
      handle.revoke(`The database handle of "${label}" was used after its function had failed`)
      if (!entry.late) ended(entry)
      const tidied = tidy()
      if (!entry.late) await tidied   // its locks are gone when the caller hears of it
      throw asRefusal(error, supply.retryAfterMs())
    }
    clearTimeout(timer)
    if (!entry.late) ended(entry)
    await cancelled
    await giveBack(entry)
    return result
  }

  function ended({ label, owner }: Entry): void {
    if (!breaker.isQuiet) breaker.ended(keyOf(label, owner))
  }

  async function commit(client: pg.Client, label: string): Promise<void> {
    let ended: pg.QueryResult
    try {
      ended = await client.query('commit')
    } catch (error) {
      if (!isAway(error)) throw error
      throw new Refusal('unavailable', unknownOutcome, supply.retryAfterMs())
    }
    // COMMIT of a transaction in which a statement failed is a quiet ROLLBACK.
    if (ended.command !== 'COMMIT') throw new Error(`"${label}" stored nothing: a statement in it failed and the error was swallowed`)
  }

  return {
    get max() { return max },
    application,
    tx: (label, deadlineMs, fn, asked) => lend('tx', label, deadlineMs, fn, asked),
    read: (label, deadlineMs, fn, asked) => lend('read', label, deadlineMs, fn, asked),

    async lease(label, waitMs, holdMs) {
      const asked = whoAsks(label)
      // A lease serves all: the writer, signing in. It is the house's, whoever happened to ask first.
      const connection = await supply.take(now() + waitMs, label, undefined)
      const entry = enter('lease', label, undefined, holdMs ?? Infinity, asked, connection)
      const handle = handleOn(connection.client, supply.retryAfterMs, connection.nameOf)
      const timer = holdMs === undefined || !reclaims ? undefined : setTimeout(() => {
        late++
        void connection.cancel()
        reclaim(entry)
        destroy()
      }, holdMs)
      const end = (): boolean => {
        clearTimeout(timer)
        handle.revoke(`The database handle of "${label}" was used after its release`)
        return ledger.has(entry)
      }
      const destroy = (): void => {
        if (!end()) return
        ledger.delete(entry)
        supply.giveBack(connection, false, undefined)
      }
      return { client: connection.client, tx: handle.tx, nameOf: connection.nameOf, destroy, async release() { if (end()) await giveBack(entry) } }
    },

    stats: () => ({
      max, open: supply.open, idle: supply.idle, waiting: supply.waiting, downSinceMs: supply.downSinceMs, late, reclaimed, leaks,
      held: [...ledger].map(({ label, owner, kind, sinceMs, late, asked }) => ({ label, owner, kind, sinceMs, heldMs: now() - sinceMs, late, stack: asked.stack ?? '' })),
    }),
    taken: () => taken,
    refused: () => breaker.open().map((of) => { const [label, owner] = JSON.parse(of.key) as [string, string | null]; return { ...of, label, owner: owner ?? undefined } }),
    // Who holds a connection that was lost holds nothing, and may not know it yet.
    books: () => ({ open: supply.open, idle: supply.idle, held: [...ledger].filter((e) => e.connection.isAlive).length, isConnecting: supply.isConnecting, pids: supply.pids }),
    end(label, sinceMs) {
      const entry = [...ledger].find((e) => e.label === label && e.sinceMs === sinceMs && !e.late)
      entry?.end?.()
      return entry?.end !== undefined
    },
    discard: (pid) => supply.discard(pid),
    forget(fn) { forgets = fn },
    setMax(value) {
      max = value
      supply.setMax(value)
    },
    retryNow: () => supply.retryNow(),
    onState(fn) {
      listeners.add(fn)
      return () => { listeners.delete(fn) }
    },

    async close(graceMs = 5_000) {
      supply.close()
      for (const until = now() + graceMs; ledger.size > 0 && now() < until;) await sleep(10)
      for (const entry of ledger) entry.connection.destroy()
    },
  }
}
