import { describe, expect, it } from 'vitest'
import { cell, line } from './csv.ts'

describe('a cell', () => {
  it.each([
    ['Mara', 'Mara'], ['Lindqvist, Mara', '"Lindqvist, Mara"'], ['the "Lantern"', '"the ""Lantern"""'], ['two\nlines', '"two\nlines"'], ['', ''], ['林晓雯', '林晓雯'],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'], ['+46 70', "'+46 70"], ['-1+1', "'-1+1"], ['@SUM(A1)', "'@SUM(A1)"], ['\t=1', "'\t=1"], ['  =1', "'  =1"], ['\r=1', '"\'\r=1"'],
  ])('[RP6] %j is written as %j', (value, written) => expect(cell(value)).toBe(written))
  it('is empty for what is not known, and a number for a number', () => expect(line([null, 0, 12.5])).toBe(',0,12.5\r\n'))
})
