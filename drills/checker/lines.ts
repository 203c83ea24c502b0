/** Histories as files: one event a line, one file for each process that saw something, each in the order of its own time. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Event } from './history.ts'

export const lineOf = (event: Event): string => `${JSON.stringify(event)}\n`

/** The last line may be torn: its writer was killed. @throws when another one is */
export async function readEvents(paths: readonly string[]): Promise<Event[]> {
  const events: Event[] = []
  for (const path of paths) {
    let torn: string | undefined
    for await (const line of createInterface({ input: createReadStream(path) })) {
      if (torn !== undefined) throw new Error(`${path} holds a line that is no event: ${torn.slice(0, 200)}`)
      try { events.push(JSON.parse(line) as Event) } catch { torn = line }
    }
  }
  return events.sort((a, b) => a.atMs - b.atMs)   // stable: what one process saw in one millisecond stays in its order
}
