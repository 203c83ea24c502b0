import { describe, expect, it } from 'vitest'
import { compare, type Said } from './compare.ts'

const said: Said[] = ['Good evening', 'Good evening', 'A room for two?', 'Yes'].map((text, i) => ({ id: `id${i}`, speaker: i % 2 ? 'system' : 'user', text }))
const [first, second, third, fourth] = said as [Said, Said, Said, Said]
const same = { lost: 0, duplicated: 0, reordered: 0, changed: 0 }

describe('compare', () => {
  it.each([
    ['nothing differs', said, {}],
    ['one is missing', [first, second, fourth], { lost: 1 }],
    ['all are missing', [], { lost: 4 }],
    ['one came twice', [first, second, second, third, fourth], { duplicated: 1 }],
    ['one was never said', [...said, { ...first, id: 'other' }], { duplicated: 1 }],
    ['two have changed places', [first, third, second, fourth], { reordered: 1 }],
    ['the last came first', [fourth, first, second, third], { reordered: 1 }],
    ['all are the wrong way round', said.toReversed(), { reordered: 3 }],
    ['a text differs', [first, second, { ...third, text: 'A room for two' }, fourth], { changed: 1 }],
    ['another one said it', [first, { ...second, speaker: 'user' }, third, fourth], { changed: 1 }],
    ['several things at once', [second, first, first, { ...fourth, text: 'No' }], { lost: 1, duplicated: 1, reordered: 1, changed: 1 }],
  ])('counts when %s', (_what, read, differences) => {
    expect(compare(said, read)).toEqual({ ...same, ...differences })
  })
})
