import { expect, it } from 'vitest'
import { newId } from '#client/id.ts'
import { digestOf, emptyDigest } from '#contract/log-digest.ts'
import type { Happened } from './kept.ts'
import { accountant } from './reconcile.ts'
import { memoryShelf } from './shelf-memory.ts'

const happened = (): Happened => ({ id: newId(), type: 'check_out', visit: newId(), at: '', offsetMs: null, body: {} })
const acknowledge = async (shelf: ReturnType<typeof memoryShelf>, ...seqs: number[]): Promise<void> =>
  shelf.mark(seqs.map((seq) => ({ seq, id: shelf.rows.get(seq)!.id, state: 'applied', reason: null })), 1)

it('is the same whatever the order, and undoes itself', () => {
  const ids = [newId(), newId(), newId()]
  expect(digestOf(ids)).toBe(digestOf(ids.toReversed()))
  expect(digestOf(ids)).toMatch(/^[0-9a-f]{16}$/)
  expect(digestOf([...ids, ...ids])).toBe(emptyDigest)
  expect(digestOf(['01890000-0000-7000-8000-00000000000a'])).toBe('800000000000000a')
})

it('counts up to the first that is unsent, and on from there', async () => {
  const shelf = memoryShelf()
  const accounts = accountant(shelf)
  expect(await accounts.count()).toEqual({ log: 'log-1', fromSeq: 1, uptoSeq: 0, count: 0, digest: emptyDigest })
  shelf.add(...Array.from({ length: 250 }, happened))
  await acknowledge(shelf, 1, 2, 4)
  expect(await accounts.count()).toMatchObject({ fromSeq: 1, uptoSeq: 2, count: 2 })
  await acknowledge(shelf, ...Array.from({ length: 250 }, (_, i) => i + 1))
  const ids = [...shelf.rows.values()].map(({ id }) => id)
  expect(await accounts.count()).toMatchObject({ uptoSeq: 250, count: 250, digest: digestOf(ids) })
  for (const seq of [1, 2, 3]) shelf.rows.delete(seq)
  expect(await accounts.count()).toMatchObject({ fromSeq: 4, uptoSeq: 250, count: 247, digest: digestOf(ids.slice(3)) })
})

it('sends again what the server has lost', async () => {
  const shelf = memoryShelf()
  const accounts = accountant(shelf)
  shelf.add(...Array.from({ length: 5 }, happened))
  await acknowledge(shelf, 1, 2, 3, 4, 5)
  await accounts.count()
  await accounts.sendAgain([3, 99])
  expect(await accounts.count()).toMatchObject({ uptoSeq: 2, count: 2 })
  expect((await shelf.unsent(0, 9)).map(({ seq }) => seq)).toEqual([3])
})
