/** Plays many dialogues at a time, then reads what the server kept and compares. */
import { setTimeout as sleep } from 'node:timers/promises'
import { listEntries } from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import { caller, type Call } from '#client/call.ts'
import { compare, worst, type Differences, type Said } from './compare.ts'
import type { Dialogue } from './dialogues.ts'
import { messagesOf, play, type House, type Played } from './play.ts'

export interface Result extends Differences { dialogues: number; messages: number; p50Ms: number; p99Ms: number; messagesPerSecond: number }

interface Options {
  /** Where the players connect; the transcripts are read from it, too. */
  house: House
  atOnce: number
  /** A message was received, a dialogue was played to its end, or read back. */
  progress: (what: 'messages' | 'played' | 'read') => void
  /** What a person should hear of: one dialogue that failed. */
  complain: (sentence: string) => void
  /** Between playing and reading. */
  calm?: () => Promise<void>
}

export async function replay(dialogues: readonly Dialogue[], { house, atOnce, progress, complain, calm }: Options): Promise<Result> {
  const latencies: number[] = []
  const startMs = performance.now()
  const received = (ms: number): void => {
    latencies.push(ms)
    progress('messages')
  }
  const all = await atATime(atOnce, dialogues, async (dialogue) => {
    const played = await play(dialogue, house, received)
    progress('played')
    if (played.failure !== undefined) complain(`Dialogue ${dialogue.id}: ${played.failure}`)
    return played
  })
  const seconds = (performance.now() - startMs) / 1000
  await calm?.()

  const call = caller({ url: house.url, bearer: async () => house.token })
  const differences = await atATime(Math.min(atOnce, readers), all, async (played, i) => {
    const found = await differencesOf(played, call)
    progress('read')
    if (Object.values(found).some((count) => count > 0)) complain(`Dialogue ${dialogues[i]!.id}, conversation ${played.conversation}: ${JSON.stringify(found)}`)
    return found
  })
  const sum = (of: keyof Differences): number => differences.reduce((total, one) => total + one[of], 0)
  const sorted = latencies.sort((a, b) => a - b)
  const percentile = (share: number): number => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return {
    dialogues: dialogues.length, messages: all.reduce((total, { said }) => total + said.length, 0),
    lost: sum('lost'), duplicated: sum('duplicated'), reordered: sum('reordered'), changed: sum('changed'),
    p50Ms: percentile(0.5), p99Ms: percentile(0.99), messagesPerSecond: Math.round(latencies.length / seconds),
  }
}

/** More would only wait for the database. */
const readers = 8
const pageEntries = 200
const readTries = 20

async function differencesOf({ conversation, said, heard, failure }: Played, call: Call): Promise<Differences> {
  const looks: (readonly Said[])[] = [messagesOf(await transcript(conversation, call))]
  // Whoever gave up did not see the end; the transcript tells what is missing.
  if (failure === undefined) looks.push(...heard)
  return worst(looks.map((read) => compare(said, read)))
}

async function transcript(conversation: string, call: Call): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let tries = 0; ;) {
    const page = await call(listEntries, { params: { conversation }, query: { after: entries.at(-1)?.offset ?? 0, limit: pageEntries } })
    if (page.ok) {
      entries.push(...page.value.entries as Entry[])
      if (page.value.entries.length < pageEntries) return entries
    } else if (page.code === 'not_found') {
      return entries
    } else {
      if (++tries > readTries) throw new Error(`Conversation ${conversation} cannot be read: ${page.code}. ${page.message}`)
      await sleep(page.retryAfterMs ?? 500)
    }
  }
}

async function atATime<T, R>(count: number, items: readonly T[], fn: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const rest = items.entries()
  await Promise.all(Array.from({ length: count }, async () => {
    for (const [i, item] of rest) results[i] = await fn(item, i)
  }))
  return results
}

const round = (ms: number): number => Math.round(ms * 10) / 10
