/** Fonts are cut and shaped beside the server: what takes a quarter of a second would hold every message up. One thread, which goes when nobody prints. */
import { Worker } from 'node:worker_threads'
import type { BadgeLanguage, BadgeSize } from '#contract/badges.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { BadgeOf } from './badges.sql.ts'

export interface Order { readonly n: number; readonly of: BadgeOf; readonly size: BadgeSize; readonly language: BadgeLanguage }
export type Drawn = { readonly n: number; readonly pdf: Uint8Array } | { readonly n: number; readonly why: string }
export interface Easel {
  /** @throws Refusal `overloaded`: too many wait, or it took too long */
  draw(of: BadgeOf, size: BadgeSize, language: BadgeLanguage): Promise<Buffer>
  close(): Promise<void>
}
const ordersMax = 20, deadlineMs = 12_000, idleMs = 60_000

export function openEasel(): Easel {
  const orders = new Map<number, { done: (pdf: Buffer) => void; failed: (error: Error) => void }>()
  let worker: Worker | undefined, idle: NodeJS.Timeout | undefined, n = 0
  async function end(error: Error): Promise<void> {
    const ending = worker
    worker = undefined
    clearTimeout(idle)
    for (const order of orders.values()) order.failed(error)
    orders.clear()
    await ending?.terminate()
  }
  const start = (): Worker => {
    const started = new Worker(new URL('./draw.ts', import.meta.url))
    started.unref()
    started.on('message', (drawn: Drawn) => {
      const order = orders.get(drawn.n)
      orders.delete(drawn.n)
      if ('pdf' in drawn) order?.done(Buffer.from(drawn.pdf))
      else order?.failed(new Error(drawn.why))
    })
    started.on('error', (error: Error) => { if (worker === started) void end(error) })
    return started
  }
  return {
    async draw(of, size, language) {
      if (orders.size >= ordersMax) throw new Refusal('overloaded')
      const at = ++n
      clearTimeout(idle)
      const drawing = new Promise<Buffer>((done, failed) => { orders.set(at, { done, failed }) })
      const late = setTimeout(() => void end(new Refusal('overloaded')), deadlineMs)
      try {
        worker ??= start()
        worker.postMessage({ n: at, of, size, language } satisfies Order)
        return await drawing
      } finally {
        clearTimeout(late)
        if (orders.size === 0 && worker) idle = setTimeout(() => void end(new Refusal('overloaded')), idleMs).unref()
      }
    },
    close: () => end(new Refusal('draining')),
  }
}
