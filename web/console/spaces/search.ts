/** What stands in the address of the floor: whoever is sent it sees the same. */
import type { SpaceKind } from '#contract/spaces.ts'
import { day, oneOf, text } from '../search-params.ts'

export const spaceKinds = ['desk', 'room', 'spot'] as const satisfies readonly SpaceKind[]
export interface SpacesSearch {
  location?: string | undefined
  floor?: string | undefined
  day?: string | undefined
  /** Minutes since the day began; without it: now, or when the house opens. */
  at?: number | undefined
  /** Minutes; 0 = that moment, -1 = the whole day. */
  lasting?: number | undefined
  kind?: SpaceKind | undefined
  seats?: number | undefined
  with?: string[] | undefined
  free?: true | undefined
  /** The one that is open beside the plan. */
  space?: string | undefined
  /** From a mail: leads to its space and day. */
  booking?: string | undefined
}

const whole = (value: unknown, from: number, to: number): number | undefined => typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to ? value : undefined

export function readSearch(search: Record<string, unknown>): SpacesSearch {
  const wanted = Array.isArray(search['with']) ? search['with'].filter((w): w is string => text(w) !== undefined) : []
  const all: SpacesSearch = {
    location: text(search['location']), floor: text(search['floor']), day: day(search['day']),
    at: whole(search['at'], 0, 1500), lasting: whole(search['lasting'], -1, 1500), kind: oneOf(spaceKinds, search['kind']), seats: whole(search['seats'], 1, 1000),
    with: wanted.length > 0 ? wanted : undefined, free: search['free'] === true ? true : undefined, space: text(search['space']), booking: text(search['booking']),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
