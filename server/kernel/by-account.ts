/** Deletions after which an account's map is made anew. */
const renewAfter = 1_000

/**
 * A map whose keys are an account and a name within it. Two look-ups by strings that are there, instead of one by a string made
 * of both: making and hashing such a string cost more than the look-up, and the path of a message made nine of them.
 *
 * Where entries come and go, an account's map is made anew now and then. V8 gives a map a new table whenever the old one is
 * full of deleted entries, and lets the old one point to it. Once a table has grown old, all its successors hang on it until a
 * large collection, with everything that ever passed through them (dies-young.test.ts).
 */
export class ByAccount<V> {
  readonly #accounts = new Map<string, Map<string, V>>()
  /** The account that was asked for last, and its map: what comes in a row is mostly of one. */
  #account: string | undefined
  #map: Map<string, V> | undefined
  #size = 0
  #deleted = 0

  get size(): number { return this.#size }
  get(account: string, name: string): V | undefined { return this.#of(account)?.get(name) }
  has(account: string, name: string): boolean { return this.#of(account)?.has(name) === true }
  set(account: string, name: string, value: V): void {
    const of = this.#of(account) ?? this.#renew(account, new Map())
    const before = of.size
    of.set(name, value)
    this.#size += of.size - before
  }
  /** An account's emptied map stays: accounts are few, and a map made anew for each message is what this file is against. Counted over all of them: who deletes most is renewed most. */
  delete(account: string, name: string): boolean {
    const of = this.#of(account)
    if (of?.delete(name) !== true) return false
    this.#size--
    if (++this.#deleted >= Math.max(renewAfter, of.size)) {
      this.#deleted = 0
      this.#renew(account, new Map(of))
    }
    return true
  }
  clear(): void {
    this.#accounts.clear()
    this.#account = this.#map = undefined
    this.#size = 0
  }
  /** Account by account, of each in the order of insertion. What is added or deleted meanwhile may come or not. */
  * values(): Generator<V> {
    for (const of of this.#accounts.values()) yield* of.values()
  }

  #of(account: string): Map<string, V> | undefined {
    if (account === this.#account) return this.#map
    this.#account = account
    return this.#map = this.#accounts.get(account)
  }
  #renew(account: string, of: Map<string, V>): Map<string, V> {
    this.#accounts.set(account, of)
    this.#account = account
    return this.#map = of
  }
}
