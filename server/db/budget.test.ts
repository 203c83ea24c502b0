import { expect, it } from 'vitest'
import { connectionBudget } from './budget.ts'

const room = { maxConnections: 100, reserved: 3, roleLimit: -1, isSuperuser: false }

it('spends no more than the processors can work on, nor than the server has less what is reserved and spare', () => {
  expect(connectionBudget(room, 2)).toBe(12)
  expect(connectionBudget(room, 64)).toBe(93)
  expect(connectionBudget({ ...room, roleLimit: 8 }, 64)).toBe(8)
  expect(connectionBudget(room, 2, 40)).toBe(40)
})

it('refuses to start on too little, and to promise what is not there', () => {
  expect(() => connectionBudget({ ...room, maxConnections: 9 }, 2))
    .toThrow('leaves 2 connections to Lodge (max_connections 9, reserved 3, spare 4); it needs 3')
  expect(() => connectionBudget(room, 2, 94)).toThrow('DATABASE_CONNECTIONS is 94, and the database leaves 93')
})
