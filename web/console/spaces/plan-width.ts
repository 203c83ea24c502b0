import type { Plan, Position } from '#contract/spaces.ts'

const targetPx = 26
const mostPx = 900

/** How wide a plan has to be at least, so that a finger hits one space and not its neighbour. Pure. */
export function leastWidthPx({ widthPx, heightPx }: Pick<Plan, 'widthPx' | 'heightPx'>, positions: readonly Position[]): number {
  let least = 0
  for (const [i, a] of positions.entries()) {
    for (const b of positions.slice(i + 1)) {
      const apart = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y) * heightPx / widthPx)
      if (apart > 0) least = Math.max(least, targetPx / apart)
    }
  }
  return Math.min(mostPx, Math.round(least))
}
