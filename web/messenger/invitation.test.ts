import { expect, it } from 'vitest'
import { newId } from '#client/lodge.ts'
import { dueInvitation, inviteOnlyIf } from './invitation.ts'

const rule = (address: string, afterSeconds: number) => ({ id: newId(), address, afterSeconds, text: 'Hello' })
const rooms = rule('/rooms', 10)
const anywhere = rule('', 30)

it('an invitation is due on a page whose address has its words, once so many seconds have passed there', () => {
  const due = (address: string, seconds: number) => dueInvitation([anywhere, rooms], { address, seconds }, [])
  expect(due('https://lantern.example/rooms/lake', 9.9)).toBeUndefined()
  expect(due('https://lantern.example/rooms/lake', 10)).toBe(rooms)
  expect(due('https://lantern.example/table', 29)).toBeUndefined()
  expect(due('https://lantern.example/table', 30)).toBe(anywhere)
})
it('the one that was due first stays, and a dismissed one makes room for the next', () => {
  const due = (dismissed: string[]) => dueInvitation([anywhere, rooms], { address: 'https://lantern.example/rooms', seconds: 60 }, dismissed)
  expect(due([])).toBe(rooms)
  expect(due([rooms.id])).toBe(anywhere)
  expect(due([rooms.id, anywhere.id])).toBeUndefined()
})

it('[GV9] out of touch a page asks before it invites: not at once, not often, and no answer is no', async () => {
  let nowMs = 0, asked = 0, answer: Promise<boolean> = Promise.resolve(true), told = 0
  const may = inviteOnlyIf(() => { asked++; return answer }, () => nowMs)
  const look = async (isInTouch: boolean): Promise<boolean> => { const is = may(isInTouch, () => { told++ }); await Promise.resolve(); await Promise.resolve(); await Promise.resolve(); return is }
  expect(await look(true)).toBe(true)
  expect(await look(false)).toBe(false)
  nowMs = 9_000
  expect(await look(false)).toBe(false)
  expect(asked).toBe(0)
  nowMs = 10_000
  await look(false)
  expect([asked, told, await look(false)]).toEqual([1, 1, true])
  answer = Promise.reject(new Error('nobody there'))
  answer.catch(() => {})
  nowMs = 39_000
  expect(await look(false)).toBe(true)
  nowMs = 40_000
  await look(false)
  expect([asked, await look(false)]).toEqual([2, false])
  expect(await look(true)).toBe(true)
  expect(await look(false)).toBe(false)   // what was allowed before says nothing of now
})
