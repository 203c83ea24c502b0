/** The server's own fault switch (only with LODGE_DRILL): one call in `every` of a label does its work and never ends. And what its watchdog says. */
import type { House } from './house.ts'

export interface LeakSwitch { readonly label: string; readonly account: string; readonly every: number }
/** A connection that its holder kept: how long it was gone, and how long it might have been. */
export interface TakenBack { readonly how: string; readonly label: string; readonly owner: string; readonly atMs: number; readonly heldMs: number; readonly deadlineMs: number; readonly stack: string }

/** @throws when this server has no such switch: a drill without its fault is none */
export async function setLeak({ server }: House, leak: LeakSwitch): Promise<void> {
  const answer = await fetch(`${server.url}/drill/leak`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(leak) })
  if (!answer.ok) throw new Error(`The server does not let itself be made to leak: ${answer.status} ${await answer.text()}`)
}

export interface LeakWatch { stop(): Promise<{ leaked: number; taken: readonly TakenBack[] }> }

const everyMs = 1_000

/** The server remembers the last ones only: it is asked again and again. */
export function watchLeaks({ server }: House): LeakWatch {
  const taken = new Map<string, TakenBack>()
  let leaked = 0
  async function look(): Promise<void> {
    const answer = await fetch(`${server.url}/drill/state`).catch(() => undefined)
    if (!answer?.ok) return
    const state = await answer.json() as { taken: TakenBack[]; leak: { leaked: number } }
    leaked = state.leak.leaked
    for (const one of state.taken) if (one.how === 'leak') taken.set(`${one.atMs} ${one.heldMs} ${one.stack}`, one)
  }
  const timer = setInterval(() => { void look() }, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      await look()
      return { leaked, taken: [...taken.values()] }
    },
  }
}
