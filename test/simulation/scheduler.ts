/**
 * Virtual time. Everything that takes time is an event; between two events all promises that can go on do so.
 *
 * Microtasks are real and cannot be counted from inside. But asked for in a microtask, Node's next tick comes when all of them
 * are over: waiting for it after each event drains them, in the order JavaScript prescribes. So a run depends on its seed alone.
 */
export interface Scheduler {
  now: () => number
  /** @returns cancels */
  after: (ms: number, fn: () => void) => () => void
  sleep: (ms: number) => Promise<void>
  /** Runs events until `untilMs`, or until `isOver` after an event. @throws after a number of events that no sound run needs */
  run(untilMs: number, isOver?: () => boolean): Promise<void>
  readonly events: number
}

interface Event { atMs: number; order: number; fn: (() => void) | undefined }


export function scheduler(startMs: number, maxEvents = 25_000): Scheduler {
  const heap: Event[] = []
  let nowMs = startMs
  let order = 0
  let events = 0

  const isBefore = (a: Event, b: Event): boolean => a.atMs < b.atMs || a.atMs === b.atMs && a.order < b.order
  function push(event: Event): void {
    let i = heap.push(event) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (isBefore(heap[parent]!, event)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = event
  }
  function pop(): Event {
    const top = heap[0]!
    const last = heap.pop()!
    if (heap.length > 0) {
      let i = 0
      for (;;) {
        let child = 2 * i + 1
        if (child >= heap.length) break
        if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
        if (!isBefore(heap[child]!, last)) break
        heap[i] = heap[child]!
        i = child
      }
      heap[i] = last
    }
    return top
  }
  const drained = (): Promise<void> => new Promise((resolve) => { process.nextTick(resolve) })

  function after(ms: number, fn: () => void): () => void {
    const event: Event = { atMs: nowMs + Math.max(0, ms), order: order++, fn }
    push(event)
    return () => { event.fn = undefined }
  }

  return {
    now: () => nowMs,
    after,
    sleep: (ms) => new Promise((resolve) => { after(ms, resolve) }),
    async run(untilMs, isOver = () => false) {
      await drained()
      while (heap.length > 0 && heap[0]!.atMs <= untilMs && !isOver()) {
        const { atMs, fn } = pop()
        if (!fn) continue
        nowMs = atMs
        if (++events > maxEvents) throw new Error(`No end after ${maxEvents} events`)
        fn()
        await drained()
      }
      if (!isOver()) nowMs = Math.max(nowMs, untilMs)
    },
    get events() { return events },
  }
}

/** Replaces the global timers by virtual ones for as long as `fn` runs: the socket hub sets its heartbeats with them. */
export async function withVirtualTimers<T>(time: Scheduler, fn: () => Promise<T>): Promise<T> {
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis
  interface Timer { cancel: () => void; unref(): Timer; ref(): Timer; hasRef(): boolean }
  const timer = (): Timer => {
    const t: Timer = { cancel: () => {}, unref: () => t, ref: () => t, hasRef: () => false }
    return t
  }
  const once = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Timer => {
    const t = timer()
    t.cancel = time.after(ms, () => run(...args))
    return t
  }
  const each = (run: (...args: unknown[]) => void, ms: number, ...args: unknown[]): Timer => {
    const t = timer()
    const again = (): void => { t.cancel = time.after(ms, () => { again(); run(...args) }) }
    again()
    return t
  }
  const clear = (t: Timer | undefined): void => t?.cancel()
  Object.assign(globalThis, {
    setTimeout: once, setInterval: each, setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => once(run, 0, ...args),
    clearTimeout: clear, clearInterval: clear, clearImmediate: clear,
  })
  try {
    return await fn()
  } finally {
    await new Promise((resolve) => { setImmediate(resolve) })   // the whole run was one turn of the event loop
    Object.assign(globalThis, { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate })
  }
}
