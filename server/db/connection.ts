import pg from 'pg'
import { Refusal } from '#server/kernel/refusal.ts'
import { rowTypes } from './row-types.ts'

/** Where the database is, as `pg` takes it: `connectionString`, or `host`, `port`, `user`, `password`, `database`, `ssl`. */
export type Target = Pick<pg.ClientConfig, 'connectionString' | 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'>

/** One socket to PostgreSQL. `onLost` is called once, when it went without our doing. */
export interface Connection {
  readonly client: pg.Client
  readonly isAlive: boolean
  /** Of the backend, as `pg_stat_activity` names it. */
  readonly pid: number
  onLost: (why: Error) => void
  /** The name under which PostgreSQL keeps this statement's plan, from its second time on; undefined the first time. */
  nameOf: (text: string) => string | undefined
  /** Asks PostgreSQL to end the running statement. Resolves when the request can no longer hit a later one. */
  cancel(): Promise<void>
  destroy(): void
}

const connectTimeoutMs = 3_000
const cancelTimeoutMs = 2_000
// Belts for what the pool's own deadlines should have ended before: a node that stands still or was cut off.
const statementTimeoutMs = 65_000
const idleInTransactionMs = 15_000
/** Each costs memory in the backend; texts beyond that (put together in many ways) are planned each time. */
const namesMax = 300

/**
 * @param isBelted false only in drills: PostgreSQL then leaves a transaction alone in which nothing happens
 * @throws what `pg` throws; `asRefusal` sorts it. A frozen postmaster accepts and never answers: hence the timeout.
 */
export async function openConnection(target: Target, application: string, isBelted = true): Promise<Connection> {
  const client = new pg.Client({
    ...target, application_name: application, types: rowTypes, pipeline: true, keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs, statement_timeout: statementTimeoutMs, idle_in_transaction_session_timeout: isBelted ? idleInTransactionMs : 0,
    options: '-c timezone=UTC -c datestyle=ISO',
  })
  let isAlive = true
  const names = new Map<string, string>()   // '' after the first time
  let named = 0
  const connection: Connection = {
    client,
    get isAlive() { return isAlive },
    get pid() { return (client as unknown as { processID: number }).processID },
    onLost: () => {},
    nameOf(text) {
      const seen = names.get(text)
      if (seen === undefined) {
        if (names.size < namesMax) names.set(text, '')
        return undefined
      }
      if (seen !== '') return seen
      const name = `s${++named}`
      names.set(text, name)
      return name
    },
    cancel: () => cancel(client),
    destroy() {
      isAlive = false
      client.connection.stream.destroy()
    },
  }
  const lost = (why: Error): void => {
    if (!isAlive) return
    connection.destroy()
    connection.onLost(why)
  }
  client.on('error', lost)   // without a listener Node ends when PostgreSQL goes away
  client.on('end', () => lost(new Error('The connection to the database ended')))
  try {
    await client.connect()
  } catch (error) {
    connection.destroy()
    throw error
  }
  return connection
}

// CancelRequest is a message on a socket of its own: it needs no free connection. @types/pg does not know these methods.
interface Canceller {
  connect(portOrPath: number | string, host?: string): void
  requestSsl(): void
  cancel(pid: number, key: number): void
  on(event: string, fn: () => void): void
  stream: { destroy(): void }
}
function cancel(client: pg.Client): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
  const canceller = new pg.Connection({ ssl: client.ssl }) as unknown as Canceller
  const send = (): void => canceller.cancel(processID, secretKey)
  canceller.on('error', () => {})
  canceller.on('connect', client.ssl ? () => canceller.requestSsl() : send)
  canceller.on('sslconnect', send)
  if (client.host.startsWith('/')) canceller.connect(`${client.host}/.s.PGSQL.${client.port}`)
  else canceller.connect(client.port, client.host)
  return new Promise((done) => {   // PostgreSQL closes the socket after it sent the signal
    const giveUp = setTimeout(() => canceller.stream.destroy(), cancelTimeoutMs)
    canceller.on('end', () => { clearTimeout(giveUp); done() })
  })
}

const away = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
  '57P01', '57P02', '57P03', '53300',   // shutting down, crashed, starting up, too many connections
])
/** SQLSTATE, or Node's; empty when it has none. */
export const codeOf = (error: unknown): string => (error as { code?: string } | undefined)?.code ?? ''
/** `pg` gives these no code. */
const lostMessage = /^(?:timeout expired|Connection terminated|Client (?:has encountered a connection error|was closed)|The connection to the database ended)/

export const isAway = (error: unknown): boolean =>
  away.has(codeOf(error)) || codeOf(error).startsWith('08') || (error instanceof Error && lostMessage.test(error.message))

export const isTooManyConnections = (error: unknown): boolean => codeOf(error) === '53300'

/** `unavailable` for what means that the database is away; anything else unchanged. */
export const asRefusal = (error: unknown, retryAfterMs: number): unknown => isAway(error) ? new Refusal('unavailable', undefined, retryAfterMs) : error
