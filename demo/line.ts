/** What keeper, server and a drill say to each other. The keeper is in the middle: it outlives the other two. */
import type { DemoDrill, DrillRun } from '#contract/demo-drills.ts'
import type { DemoBook } from './visits.ts'

/** What the demo's own people need to know. */
export interface GuestOrders { url: string; inbox: string; /** API tokens of the colleagues who answer by themselves. */ tokens: readonly string[]; book?: DemoBook | undefined }

/** A fault that only the server can make. */
export type Lever = { pull: 'database' } | { pull: 'sockets' } | { pull: 'disk'; leftBytes: number | null } | { pull: 'leak'; isOn: boolean }
interface Pull { is: 'pull'; id: number; lever: Lever }
/** `n`: how many it met. */
export interface Pulled { is: 'pulled'; id: number; n?: number; failed?: string }

export type FromServer = { is: 'open'; port: number; orders: GuestOrders } | { is: 'start'; drill: DemoDrill; conversation?: string | undefined } | Pulled
export type ToServer = { is: 'runs'; runs: readonly DrillRun[] } | Pull
export type FromDrill = { is: 'run'; run: DrillRun } | { is: 'kill server' } | Pull
export type ToDrill = { is: 'begin'; drill: DemoDrill; orders: GuestOrders; conversation?: string | undefined } | { is: 'server'; what: 'gone' | 'started'; atMs: number } | Pulled

/** Whether a keeper started this process; another parent with a channel (`node --watch`) is none. */
export const isKept = (): boolean => process.send !== undefined && process.env[keeperKey] === String(process.ppid)
export const keeperKey = 'LODGE_DEMO_KEEPER'
