/** Visitors who have a conversation open and wait. They are many, and all come back at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import { each } from '#bench/contenders/contender.ts'
import { newId } from '#client/id.ts'
import { chance } from '#drills/chance.ts'
import { line, tally } from './line.ts'
import { nowMs, recorder } from './recorder.ts'
import type { Role, Start } from './role.ts'
import { keysOf } from './tickets.ts'

export async function openCrowd({ address, scale, seed, file, waiting = { from: scale.talkers, count: scale.visitors - scale.talkers } }: Start): Promise<Role> {
  const { url, talk: house } = address
  const keys = keysOf(address.keys), books = recorder(file), counts = tally(), luck = chance(seed)
  const lines = await each(waiting.count, 64, async (n) => {
    const i = waiting.from + n
    const own = line({ url, keys, who: { account: house.account, contact: house.contacts[i]! }, name: `waiting ${i}`, recorder: books, counts, luck })
    const topic = `conversation:${newId()}`
    await own.send({ type: 'conversation.open', topic, text: '', inbox: house.inbox, dueMs: nowMs() })
    await own.observe(topic)
    return own
  })
  const open = (): number => lines.filter((l) => l.isOpen()).length
  return {
    rate: () => {},
    figures: () => ({ openNow: open(), linesNow: lines.length, opened: counts.opened }),
    async settle(forMs) {
      for (const untilMs = Date.now() + forMs; open() < lines.length && Date.now() < untilMs;) await sleep(100)
      books.flush()
      return open() < lines.length ? `${lines.length - open()} of ${lines.length} visitors are not back` : undefined
    },
    close() {
      for (const { lodge } of lines) lodge.close()
      books.close()
    },
  }
}
