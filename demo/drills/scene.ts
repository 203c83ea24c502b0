/** A drill as its fault sees it: what may be asked of keeper and server, what is seen from outside, and where to write it down. */
import type { Sight, Sighting } from '#contract/demo-drills.ts'
import type { GuestOrders, Lever } from '../line.ts'
import type { Talk } from './talk.ts'
import type { Watch } from './watch.ts'

export interface Scene {
  readonly orders: GuestOrders
  readonly talk: Talk
  readonly watch: Watch
  /** By the clock, before the fault: that it was made may be heard later than its effects, on a busy machine by seconds. */
  readonly askedAtMs: number
  nowMs(): number
  /** Of a time of the clock. */
  since(atMs: number): number
  /** The fault happens now: the clock starts. */
  begin(what: Sight, more?: Pick<Sighting, 'n' | 'text'>): void
  /** Once each; later ones are not heard. */
  note(what: Sight, more?: Partial<Pick<Sighting, 'n' | 'text' | 'atMs'>>): void
  has(what: Sight): boolean
  /** When it was noted. */
  at(what: Sight): number
  /** @returns how many it met @throws when the server cannot */
  pull(lever: Lever): Promise<number>
  killServer(): void
  /** By the clock; undefined as long as it was not. */
  readonly server: { goneAtMs?: number; startedAtMs?: number }
}

export interface Fault {
  /** Makes it, and says so by `begin`. */
  make(scene: Scene): Promise<void> | void
  /** After each look from outside: notes what is new. @returns whether everything is as before */
  look(scene: Scene): boolean
}
