import { expect, it } from 'vitest'
import { newId } from '#client/lodge.ts'
import { dueInvitation } from './invitation.ts'

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
