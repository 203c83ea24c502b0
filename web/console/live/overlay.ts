interface Laid<T> { known: T; asked: Partial<T>[] }

/** Changes that are shown before the server has them: what it refuses goes, what it has not answered yet stays. */
export function overlay<T extends object>(isNewer: (one: T, other: T) => boolean) {
  const all = new Map<string, Laid<T>>()
  /** @param shown with what was asked for before; newer than what is known, it is the server's alone */
  const learn = (of: Laid<T>, shown: T | undefined): boolean => {
    const is = shown !== undefined && isNewer(shown, of.known)
    if (is) of.known = shown
    return is
  }
  const look = ({ known, asked }: Laid<T>): T => Object.assign({}, known, ...asked) as T
  return {
    lay(key: string, shown: T, change: Partial<T>): T {
      const of = all.get(key) ?? { known: shown, asked: [] }
      all.set(key, of)
      learn(of, shown)
      of.asked.push(change)
      return look(of)
    },
    settle(key: string, shown: T | undefined, change: Partial<T>, went: boolean): T | undefined {
      const of = all.get(key)
      if (!of) return shown
      if (!learn(of, shown) && went) of.known = { ...of.known, ...change }
      of.asked = of.asked.filter((one) => one !== change)
      if (of.asked.length === 0) all.delete(key)
      return look(of)
    },
  }
}
