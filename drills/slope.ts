/** Whether something grows: the slope of a straight line through it, with the interval that it lies in with 95 % probability. */
export interface Slope { readonly perHour: number; readonly low: number; readonly high: number }

/** Student's t, two-sided 95 %, by degrees of freedom. */
const t95 = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04]

/**
 * @param blockMs Neighbours resemble each other, and would make the interval too narrow: so means of so long are looked at. Several times
 * as long as what is looked at remembers.
 * @returns undefined of less than three blocks
 */
export function slopeOf(points: readonly { atMs: number; value: number }[], blockMs: number): Slope | undefined {
  const blocks = [...Map.groupBy(points, (p) => Math.floor(p.atMs / blockMs)).values()].map((of) => ({ x: mean(of.map((p) => p.atMs)) / 3_600_000, y: mean(of.map((p) => p.value)) }))
  const n = blocks.length
  if (n < 3) return undefined
  const mx = mean(blocks.map((b) => b.x)), my = mean(blocks.map((b) => b.y))
  const sxx = blocks.reduce((sum, b) => sum + (b.x - mx) ** 2, 0)
  const perHour = blocks.reduce((sum, b) => sum + (b.x - mx) * (b.y - my), 0) / sxx
  const rest = blocks.reduce((sum, b) => sum + (b.y - my - perHour * (b.x - mx)) ** 2, 0)
  const half = (t95[n - 3] ?? 1.96) * Math.sqrt(rest / (n - 2) / sxx)
  return { perHour, low: perHour - half, high: perHour + half }
}

const mean = (of: readonly number[]): number => of.reduce((sum, x) => sum + x, 0) / of.length
