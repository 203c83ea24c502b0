/** What the log holds. */
import type { OperationResult, OperationType } from '#contract/kiosks.ts'

/** `id`: another one after the device lost its storage. */
export interface LogMeta { readonly id: string; readonly nextSeq: number }

/** Made once, before it is kept; a repeat with the same id is the same operation. */
export interface Happened {
  readonly id: string
  readonly type: OperationType
  readonly visit: string
  /** The kiosk's clock. */
  readonly at: string
  /** Server's clock minus the kiosk's; null if it was never measured. */
  readonly offsetMs: number | null
  readonly body: Readonly<Record<string, unknown>>
}

/** `unsent` until an answer named it; no entry leaves the log before that. */
export interface Kept extends Happened {
  readonly seq: number
  readonly state: 'unsent' | OperationResult['state']
  readonly reason: string | null
  readonly ackedAt: number | null
}

/** What this kiosk itself knows of a visit, before and besides what the server says. */
export interface LocalVisit {
  readonly id: string
  readonly status: 'waiting' | 'checked_in' | 'checked_out'
  readonly name: string
  readonly company: string
  readonly arrivedAt: string | null
  readonly changedAt: number
}

/** Pictures are what may be given up when there is no room for all. */
export function withoutPhoto<T extends Happened>(happened: T): T {
  const { photo: _, ...body } = happened.body
  return { ...happened, body }
}
export const hasPhoto = ({ body }: Happened): boolean => body['photo'] !== undefined
