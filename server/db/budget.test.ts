import { expect, it } from 'vitest'
import { connectionBudget, missingFence } from './budget.ts'

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

it('[BG6] says what is missing for the server itself to hold the budget, with the statement to run', () => {
  expect(missingFence({ role: 'lodge', roleLimit: 12, isSuperuser: false }, 12)).toBeUndefined()
  expect(missingFence({ role: 'my "lodge"', roleLimit: -1, isSuperuser: false }, 12)).toBe('The database does not hold Lodge to its 12 connections. Let a superuser run: ALTER ROLE "my ""lodge""" CONNECTION LIMIT 12;')
  expect(missingFence({ role: 'lodge', roleLimit: 40, isSuperuser: false }, 12)).toContain("(the role's limit is 40)")
  expect(missingFence({ role: 'postgres', roleLimit: -1, isSuperuser: true }, 12)).toContain('CREATE ROLE lodge_app LOGIN NOSUPERUSER CONNECTION LIMIT 12')
})
