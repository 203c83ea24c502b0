/**
 * Which font has which letter. The fonts come in slices, as browsers fetch them; what a slice says it has is checked against
 * what it has. A letter that none has is written in Latin ones: a row of boxes is nobody's name.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import anyAscii from 'any-ascii'
import { openSync, type Font } from 'fontkit'

const require = createRequire(import.meta.url)
/** The first that has a letter writes it. Han before Hangul: both have the signs that Korea and China share. */
const families = ['noto-sans', 'noto-sans-arabic', 'noto-sans-hebrew', 'noto-sans-thai', 'noto-sans-sc', 'noto-sans-kr'] as const

interface Slice { readonly path: string; readonly claims: (point: number) => boolean; readonly has: (point: number) => boolean }
/** `slice`: where its font lies. */
export interface Letter { readonly text: string; readonly slice: string }

let slices: readonly Slice[] | undefined
const open = (): readonly Slice[] => slices ??= families.flatMap((family) => {
  const folder = dirname(require.resolve(`@fontsource-variable/${family}/unicode.json`))
  const ranges = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>
  return Object.entries(ranges).map(([name, list]) => sliceOf(join(folder, 'files', `${family}-${name.replace(/[[\]]/g, '')}-wght-normal.woff2`), list))
})

function sliceOf(path: string, list: string): Slice {
  const ranges = list.split(',').map((range) => { const [from = '', to = from] = range.trim().replace(/^U\+/i, '').split('-'); return [parseInt(from, 16), parseInt(to, 16)] as const })
  let known: ReadonlySet<number> | undefined
  return {
    path,
    claims: (point) => ranges.some(([from, to]) => point >= from && point <= to),
    has(point) { return (known ??= new Set((openSync(path) as Font).characterSet)).has(point) },
  }
}
const findIn = (point: number): Slice | undefined => open().find((slice) => slice.claims(point) && slice.has(point))
const staysWith = /^[\p{M}\p{Z}\p{P}\p{Cf}]$/u

/** `isLatin`: some letters are not those of the text. Marks and spaces stay with the letter before them where its font has them, for they join or stand on it. */
export function lettersOf(text: string): { letters: Letter[]; isLatin: boolean } {
  const letters: Letter[] = []
  let isLatin = false, last: Slice | undefined
  const put = (char: string): boolean => {
    const point = char.codePointAt(0) ?? 0
    const slice = last && staysWith.test(char) && last.has(point) ? last : findIn(point)
    if (!slice) return false
    letters.push({ text: char, slice: slice.path })
    last = slice
    return true
  }
  for (const char of text.normalize('NFC').replace(/[\p{Cc}\p{Cs}]/gu, ' ')) {
    if (put(char)) continue
    const latin = anyAscii(char)
    if (latin && /[\p{L}\p{N}]/u.test(char)) isLatin = true
    for (const instead of latin) put(instead)
  }
  return { letters, isLatin }
}
