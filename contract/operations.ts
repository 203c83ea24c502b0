/**
 * How the house keeps its promises now, for whoever runs it: administrators of the first account (rules OP).
 *
 * Terminology. promise: P1 to P13, as the README lists them. light: whether it is kept. figure: a number with a limit and the line of
 * its last hour. headroom: the peak of the last 24 hours beside what this machine can carry.
 */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Instant } from './ids.ts'

const closed = { additionalProperties: false } as const
export const promises = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11', 'P12', 'P13'] as const
export type PromiseId = (typeof promises)[number]
/** `unknown`: not measured, which is neither good nor bad. */
export const lights = ['ok', 'warn', 'bad', 'unknown'] as const
export type Light = (typeof lights)[number]
export const units = ['ms', 's', 'count', 'bytes', 'perSecond', 'percent'] as const
export type Unit = (typeof units)[number]
/** In which order kinds of work give way; each can be paused by hand. */
export const pausable = ['hints', 'reports', 'automations', 'invitations', 'bookings'] as const
export type Pausable = (typeof pausable)[number]

/** Points of an hour's line: every half minute. */
export const linePoints = 120
const number = Nullable(Type.Number())
const LightName = Type.Enum([...lights])

export const FigureShown = Type.Object({ id: Type.String(), unit: Type.Enum([...units]), value: number, limit: number, light: LightName, line: Type.Array(number) })
export type FigureShown = Static<typeof FigureShown>
export const PromiseShown = Type.Object({ promise: Type.Enum([...promises]), light: LightName, figures: Type.Array(FigureShown) })
export type PromiseShown = Static<typeof PromiseShown>
/** `alert`: whether somebody was told, and who looks after it. */
export const FindingShown = Type.Object({
  id: Type.String(), promise: Type.String(), component: Type.String(), severity: Type.Enum(['warning', 'critical']), since: Instant, evidence: Type.String(), whatToDo: Type.String(),
  alert: Nullable(Type.Object({ id: Type.String(), told: Type.Array(Type.String()), acknowledgedBy: Nullable(Type.String()) })),
})
export type FindingShown = Static<typeof FindingShown>
/** `capacity` null: nobody knows yet. `basis`: `limit` it is set or counted, `extrapolated` from how busy this machine was at a known rate, `measured` while it happened. */
export const HeadroomShown = Type.Object({
  id: Type.Enum(['messages', 'connections', 'memory', 'reconnects']), unit: Type.Enum([...units]), now: number, peak: number, capacity: number, basis: Nullable(Type.Enum(['limit', 'extrapolated', 'measured'])), light: LightName,
})
export type HeadroomShown = Static<typeof HeadroomShown>
/** `unwatched`: there is nothing that could be sent there and would come back. */
export const CanaryShown = Type.Object({ channel: Type.String(), state: Type.Enum(['ok', 'late', 'failing', 'unwatched', 'waiting']), latencyMs: number, at: Nullable(Instant), failures: Type.Integer(), why: Nullable(Type.String()) })
export type CanaryShown = Static<typeof CanaryShown>
/** Who has a connection to the database. `stack`: where in the code it was asked for. */
export const HolderShown = Type.Object({ id: Type.String(), label: Type.String(), since: Instant, heldMs: Type.Number(), isLate: Type.Boolean(), canEnd: Type.Boolean(), stack: Type.String() })
export type HolderShown = Static<typeof HolderShown>

/** A backup each day, and two hours for one that is slow. */
export const backupLateMs = 26 * 3_600_000
/** A rehearsal each month, and some days. */
export const rehearsalLateMs = 35 * 24 * 3_600_000
/** `done`: of the one under way, from 0 to 1. `differences`: what the last rehearsal found other than in its backup. `failure`: of the last try, until one succeeds. */
export const BackupsShown = Type.Object({
  folder: Type.String(), nextAt: Instant, isRunning: Type.Boolean(), done: number, kept: Type.Integer(), last: Nullable(Type.Object({ at: Instant, tookMs: Type.Number(), sizeBytes: Type.Number() })),
  rehearsal: Nullable(Type.Object({ at: Instant, differences: Type.Integer() })), failure: Nullable(Type.String()),
})
export type BackupsShown = Static<typeof BackupsShown>

/** Body of the view `operations`. What is null is not part of this server. */
export const OperationsBoard = Type.Object({
  asOf: Instant, node: Type.String(), version: Type.String(), promises: Type.Array(PromiseShown), findings: Type.Array(FindingShown), headroom: Type.Array(HeadroomShown),
  restart: Type.Object({ isBusyNow: Nullable(Type.Boolean()), quietHour: Nullable(Instant) }), canary: Type.Array(CanaryShown), holders: Type.Array(HolderShown),
  classes: Nullable(Type.Array(Type.Object({ kind: Type.Enum([...pausable]), isPaused: Type.Boolean(), hasGivenWay: Type.Boolean() }))),
  invitations: Nullable(Type.Object({ isWithdrawn: Type.Boolean(), why: Nullable(Type.String()) })),
  backups: Nullable(BackupsShown), canStop: Type.Boolean(), isStopping: Type.Boolean(), isAnybodyOnCall: Type.Boolean(),
})
export type OperationsBoard = Static<typeof OperationsBoard>

const forOperator = 'Only for administrators of the account that runs the house.'
export const getOperations = endpoint({ method: 'GET', path: '/operations', access: 'admin', statements: 1, summary: `How the house keeps its promises now. ${forOperator}`, returns: OperationsBoard, errors: ['forbidden', 'unavailable'] })
export const pauseWork = endpoint({
  method: 'PUT', path: '/operations/work/:kind', access: 'admin', statements: 1, summary: 'Pause a kind of work, or resume it. What is paused by hand comes back by hand only.', params: Type.Object({ kind: Type.Enum([...pausable]) }),
  body: Type.Object({ isPaused: Type.Boolean() }, closed), returns: OperationsBoard, errors: ['forbidden', 'not_found', 'unavailable'],
})
export const withdrawInvitations = endpoint({
  method: 'PUT', path: '/operations/invitations', access: 'admin', statements: 1, summary: 'Withdraw invitations to chat from every page, or allow them again.',
  body: Type.Object({ isWithdrawn: Type.Boolean(), why: Type.Optional(Type.String({ maxLength: 200 })) }, closed), returns: OperationsBoard, errors: ['forbidden', 'not_found', 'unavailable'],
})
export const endHolder = endpoint({
  method: 'POST', path: '/operations/holders/:holder/end', access: 'admin', statements: 1, summary: 'Take a database connection from whoever has it. What they were doing is rolled back.', params: Type.Object({ holder: Type.String({ maxLength: 60 }) }),
  returns: OperationsBoard, errors: ['forbidden', 'not_found', 'unavailable'],
})
export const takeBackup = endpoint({
  method: 'POST', path: '/operations/backup', access: 'admin', statements: 1, summary: 'Begin a backup now, beside the one of each day. It goes on by itself.', returns: OperationsBoard,
  errors: ['forbidden', 'not_found', 'wrong_status', 'unavailable'],
})
export const stopServer = endpoint({
  method: 'POST', path: '/operations/stop', access: 'admin', statements: 1, summary: 'Send everybody away in turn, finish what was begun, and end the server. Whatever supervises it starts it anew.',
  body: Type.Object({ node: Type.String({ description: 'The name of the node that is meant, or nothing is stopped.' }) }, closed), returns: Type.Object({}), errors: ['forbidden', 'not_found', 'wrong_status', 'unavailable'],
})
