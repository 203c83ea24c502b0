import { expect, it } from 'vitest'
import { overlay } from './overlay.ts'

interface Thing { head: number; name: string; note: string }
const saved: Thing = { head: 1, name: 'Ada', note: '' }
const newer = (one: Thing, other: Thing): boolean => one.head > other.head

it('[VS12] shows neither of two changes that were refused one after the other', () => {
  const laid = overlay(newer)
  const [first, second] = [{ name: 'Eve' }, { note: 'Late' }]
  const one = laid.lay('v', saved, first), two = laid.lay('v', one, second)
  expect(two).toEqual({ head: 1, name: 'Eve', note: 'Late' })
  const left = laid.settle('v', two, first, false)
  expect(left).toEqual({ head: 1, name: 'Ada', note: 'Late' })
  expect(laid.settle('v', left, second, false)).toEqual(saved)
})

it('[VS12] keeps what was saved, and what others changed meanwhile, when a later change is refused', () => {
  const laid = overlay(newer)
  const [first, second] = [{ name: 'Eve' }, { note: 'Late' }]
  laid.lay('v', laid.lay('v', saved, first), second)
  const stored = { head: 2, name: 'Eve', note: 'of a colleague' }
  const left = laid.settle('v', stored, first, true)
  expect(left).toEqual({ head: 2, name: 'Eve', note: 'Late' })
  expect(laid.settle('v', left, second, false)).toEqual(stored)
})
