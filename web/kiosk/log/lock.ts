/** One at a time across the tabs of this device; within this page only where the browser has no locks (no HTTPS). Ids make the rest harmless. */
export function pageLock(name: string): (work: () => Promise<void>) => Promise<void> {
  if ('locks' in navigator) return async (work) => { await navigator.locks.request(name, work) }
  let last: Promise<void> = Promise.resolve()
  return async (work) => {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return mine
  }
}
