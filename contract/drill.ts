/** Faults that can be switched on from outside, only in drills (`LODGE_DRILL=on`, on loopback). */
import { Type, type Static } from 'typebox'

/** One call in `every` of this label does its work and then never ends; of one account, or of all. `every` 0 ends it. */
export const Leak = Type.Object({
  label: Type.String({ minLength: 1, maxLength: 200 }),
  account: Type.Optional(Type.String({ format: 'uuid' })),
  every: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
}, { additionalProperties: false })
export type Leak = Static<typeof Leak>
