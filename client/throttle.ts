/**
 * Spares a server that refuses for overload: a client that hears little else asks less and less, and lets some through to notice when
 * it is over. The adaptive throttling of Google's SRE book (K = 2), over one minute instead of two, and never for more than four of
 * five: as written it doubles what it lets out once in a window, and a person would wait a quarter of an hour after two bad minutes. A
 * few refusals are free, or a page that loads five lists at a bad moment would go without. A request counts when it is over: who asks
 * sixty things at once has not been refused sixty times.
 */
const bucketMs = 5_000
const buckets = 12
const k = 2
const free = 5
const most = 0.8

export interface Throttle {
  /** False: it is refused here, without asking. */
  isAllowed(): boolean
  /** It was answered, and not with "too much to do". */
  accepted(): void
  /** It was refused for overload, or its answer was late. What reached nobody is neither: it says nothing about load. */
  refused(): void
}

export function throttle(now: () => number, random: () => number): Throttle {
  const asked = new Map<number, number>(), taken = new Map<number, number>()
  const bucket = (): number => Math.floor(now() / bucketMs)
  const add = (to: Map<number, number>, n: number): void => { to.set(bucket(), (to.get(bucket()) ?? 0) + n) }
  function sum(of: Map<number, number>): number {
    let all = 0
    for (const [at, n] of of) { if (at <= bucket() - buckets || at > bucket()) of.delete(at); else all += n }
    return all
  }
  return {
    isAllowed() {
      const requests = sum(asked) + 1
      const isAllowed = random() >= Math.min(most, (requests - k * sum(taken) - free) / (requests + 1))
      if (!isAllowed) add(asked, 1)
      return isAllowed
    },
    accepted() { add(asked, 1); add(taken, 1) },
    refused() { add(asked, 1) },
  }
}
