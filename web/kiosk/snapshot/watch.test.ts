import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { listKeys } from '#contract/watch-keys.ts'
import type { Snapshot } from '#contract/kiosks.ts'
import { newKey, seal, unseal } from './sealed.ts'
import { returningAs, watchedAs } from './watch.ts'

const salt = 'pepper'
const hash = (key: string): string => createHash('sha256').update(salt + key).digest('hex')
const listed = (action: 'alert' | 'block', who: Parameters<typeof listKeys>[0]) => listKeys(who).map((key) => ({ key: hash(key), action }))
const list = { salt, watch: [...listed('block', { name: 'Boris Grishenko' }), ...listed('alert', { email: '@rival.example' })], returning: [{ key: hash('mara@example.org'), name: 'Mara', company: '', phone: null }] }
const person = { name: 'Mara Lindqvist', email: '', phone: '' }

it('recognises people of the watchlist by their hashes', () => {
  expect(watchedAs(list, person)).toBeUndefined()
  expect(watchedAs(list, { ...person, name: 'Grischenko, Boris' })).toBe('block')
  expect(watchedAs(list, { ...person, email: 'Mara@RIVAL.example' })).toBe('alert')
  expect(watchedAs(list, { ...person, name: 'Boris Grishenko', email: 'b@rival.example' })).toBe('block')
})
it('recognises who asked to be', () => {
  expect(returningAs(list, ' Mara@Example.org ')?.name).toBe('Mara')
  expect(returningAs(list, 'other@example.org')).toBeUndefined()
})
it('seals the list, and differently each time', async () => {
  const key = await newKey()
  const snapshot = { asOf: '2026-03-10T08:00:00.000Z', account: 'Hotel Lantern 🏮' } as Snapshot
  const [one, two] = [await seal(key, snapshot), await seal(key, snapshot)]
  expect(await unseal(key, one)).toEqual(snapshot)
  expect(Buffer.from(one.bytes).equals(Buffer.from(two.bytes))).toBe(false)
  await expect(unseal(await newKey(), one)).rejects.toThrow()
  expect(key.extractable).toBe(false)
})
