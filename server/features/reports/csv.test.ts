import { describe, expect, it } from 'vitest'
import { linesOf } from './csv.ts'

describe('a cell', () => {
  it.each([
    ['Mara', 'Mara'], ['Lindqvist, Mara', '"Lindqvist, Mara"'], ['the "Lantern"', '"the ""Lantern"""'], ['two\nlines', '"two\nlines"'], ['', ''], ['林晓雯', '林晓雯'],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'], ['+46 70', '"\'+46 70"'], ['-1+1', '"\'-1+1"'], ['@SUM(A1)', '"\'@SUM(A1)"'], ['\t=1', '"\'\t=1"'], ['  =1', '"\'  =1"'], ['\r=1', '"\'\r=1"'],
    ['\n=1', '"\'\n=1"'],
  ])('[RP6] %j is written as %j', (value, written) => expect(linesOf([[value, 1]])).toBe(`${written},1\r\n`))
  it('is empty for what is not known, and a number for a number', () => expect(linesOf([[null, 0, 12.5], ['a', null, -1]])).toBe(',0,12.5\r\na,,-1\r\n'))
  it('makes nothing of nothing', () => expect(linesOf([])).toBe(''))
})
