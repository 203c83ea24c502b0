/** How much a plan has to be drawn out for what stands on it. Pure. */
import type { Plan, Position } from '#contract/spaces.ts'

type Shape = Pick<Plan, 'widthPx' | 'heightPx'>
const targetPx = 26
const namePx = 86
const mostPx = 900

/** Of all pairs that do not stand in the same place, the greatest width that one of them needs. */
function widest({ widthPx, heightPx }: Shape, positions: readonly Position[], need: (acrossShare: number, downShare: number) => number): number {
  let most = 0
  for (const [i, a] of positions.entries()) {
    for (const b of positions.slice(i + 1)) {
      const [across, down] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y) * heightPx / widthPx]
      if (across > 0 || down > 0) most = Math.max(most, need(across, down))
    }
  }
  return Math.round(most)
}

/** So that a finger hits one space and not its neighbour; never wider than one can pan. */
export const leastWidthPx = (plan: Shape, positions: readonly Position[]): number =>
  Math.min(mostPx, widest(plan, positions, (across, down) => targetPx / Math.max(across, down)))

/** So that no name covers another. */
export const namesFromPx = (plan: Shape, positions: readonly Position[]): number =>
  widest(plan, positions, (across, down) => Math.min(namePx / across, targetPx / down))

/** A width in CSS that is nothing while the plan (the container) is too narrow for names. */
export const fromWidth = (fromPx: number, px: number): string => `clamp(0px, calc((100cqw - ${fromPx}px) * 1000), ${px}px)`
