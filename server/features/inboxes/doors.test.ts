import { describe, expect, it } from 'vitest'
import type { Door } from '#contract/inboxes.ts'
import { doorsOf } from './doors.ts'
import { inviting } from './inviting.ts'

const doorWith = (invitations: number): Door => ({ inbox: {} as Door['inbox'], account: 'Hotel', online: [], invitations: Array.from({ length: invitations }, (_, i) => ({ id: String(i), address: '', afterSeconds: 0, text: 'Ask us.' })) })
function open() {
  let nowMs = 0
  const reads: { resolve: (door: Door) => void; reject: (why: Error) => void }[] = []
  const doors = doorsOf({ door: () => new Promise((resolve, reject) => { reads.push({ resolve, reject }) }) }, () => nowMs)
  return { doors, reads, later: (ms: number) => { nowMs += ms } }
}

describe('doors from memory', () => {
  it('[SO7] one read for all who come to an inbox, until it changes', async () => {
    const { doors, reads, later } = open()
    const all = Array.from({ length: 500 }, () => doors.door('a', 'i'))
    expect(reads).toHaveLength(1)
    reads[0]!.resolve(doorWith(1))
    expect(await Promise.all(all)).toEqual(all.map(() => doorWith(1)))
    await doors.door('a', 'i')
    expect(reads).toHaveLength(1)
    doors.changed('b')
    await doors.door('a', 'i')
    expect(reads).toHaveLength(1)
    doors.changed('a')
    void doors.door('a', 'i')
    expect(reads).toHaveLength(2)
    later(6_000)   // another node may have changed it
    void doors.door('a', 'i')
    expect(reads).toHaveLength(3)
  })

  it('[SO7] a read that began before a change is given to nobody after it', async () => {
    const { doors, reads } = open()
    void doors.door('a', 'i')
    doors.changed('a')
    const after = doors.door('a', 'i')
    reads[0]!.resolve(doorWith(1))
    reads[1]!.resolve(doorWith(2))
    expect((await after).invitations).toHaveLength(2)
    expect((await doors.door('a', 'i')).invitations).toHaveLength(2)
  })

  it('a read that fails is tried again, and what was last seen is still known', async () => {
    const { doors, reads } = open()
    const first = doors.door('a', 'i')
    reads[0]!.resolve(doorWith(1))
    await first
    doors.changed('a')
    const failed = doors.door('a', 'i')
    reads[1]!.reject(new Error('away'))
    await expect(failed).rejects.toThrow('away')
    expect(doors.last('a', 'i')?.invitations).toHaveLength(1)
    void doors.door('a', 'i')
    expect(reads).toHaveLength(3)
  })
})

it('[GV8] the lever takes the invitations out of every door that is watched or asked for, without reading any', async () => {
  const { doors, reads } = open()
  const pushed: [string, number][] = []
  const lever = inviting({ doors, watched: () => [{ account: 'a', name: 'door:i', id: 'i' }], push: (account, view, door) => { pushed.push([`${account} ${view}`, door.invitations.length]) } })
  const door = lever.door('a', 'i')
  reads[0]!.resolve(doorWith(2))
  expect((await door).invitations).toHaveLength(2)
  lever.set(true)
  lever.set(true)
  expect(pushed).toEqual([['a door:i', 0]])
  expect((await lever.door('a', 'i')).invitations).toEqual([])
  lever.set(false)
  expect(pushed.at(-1)).toEqual(['a door:i', 2])
  expect(reads).toHaveLength(1)
})
