/**
 * What every channel implements, and what it is given. A channel speaks with one carrier and keeps nothing: what it receives
 * is kept by its host before it acknowledges, what it sends is kept by the outbound side before it is asked to (spec CH).
 */
import type { ChannelHealth } from '#contract/channels.ts'
import type { deliveryReasons } from '#contract/entries.ts'

/** A message, or one part of one, as the carrier delivered it. */
export interface Received {
  sender: string; recipient: string; text: string
  /** The carrier's id of the whole message, when it has one: it decides alone whether this came before. */
  carrierId?: string
  /** Of a message in several parts; `seq` is 1, 2, 3 … */
  part?: { reference: number; total: number; seq: number }
  /** Something else that the carrier gives every message: two alike within a day are one. */
  mark?: string
}
/** Names a part that was received, for `confirm`. */
export interface PartRef { message: string; seq: number }

/** What the carrier says of a part that it took. At least one of the three finds the part. */
export interface Report {
  carrierId?: string; reference?: number; recipient?: string
  state: 'on_its_way' | 'delivered' | 'failed'
  reason?: Reason; detail?: string
}
export type Reason = (typeof deliveryReasons)[number]

export interface Host {
  /** Resolves when it is kept: only then it may be acknowledged. @throws when it could not be kept; the carrier must deliver it again */
  receive(message: Received): Promise<PartRef>
  /** The carrier is known to have read our acknowledgement of these, so that it will not deliver them again. */
  confirm(parts: readonly PartRef[]): Promise<void>
  /** Resolves when it is kept. */
  report(report: Report): Promise<void>
  /** It changed. */
  healthChanged(): void
  /** Nothing may be sent any more: another node speaks for the channel, or will soon. */
  mayStillSend(): boolean
}

/** What leaves: a part, with how often it was tried. */
export interface Leaving { message: string; seq: number; total: number; reference: number; concatenated: number; text: string; coding: 'gsm7' | 'ucs2'; sender: string; recipient: string }
/**
 * `taken`: the carrier has it. `later`: certainly not taken, it may be tried again. `never`: certainly not taken, nor will it
 * be. `unclear`: handed over, and nobody knows whether it was taken; trying again may send it twice.
 */
export type Sent =
  | { state: 'taken'; carrierId: string }
  | { state: 'later'; detail: string; /** The carrier asks for less: how long to be still. */ throttledMs?: number }
  | { state: 'never'; reason: Reason; detail: string }
  | { state: 'unclear'; detail: string }

export interface Channel {
  /** Whether it makes sense to send now. */
  readonly isReady: boolean
  /** Never throws. */
  send(part: Leaving): Promise<Sent>
  health(): ChannelHealth
  /** Acknowledges what was kept, ends the line. */
  stop(): Promise<void>
}
/** How a text leaves by a kind of channel. */
export interface Cutter { (text: string): { coding: 'gsm7' | 'ucs2'; parts: readonly string[] } }
