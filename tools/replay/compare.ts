/** Something said, with the id that its sender gave it. */
export interface Said { readonly id: string; readonly speaker: string; readonly text: string }
export interface Differences { lost: number; duplicated: number; reordered: number; changed: number }

/**
 * What was read against what was said. `duplicated`: came more than once, or was never said. `reordered`: how many would have
 * to move to restore the order. `changed`: another text or another speaker.
 */
export function compare(said: readonly Said[], read: readonly Said[]): Differences {
  const place = new Map(said.map(({ id }, i) => [id, i]))
  const found = new Map<string, Said>()
  for (const one of read) if (place.has(one.id) && !found.has(one.id)) found.set(one.id, one)
  return {
    lost: said.length - found.size,
    duplicated: read.length - found.size,
    reordered: found.size - longestRise([...found.keys()].map((id) => place.get(id)!)),
    changed: said.filter(({ id, speaker, text }) => { const one = found.get(id); return one && (one.text !== text || one.speaker !== speaker) }).length,
  }
}

/** For several looks at the same thing: each count is the worst look's. */
export const worst = (looks: readonly Differences[]): Differences => ({
  lost: Math.max(...looks.map((look) => look.lost)), duplicated: Math.max(...looks.map((look) => look.duplicated)),
  reordered: Math.max(...looks.map((look) => look.reordered)), changed: Math.max(...looks.map((look) => look.changed)),
})

/** Length of the longest increasing subsequence: what need not move. */
function longestRise(numbers: readonly number[]): number {
  const ends: number[] = []   // ends[k]: the smallest number that k + 1 rising ones end with
  for (const n of numbers) {
    const at = ends.findIndex((end) => end >= n)
    ends[at < 0 ? ends.length : at] = n
  }
  return ends.length
}
