/** What is asked for twice within this is one wish: Ctrl-C reaches all below npm from the terminal, and once more from npm, which hands signals on. */
const sameMs = 1_000

/** SIGINT or SIGTERM. Calls `fn` for each wish; `isAgain` when somebody who waited asks once more. */
export function whenAskedToEnd(fn: (why: NodeJS.Signals, isAgain: boolean) => void): void {
  let firstMs: number | undefined
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {
    const isAgain = firstMs !== undefined
    firstMs ??= performance.now()
    if (!isAgain || performance.now() - firstMs > sameMs) fn(name, isAgain)
  })
}
