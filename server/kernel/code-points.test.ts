import { describe, expect, it } from 'vitest'
import { trimmed } from './code-points.ts'

describe('a text without its edges', () => {
  it.each([
    ['a', 'a'], ['', ''], ['!?', ''], [' «a b»! ', 'a b'], ['🛑stop🛑', 'stop'], ['🛑', ''], ['𝒶', '𝒶'], ['!𝒶!', '𝒶'], ['\ud83da\uded1', '\ud83da\uded1'], ['!\uded1!', '\uded1'], ['𐀀!', '𐀀'],
  ])('%j is %j', (text, is) => { expect(trimmed(text, /[\s\p{P}\p{S}]/u)).toBe(is) })
})
