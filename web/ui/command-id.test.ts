import { expect, it } from 'vitest'
import { commandId } from './command-id.ts'

it('is the same for the same body, however often it is sent, and another one for another body', () => {
  const idFor = commandId()
  const first = idFor({ to: 'mara@example.com' })
  expect(idFor({ to: 'mara@example.com' })).toBe(first)
  const second = idFor({ to: 'iris@example.com' })
  expect(second).not.toBe(first)
  expect(idFor({ to: 'iris@example.com' })).toBe(second)
  expect(commandId()({ to: 'mara@example.com' })).not.toBe(first)
})
