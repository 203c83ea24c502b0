import { expect, it } from 'vitest'
import { outdated } from './docs.ts'

it('every generated document says what the code says (else: npm run docs)', () => {
  expect(outdated()).toEqual([])
})
