/** Visitors who talk with agents, each with a conversation of their own, all over real sockets. The steady generator. */
import { setTimeout as sleep } from 'node:timers/promises'
import { each } from '#bench/contenders/contender.ts'
import { newId } from '#client/id.ts'
import { chance } from '#drills/chance.ts'
import { line, tally, type Line } from './line.ts'
import { pace } from './pace.ts'
import { talkPlan } from './plan.ts'
import { nowMs, recorder } from './recorder.ts'
import type { Role, Start } from './role.ts'
import { keysOf } from './tickets.ts'

interface Talk { readonly topic: string; readonly visitor: Line; readonly agent: Line }

export async function openTalk({ address, scale, seed, file }: Start): Promise<Role> {
  const { url, talk: house } = address
  const keys = keysOf(address.keys), books = recorder(file), counts = tally(), luck = chance(seed)
  const agents = house.agents.map((user, i) => line({ url, keys, who: { account: house.account, user }, name: `agent ${i}`, recorder: books, counts, luck }))
  const talks = await each(scale.talkers, 64, async (i): Promise<Talk> => {
    const visitor = line({ url, keys, who: { account: house.account, contact: house.contacts[i]! }, name: `visitor ${i}`, recorder: books, counts, luck })
    const agent = agents[i % agents.length]!, topic = `conversation:${newId()}`
    await visitor.send({ type: 'conversation.open', topic, text: '', inbox: house.inbox, dueMs: nowMs() })
    await Promise.all([visitor.observe(topic), agent.observe(topic)])
    return { topic, visitor, agent }
  })
  const say = talkPlan(luck.stream('what is said'), talks.length), gaps = luck.stream('gaps')
  const underWay = new Set<Promise<void>>()
  const generator = pace((dueMs) => {
    const { talk: which, isVisitor, text } = say(), { topic, visitor, agent } = talks[which]!
    const sending = (isVisitor ? visitor : agent).send({ type: 'message.send', topic, text, dueMs })
    underWay.add(sending)
    void sending.finally(() => underWay.delete(sending))
  }, gaps.next)
  const all = (): readonly Line[] => [...agents, ...talks.map((t) => t.visitor)]
  return {
    rate: generator.rate,
    figures: () => ({ ...counts, underWayNow: underWay.size, openNow: all().filter((l) => l.isOpen()).length, agentsOpenNow: agents.filter((l) => l.isOpen()).length, linesNow: all().length, lagMs: generator.lagP99Ms(), lagOfAllMs: generator.lagOfAllP99Ms() }),
    async settle(forMs) {
      generator.rate(0)
      await Promise.race([sleep(forMs), Promise.all(underWay)])
      const isQuiet = async (): Promise<boolean> => { const before = counts.seen; await sleep(500); return counts.seen === before }
      for (const untilMs = Date.now() + 10_000; Date.now() < untilMs && !await isQuiet(););
      books.flush()
      return underWay.size > 0 ? `${underWay.size} messages are without a final answer` : undefined
    },
    close() {
      for (const one of all()) one.lodge.close()
      void generator.stop()
      books.close()
    },
  }
}
