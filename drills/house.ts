/** The house that a drill is about: a server as `npm start` starts it, on data of its own, with two accounts, people, kiosks and desks. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { caller, valueOf, type Call, type Outcome } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { pairKiosk, saveKiosk } from '#contract/kiosks.ts'
import { saveLocation } from '#contract/places.ts'
import { saveFloor, saveSpace } from '#contract/spaces.ts'
import { saveInbox } from '#contract/inboxes.ts'
import type { Protection } from '#contract/config.ts'
import { openConnection, type Target } from '#server/db/connection.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { prepareHome, type Home } from '#server/db/home.ts'
import { processesOn, superuser } from '#server/db/postmaster.ts'
import { loadKeys } from '#server/features/identity/keys.ts'
import { startOwnServer, type OwnServer } from '#tools/replay/own-server.ts'
import { startApart, type ApartDatabase } from './apart.ts'
import type { CpuGroup } from './cpu.ts'
import { mountDisk, type Disk } from './disks.ts'
import { ticketFor, type KeyText } from './load/tickets.ts'
import type { FaultProxy } from './proxy.ts'
import type { Scale } from './scale.ts'
import { endStatusPage, freePort } from './status-page.ts'

/** What the load needs to know; goes through a pipe. */
export interface Address {
  readonly url: string
  readonly keys: readonly KeyText[]
  readonly talk: AccountOf
  /** Of another account: who books there must not be felt here. */
  readonly other: AccountOf
  readonly kiosks: readonly { id: string; token: string }[]
}
export interface AccountOf { readonly account: string; readonly inbox: string; readonly agents: readonly string[]; readonly contacts: readonly string[]; readonly location: string; readonly spaces: readonly string[] }

export interface House {
  readonly server: OwnServer
  readonly address: Address
  /** As an administrator of the first account. */
  readonly call: Call
  readonly superuser: Target
  /** Of its PostgreSQL. */
  readonly home: Home
  /** What it lives in, where it is held. */
  readonly cpu?: CpuGroup
  /** It is held to so many. */
  readonly cores?: number
  readonly disks: { readonly database?: Disk; readonly spool?: Disk }
  /** Between server and database, where the drill wants one. */
  readonly proxy?: FaultProxy
  /** For tools that are to work on the same database. */
  readonly databaseEnv: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export interface HouseOptions { readonly scale: Scale; readonly off: readonly Protection[]; readonly disks?: { databaseMb: number; spoolMb: number }; readonly behindProxy?: boolean; readonly cpu?: CpuGroup; readonly cores?: number; /** Of the first account, where more than the scale's visitors are to come. */ readonly contacts?: number; readonly env?: Record<string, string> }

export async function openHouse({ scale, off, disks, behindProxy = false, cpu, cores, contacts = scale.visitors, env = {} }: HouseOptions): Promise<House> {
  const mounted: { database?: Disk; spool?: Disk } = {}
  const tidying: (() => Promise<unknown>)[] = []
  const tidy = async (): Promise<void> => { for (const one of tidying.splice(0).reverse()) await one() }
  let apart: ApartDatabase | undefined
  const statusPort = String(await freePort())
  await cpu?.hold(cores)
  const server = await startOwnServer({
    ...(cpu && { launcher: cpu.launcher }),
    env: { LODGE_DRILL: 'on', STATUS_PORT: statusPort, COMMANDS_PER_SECOND: '200', ...(cores !== undefined && { DATABASE_CORES: String(Math.ceil(cores)) }), ...(off.length > 0 && { LODGE_PROTECTIONS_OFF: off.join(',') }), ...env },
    async prepare(folder) {
      tidying.push(() => endStatusPage(join(folder, 'data')))
      try {
        if (disks) {
          tidying.push((mounted.database = await mountDisk(join(folder, 'data/postgres'), disks.databaseMb)).unmount)
          tidying.push((mounted.spool = await mountDisk(join(folder, 'data/spool'), disks.spoolMb)).unmount)
        }
        if (behindProxy) tidying.push((apart = await startApart(join(folder, 'apart'))).stop)
        else await noteCommits(join(folder, 'data/postgres'))
      } catch (error) { await tidy(); throw error }
      return { tidy, ...(apart && { env: apart.env }) }
    },
  })
  try {
    const home = await prepareHome(join(server.folder, apart ? 'apart' : 'data/postgres'))
    if (apart) await cpu?.add(await processesOn(home))
    const target: Target = apart?.superuser ?? { host: home.run, port: 5432, user: superuser, database: 'lodge' }
    const keys = (await loadKeys(join(server.folder, 'data/keys'))).tickets
    const admins = await people(target, scale)
    const accounts = await Promise.all(admins.map((of, i) => furnish(server.url, keys, of, i === 0 ? contacts : Math.ceil(scale.talkers / 4), target)))
    const call = callAs(server.url, keys, admins[0]!)
    const kiosks: { id: string; token: string }[] = []
    for (let i = 0; i < scale.kiosks; i++) {
      const id = newId()
      const { code } = await patiently(() => call(saveKiosk, { params: { kiosk: id }, body: { name: `Entrance ${i + 1}`, location: accounts[0]!.location } }))
      kiosks.push({ id, token: (await patiently(() => caller({ url: server.url })(pairKiosk, { body: { code } }))).token })
    }
    return {
      server, call, superuser: target, home, disks: mounted, ...(cpu && { cpu }), ...(cores !== undefined && { cores }), ...(apart && { proxy: apart.proxy }), databaseEnv: apart?.env ?? {}, stop: () => server.stop(),
      address: { url: server.url, keys: keys.map(({ id, secret }) => ({ id, secret: Buffer.from(secret).toString('base64url') })), talk: accounts[0]!, other: accounts[1]!, kiosks },
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** For the checker: when each transaction was committed. It needs a start of its own, which nobody is to take for an outage. */
async function noteCommits(home: string): Promise<void> {
  const embedded = await startEmbedded({ home, log: pino({ level: 'silent' }) })
  await run(embedded.superuser, 'alter system set track_commit_timestamp = on')
  await embedded.stop()
}

type Keys = Parameters<typeof ticketFor>[0]
interface Staff { readonly account: string; readonly agents: readonly string[] }

const callAs = (url: string, keys: Keys, { account, agents }: Staff): Call =>
  caller({ url, bearer: async () => ticketFor(keys, { account, user: agents[0]!, role: 'admin' }).ticket })

/** Straight into the database: signing two hundred people in by password would be a drill of scrypt. */
async function people(target: Target, scale: Scale): Promise<Staff[]> {
  const [own] = await rows<{ id: string }>(target, 'select id from accounts')
  const second = newId()
  await run(target, 'insert into accounts (id, name) values ($1, $2)', [second, 'Second house'])
  const staffs: Staff[] = []
  for (const [account, count] of [[own!.id, scale.agents], [second, Math.max(2, Math.ceil(scale.agents / 4))]] as const) {
    const agents = Array.from({ length: count }, () => newId())
    await run(target, `insert into users (account_id, id, name, email, role)
      select $1::uuid, id, 'Agent ' || n, 'agent' || n || '@' || $1::text || '.example', 'admin' from unnest($2::uuid[]) with ordinality as a (id, n)`, [account, agents])
    staffs.push({ account, agents })
  }
  return staffs
}

async function furnish(url: string, keys: Keys, staff: Staff, visitors: number, target: Target): Promise<AccountOf> {
  const call = callAs(url, keys, staff)
  const [inbox, location, floor] = [newId(), newId(), newId()]
  await patiently(() => call(saveInbox, { params: { inbox }, body: { name: 'Website' } }))
  await patiently(() => call(saveLocation, { params: { location }, body: { name: 'Lobby', zone: 'UTC', opensAt: '00:00', closesAt: '23:59', walkIns: 'welcome' } }))
  await patiently(() => call(saveFloor, { params: { floor }, body: { location, name: 'Ground floor' } }))
  const spaces = Array.from({ length: 20 }, () => newId())
  for (const [i, space] of spaces.entries()) await patiently(() => call(saveSpace, { params: { space }, body: { floor, name: `Desk ${i + 1}`, kind: 'desk' } }))
  const contacts = Array.from({ length: visitors }, () => newId())
  await run(target, `insert into contacts (account_id, id, name) select $1::uuid, id, 'Visitor ' || n from unnest($2::uuid[]) with ordinality as c (id, n)`, [staff.account, contacts])
  return { ...staff, inbox, location, spaces, contacts }
}

/** A machine that is busy with other things may have to be asked again. @throws what stays wrong */
async function patiently<R>(ask: () => Promise<Outcome<R>>): Promise<R> {
  for (let tries = 1; ; tries++) {
    const outcome = await ask()
    if (outcome.ok || tries > 20 || outcome.retryAfterMs === undefined) return valueOf(outcome)
    await sleep(outcome.retryAfterMs)
  }
}

export async function rows<R>(target: Target, text: string, values: readonly unknown[] = []): Promise<R[]> {
  const connection = await openConnection(target, 'lodge drill')
  try {
    return (await connection.client.query(text, [...values])).rows as R[]
  } finally {
    await connection.client.end()
  }
}
const run = async (target: Target, text: string, values: readonly unknown[] = []): Promise<void> => { await rows(target, text, values) }
