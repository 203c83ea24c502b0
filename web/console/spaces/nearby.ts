/** What else would do, nearest first. Pure. */
import type { Space } from '#contract/spaces.ts'

/** Of the same kind and at least as large as is needed; where it is not known how far they are, by what they have in common. */
export function nearby(wanted: Space, free: readonly Space[], most = 3): Space[] {
  const far = ({ position }: Space): number => position && wanted.position ? Math.hypot(position.x - wanted.position.x, position.y - wanted.position.y) : 2
  const lacks = ({ equipment }: Space): number => wanted.equipment.filter((e) => !equipment.includes(e)).length
  return free
    .filter((s) => s.id !== wanted.id && s.kind === wanted.kind && s.active && s.bookable && s.capacity >= (wanted.kind === 'room' ? Math.min(wanted.capacity, 4) : 1))
    .toSorted((a, b) => lacks(a) - lacks(b) || far(a) - far(b) || Math.abs(a.capacity - wanted.capacity) - Math.abs(b.capacity - wanted.capacity))
    .slice(0, most)
}
