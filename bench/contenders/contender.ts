/** What the load generator needs of whatever it measures: conversations with two sides, and visitors who only wait. */
export type Side = 'visitor' | 'agent'

export interface Talk {
  /** Resolves when the message is durable. Messages of one side stay in order. */
  say(side: Side, text: string): Promise<unknown>
  /** A message reached the other side than its sender's. */
  onHeard: (from: Side) => void
}

export interface Stage {
  readonly talks: readonly Talk[]
  close(): void
}

export interface Contender {
  /** Opens conversations; each connection, on either side, carries ten of them. */
  open(talks: number): Promise<Stage>
  /** Connected, authenticated, following the own conversation, silent. @returns closes them */
  crowd(visitors: number): Promise<() => void>
}

export const talksPerLine = 10

/** `fn` for 0 … count − 1, so many at a time. */
export async function each<R>(count: number, atOnce: number, fn: (i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, async () => {
    while (next < count) {
      const i = next++
      results[i] = await fn(i)
    }
  }))
  return results
}

/** Loopback has 2^24 addresses and each pair only 28,000 ports, of which closed ones stay taken for a minute. Other systems give `lo` one address. */
let sockets = 0
export const sourceAddress = (): { localAddress?: string } => process.platform === 'linux' ? { localAddress: `127.0.${1 + (sockets >> 8) % 100}.${1 + sockets++ % 250}` } : {}
