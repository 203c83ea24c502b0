import type { ClientFrame, ServerFrame } from '#contract/frames.ts'
import { tell } from './tell.ts'

/** `fresh`: the first push since (re)connecting, or one was left out, so some may be missing: read the list again if the body is a patch (MK4). */
export type Watcher = (body: unknown, version: number, about: { fresh: boolean }) => void
interface View { readonly watchers: Set<Watcher>; isFresh: boolean; last: { body: unknown; version: number } | undefined }

const helloViewsMax = 100

/** Watched views. No positions: what was missed is made good by the next full push. */
export function views({ send }: { send: (frame: ClientFrame) => void }) {
  const all = new Map<string, View>()
  /** Named in the last `hello`. */
  let asked = new Set<string>()
  return {
    watch(name: string, fn: Watcher): () => void {
      // Two may watch with the same function; each has its own.
      const watcher: Watcher = (...news) => fn(...news)
      const known = all.get(name)
      const view = known ?? { watchers: new Set(), isFresh: true, last: undefined }
      all.set(name, view)
      view.watchers.add(watcher)
      if (!known) send({ type: 'watch', view: name })
      else queueMicrotask(() => { if (view.last && view.watchers.has(watcher)) tell(watcher, view.last.body, view.last.version, { fresh: true }) })
      return () => {
        if (!view.watchers.delete(watcher) || view.watchers.size > 0) return
        all.delete(name)
        send({ type: 'unwatch', view: name })
      }
    },
    handle(frame: ServerFrame): void {
      // What did not fit into `hello`, and what has been watched since: nothing can be sent between `hello` and `welcome`.
      if (frame.type === 'welcome') for (const name of all.keys()) if (!asked.has(name)) send({ type: 'watch', view: name })
      const view = frame.type === 'view' && all.get(frame.view)
      if (!view) return
      const about = { fresh: view.isFresh || !view.last || frame.version > view.last.version + 1 }
      view.isFresh = false
      view.last = frame
      for (const watcher of view.watchers) tell(watcher, frame.body, frame.version, about)
    },
    hello(): string[] {
      asked = new Set([...all.keys()].slice(0, helloViewsMax))
      return [...asked]
    },
    lost(): void {
      for (const view of all.values()) view.isFresh = true
    },
  }
}
