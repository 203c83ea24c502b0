/** What a process of the load does, and what it is told: over the pipe of its parent. */
import type { Address } from '#drills/house.ts'
import type { Scale } from '#drills/scale.ts'

export const roles = ['talk', 'crowd', 'kiosks', 'bookings'] as const
export type RoleName = (typeof roles)[number]

export interface Start {
  readonly role: RoleName
  readonly address: Address
  readonly scale: Scale
  /** Of all that it chooses by chance; another in each life of a process. */
  readonly seed: number
  /** Of the crowd: which of the account's contacts. */
  readonly waiting?: { readonly from: number; readonly count: number }
  /** Where it writes its history. */
  readonly file: string
  /** Where devices keep their logs. */
  readonly folder: string
  /** As a product without journals of its own would: in memory, three tries, and told at once. */
  readonly naive: boolean
}
export type Order =
  | { readonly do: 'start'; readonly of: Start }
  /** Per second, from now on. */
  | { readonly do: 'rate'; readonly perSecond: number }
  /** Begin nothing more, and wait until everything is answered and all is seen; at most so long. */
  | { readonly do: 'settle'; readonly forMs: number }
  | { readonly do: 'close' }
/** Numbers by name: what it counted since it began, except what ends in `Now` or `Ms`, which is of this second. */
export type Figures = Readonly<Record<string, number>>
export type News = { readonly done: Order['do']; readonly what?: string } | { readonly figures: Figures } | { readonly failed: string }

export interface Role {
  rate(perSecond: number): void
  figures(): Figures
  /** @returns what is not settled, in words */
  settle(forMs: number): Promise<string | undefined>
  close(): void
}
