/**
 * A map whose keys are an account and a name within it. Two look-ups by strings that are there, instead of one by a string made
 * of both: making and hashing such a string cost more than the look-up, and the path of a message made nine of them.
 */
export class ByAccount<V> {
  readonly #accounts = new Map<string, Map<string, V>>()
  #size = 0

  get size(): number { return this.#size }
  get(account: string, name: string): V | undefined { return this.#accounts.get(account)?.get(name) }
  has(account: string, name: string): boolean { return this.#accounts.get(account)?.has(name) === true }
  set(account: string, name: string, value: V): void {
    let of = this.#accounts.get(account)
    if (!of) this.#accounts.set(account, of = new Map())
    const before = of.size
    of.set(name, value)
    this.#size += of.size - before
  }
  /** The account's own map stays: accounts are few, and a map made anew for each message is what this file is against. */
  delete(account: string, name: string): boolean {
    const isGone = this.#accounts.get(account)?.delete(name) === true
    if (isGone) this.#size--
    return isGone
  }
  clear(): void {
    this.#accounts.clear()
    this.#size = 0
  }
  /** Account by account, of each in the order of insertion. What is added or deleted meanwhile may come or not. */
  * values(): Generator<V> {
    for (const of of this.#accounts.values()) yield* of.values()
  }
}
