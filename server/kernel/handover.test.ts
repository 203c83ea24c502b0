import { expect, it } from 'vitest'
import type { Draft } from './entry-row.ts'
import { handover, type Spooling } from './handover.ts'
import { Refusal } from './refusal.ts'
import { HandedOver, sequencer, type Journal, type Stored } from './sequencer.ts'

const draft = (id: string): Draft<never> => ({ account: 'a', topic: 'conversation:1', id, type: 'message.sent', actor: 'user:1', body: { text: id } })
const silent = new Promise<never>(() => {})
const journal: Journal<never> = { transaction: () => silent, append: () => silent, heads: async (of) => of.map(() => 0), find: async () => [] }

function house() {
  const spool: Spooling & { isAway: boolean } = { isAway: false, holds: () => false }
  const seq = sequencer<never>({ journal, now: Date.now, sleep: () => silent, random: Math.random, publish() {} })
  const gate = handover<never>(seq.accept, () => spool)
  const kept: string[] = []
  /** A verb that waits so many ticks before it accepts. */
  const verb = (id: string, ticks: number) => async (): Promise<Stored> => {
    for (let i = 0; i < ticks; i++) await Promise.resolve()
    return gate.accept(draft(id))
  }
  const call = (id: string, ticks = 0): Promise<unknown> => gate.call('a', id, verb(id, ticks), () => { kept.push(id) }).catch((error: unknown) => error)
  const fallAway = (): void => {
    spool.isAway = true
    seq.handOver(gate.isOpenCall, gate.tell)
  }
  return { gate, spool, kept, call, fallAway }
}
const someTicks = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

it('[SP3] [OR3] hands over in the order in which commands came, however long the rejection of each is on its way', async () => {
  const { kept, call, fallAway } = house()
  const first = call('1', 5), second = call('2')
  await someTicks()
  const third = call('3')
  fallAway()
  const last = call('4')
  // In this very tick: a later command must find the earlier ones kept. The second did not wait for anything, and so came first.
  expect(kept).toEqual(['2', '1', '3', '4'])
  for (const one of [first, second, third, last]) expect(await one).toBeInstanceOf(HandedOver)
})

it('[SP3] tells of a repeat once, and refuses what nobody could keep', async () => {
  const { gate, kept, call, fallAway } = house()
  const both = [call('1'), call('1')]
  await someTicks()
  fallAway()
  expect(kept).toEqual(['1'])
  for (const one of both) expect(await one).toBeInstanceOf(HandedOver)
  expect(await gate.accept(draft('2')).catch((error: unknown) => error)).toMatchObject({ code: 'unavailable' })
  expect(gate.isOpenCall(draft('1'))).toBe(false)
})

it('[SP3] rejects for a verb that throws at once, and leaves no call open', async () => {
  const { gate } = house()
  const throwing = (): Promise<Stored> => { throw new Refusal('forbidden') }
  for (const called of [() => gate.call('a', '3', throwing), () => gate.replay('a', '3', '2026-01-01T00:00:00.000Z', throwing)]) {
    await expect(called()).rejects.toThrow(Refusal)
    expect(gate.isOpenCall(draft('3'))).toBe(false)
  }
})
