import { expect, it } from 'vitest'
import { memoryBudget } from './memory-budget.ts'

const MB = 2 ** 20
const database = { sharedBuffersBytes: 128 * MB, workMemBytes: 4 * MB }

it('[BG5] leaves the budget as it is where there is memory for it', () => {
  expect(memoryBudget({ totalBytes: 4096 * MB, database, capsBytes: 64 * MB }, 12)).toEqual({ connections: 12, why: undefined })
  expect(memoryBudget({ totalBytes: 512 * MB, database: undefined, capsBytes: 64 * MB }, 90)).toEqual({ connections: 90, why: undefined })
})

it('[BG5] lowers it to what fits, and says the sum', () => {
  expect(memoryBudget({ totalBytes: 450 * MB, database, capsBytes: 64 * MB }, 12)).toEqual({
    connections: 8, why: 'Memory is enough for 8 of 12 database connections: 60 % of 450 MB must hold shared_buffers 128 MB, Lodge\'s own 64 MB, and 10 MB for each connection (1.5 MB and twice work_mem).',
  })
})

it('[BG5] refuses to start where not even three fit', () => {
  expect(() => memoryBudget({ totalBytes: 350 * MB, database, capsBytes: 64 * MB }, 12)).toThrow(/^350 MB of memory are too little: .* 3 connections at least\. Give the machine/)
  expect(() => memoryBudget({ totalBytes: 80 * MB, database: undefined, capsBytes: 64 * MB }, 12)).toThrow('too little')
})
