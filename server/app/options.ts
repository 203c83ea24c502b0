import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { About } from '#contract/about.ts'
import type { Protection } from '#contract/config.ts'
import type { NodeLease } from '#server/db/node-lease.ts'
import type { Pool } from '#server/db/pool.ts'
import { remembered, type Remembered } from '#server/db/remembered.ts'
import type { ScheduleOptions } from '#server/features/backups/backups.ts'
import type { Tuning } from '#server/features/channels/channels.ts'
import type { Keys } from '#server/features/identity/identity.ts'
import type { HouseTuning } from '#server/features/operations/house.ts'
import type { Room } from '#server/features/room/room.ts'
import { publicOnly, type Reach } from '#server/http/reach.ts'
import type { HttpOptions } from '#server/http/server.ts'
import type { Chore } from '#server/jobs/every.ts'

export interface AppOptions {
  pool: Pool
  keys: Keys
  log: FastifyBaseLogger
  /** Name of this node, for people who read logs. */
  node: string
  /** Attachments and what else is not in the database. */
  folder: string
  about: Omit<About, 'isNew'>
  /** web/dist; without it there are no screens. */
  screens?: string
  publicUrl?: string | undefined
  /** Where links in mails lead; `publicUrl`, or the address that was listened on. */
  baseUrl?: () => string
  mail?: { smtpUrl: string | undefined; from: string | undefined }
  /** Only for tests, whose push service and receivers of webhooks are on this machine; else nothing inside can be reached. */
  pushReach?: Reach
  /** `networks`: inside the house, and channels may connect there. `tuning`: for tests and the demo. */
  channels?: { networks?: string | undefined; tuning?: Tuning }
  metricsToken?: string | undefined
  /** Of a backend of the database, where that is on this machine. */
  lowerPriority?: ((backendPid: number) => boolean) | undefined
  /** Without it no backups are taken by this server. */
  backups?: Pick<ScheduleOptions, 'into' | 'at' | 'keep' | 'keys' | 'bytesPerSecond'> | undefined
  commandsPerSecond?: number
  commandBurst?: number
  /** This node's part of the budget; all of the pool unless given. */
  lease?: NodeLease
  /** Faults can be switched on from outside. Only on loopback. */
  drill?: boolean
  /** Only in drills: what is switched off. */
  off?: readonly Protection[]
  spool?: {
    /** In the order of preference; `spool` in the folder unless given. */
    folders?: readonly string[]
    maxBytes?: number
    /** A command that waits longer is kept. */
    queueMs?: number
    /** How long an expired ticket is honoured while the database is away. */
    graceMs?: number
  }
  /** The disks; without it nobody looks at them. */
  room?: Room
  operations?: HouseTuning
  http?: Pick<HttpOptions, 'trustProxy' | 'tls' | 'strict'>
  now?: () => number
  random?: () => number
}

/** The options as the parts read them: what was left out has its default. */
export interface Given extends Omit<AppOptions, 'off' | 'now' | 'random' | 'baseUrl'> {
  readonly now: () => number
  readonly random: () => number
  readonly startedAtMs: number
  readonly chores: { readonly now: () => number; readonly random: () => number; readonly log: FastifyBaseLogger }
  readonly off: ReadonlySet<Protection>
  readonly baseUrl: () => string
  /** What addresses that people gave may reach. */
  readonly reach: Reach
  /** What the database said last, for a start without it. */
  readonly noted: <T>(name: string) => Remembered<T>
  readonly isDraining: () => boolean
}

/** A part of the house, as far as all are the same. */
export interface Part {
  /** From now on it follows the journal and does its chores. */
  begin?(): readonly Chore[]
  /** Shows the outside what it may reach. */
  mount(http: FastifyInstance): void
}

export function given({ off, now = Date.now, random = Math.random, ...o }: AppOptions, isDraining: () => boolean): Given {
  return {
    ...o, now, random, isDraining, startedAtMs: now(), off: new Set(off), chores: { now, random, log: o.log },
    baseUrl: o.baseUrl ?? (() => o.publicUrl ?? 'http://127.0.0.1:4000'), reach: o.pushReach ?? publicOnly,
    noted: (name) => remembered({ folder: o.folder, name, log: o.log }),
  }
}
