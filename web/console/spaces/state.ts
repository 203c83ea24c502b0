/** What a space is at a moment or within a time: one word, until when, and because of whom. Pure. */
import type { Availability, BookingStatus } from '#contract/bookings.ts'
import type { Space } from '#contract/spaces.ts'

export type StateKind = 'free' | 'mine' | 'mine_in' | 'taken' | 'taken_in' | 'closed' | 'off'
export interface SpaceState {
  readonly kind: StateKind
  /** When it began, or begins; of what is free: the moment that was asked for. */
  readonly fromMs: number
  /** Until when it stays so; undefined = as far as is known. */
  readonly untilMs: number | undefined
  readonly booking?: string
  /** null: booked at the panel, or nobody who may be named. */
  readonly who?: string | null
  readonly text?: string
}

const holds = (status: BookingStatus): boolean => status === 'booked' || status === 'checked_in'

/** @param untilMs end of what is asked for; the same as `fromMs` for a moment */
export function stateOf(space: Pick<Space, 'bookable'>, known: Availability | undefined, { me, fromMs, untilMs }: { me: string; fromMs: number; untilMs: number }): SpaceState {
  const endMs = Math.max(untilMs, fromMs + 1)
  const all = [
    ...(known?.closures ?? []).map((c) => ({ kind: 'closed' as StateKind, startMs: Date.parse(c.startsAt), endMs: Date.parse(c.endsAt), text: c.text, rank: 1 })),
    ...(known?.bookings ?? []).filter((b) => holds(b.status)).map((b) => {
      const isMine = b.user?.id === me
      const kind: StateKind = b.status === 'checked_in' ? (isMine ? 'mine_in' : 'taken_in') : isMine ? 'mine' : 'taken'
      return { kind, startMs: Date.parse(b.startsAt), endMs: Date.parse(b.endsAt), booking: b.booking, who: b.user?.name ?? null, text: b.title, rank: isMine ? 0 : 2 }
    }),
  ].toSorted((a, b) => a.startMs - b.startMs)
  const [first] = all.filter((o) => o.startMs < endMs && fromMs < o.endMs).toSorted((a, b) => a.rank - b.rank || a.startMs - b.startMs)
  if (first) {
    const { kind, startMs: begins, endMs: ends, rank: _, ...rest } = first
    return { kind, fromMs: begins, untilMs: ends, ...rest }
  }
  return { kind: space.bookable ? 'free' : 'off', fromMs, untilMs: all.find((o) => o.startMs >= endMs)?.startMs }
}

export const isFree = ({ kind }: SpaceState): boolean => kind === 'free'
export const isMine = ({ kind }: SpaceState): boolean => kind === 'mine' || kind === 'mine_in'
