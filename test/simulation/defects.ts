/** Defects that the simulation must find: if it does not, it proves nothing. Made of wrappers and parameters; no production code knows of them. */
import type { Follower, JoinResult } from '#server/kernel/topics.ts'
import type { Defects } from './house.ts'

export const planted: { name: string; defects: Defects; rules: string[] }[] = [
  {
    name: 'acknowledges before the commit', rules: ['I1'],
    defects: { journal: (journal) => ({ ...journal, append: (rows) => { journal.append(rows).catch(() => {}); return Promise.resolve([]) } }) },
  },
  {
    name: 'takes an unknown outcome for a failure', rules: ['I2'],
    defects: { doublesIds: true, journal: (journal) => ({ ...journal, find: () => Promise.resolve([]) }) },
  },
  {
    name: 'numbers again without looking ids up', rules: ['I10'],
    defects: { journal: (journal) => ({ ...journal, find: () => Promise.resolve([]) }) },
  },
  {
    name: 'never reads a head twice', rules: ['I10'],
    defects: { journal(journal) {
      const known = new Map<string, number>()
      return { ...journal, async heads(keys) {
        const heads = await journal.heads(keys)
        return keys.map(({ topic }, i) => known.get(topic) ?? (known.set(topic, heads[i]!), heads[i]!))
      } }
    } },
  },
  { name: 'stores a part of a topic’s rows', rules: ['I3', 'I6'], defects: { storesParts: true } },
  { name: 'writes into a history that was replaced', rules: ['I3', 'I4'], defects: { ignoresEpoch: true } },
  { name: 'reads from a history that was replaced', rules: ['I4'], defects: { readsBlindly: true } },
  { name: 'keeps what a refused guard wrote', rules: ['I15'], defects: { keepsRefused: true } },
  {
    name: 'commits guards apart from their entries', rules: ['I15'],
    defects: { journal: (journal) => ({ ...journal, transaction: (fn) => journal.transaction(async (batch) => {
      await fn(batch)
      return true   // whatever clashed
    }) }) },
  },
  {
    name: 'reads before it attaches', rules: ['I9'],
    defects: { topics(topics) {
      const attached = new Map<Follower, Follower>()
      return {
        ...topics,
        async join(account, topic, follower, position) {
          let read: JoinResult | undefined
          const early: Follower = { joined: (_topic, result) => { read = result }, entries: () => {}, rejoin: () => {} }
          await topics.join(account, topic, early, position)
          topics.leave(account, topic, early)
          const late: Follower = { ...follower, joined: (name, result) => follower.joined(name, read ?? result) }
          attached.set(follower, late)
          await topics.join(account, topic, late, position)
        },
        leave: (account, topic, follower) => topics.leave(account, topic, attached.get(follower) ?? follower),
      }
    } },
  },
  {
    name: 'relies on hints alone', rules: ['I10'],
    defects: { topics: (topics) => ({ ...topics, sweep: () => {} }) },
  },
  { name: 'keeps its rings when the history was replaced', rules: ['I4', 'I9', 'I10'], defects: { topics: (topics) => ({ ...topics, restart: () => {} }) } },
  {
    name: 'forgets the outbox at sending', rules: ['I10'],
    defects: { disk: (disk) => ({ ...disk, put: async (command) => { await disk.put(command); await disk.remove([command.id]) } }) },
  },
]
