/** What goes wrong while a replay plays: each kind after so many seconds of quiet, again and again. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Trouble { readonly what: string; readonly everySeconds: number; make: () => Promise<unknown> }

export interface Troubles {
  /** Rejects when one could not be made, or not be mended: the server did not start again. */
  readonly failed: Promise<never>
  /** Resolves once what was begun is over. */
  end(): Promise<void>
}

/** @param tell told before each */
export function startTrouble(troubles: readonly Trouble[], tell: (what: string) => void): Troubles {
  const ending = new AbortController()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const { signal } = ending
  async function run({ what, everySeconds, make }: Trouble): Promise<void> {
    for (;;) {
      try {
        await sleep(everySeconds * 1000, undefined, { signal })
      } catch {
        return
      }
      tell(what)
      await make()
    }
  }
  const running = troubles.map((trouble) => run(trouble).catch(failed.reject))
  return {
    failed: failed.promise,
    async end() {
      ending.abort()
      await Promise.all(running)
    },
  }
}
