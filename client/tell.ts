/** Calls someone else's code: what it throws is reported as uncaught, after our own work is done, and does not cost the others their news. */
export function tell<A extends unknown[]>(fn: ((...args: A) => void) | undefined, ...args: A): void {
  try {
    fn?.(...args)
  } catch (error) {
    queueMicrotask(() => { throw error })
  }
}
