/** Seeded randomness. Each concern of the world draws from a stream of its own, so that one more draw here does not change what happens there. */
export interface Chance {
  /** In [0, 1). */
  next(): number
  is(probability: number): boolean
  between(low: number, high: number): number
  /** 0 … n − 1. */
  below(n: number): number
  pick<T>(of: readonly T[]): T
  shuffle<T>(of: readonly T[]): T[]
  stream(name: string): Chance
  uuid(): string
}

export function chance(seed: number): Chance {
  let state = seed >>> 0
  // mulberry32: 32 bits of state, passes gjrand; more than a schedule needs.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const self: Chance = {
    next,
    is: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    below: (n) => Math.floor(next() * n),
    pick: (of) => of[Math.floor(next() * of.length)]!,
    shuffle(of) {
      const all = [...of]
      for (let i = all.length - 1; i > 0; i--) {
        const j = self.below(i + 1)
        ;[all[i], all[j]] = [all[j]!, all[i]!]
      }
      return all
    },
    stream(name) {
      let hash = seed ^ 0x811c9dc5
      for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
      return chance(hash)
    },
    uuid() {
      const hex = Array.from({ length: 4 }, () => Math.floor(next() * 4294967296).toString(16).padStart(8, '0')).join('')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    },
  }
  return self
}
