/** A text as lines of runs, from left to right as they stand on paper: broken where its script breaks, in the order in which it is read. */
import bidiModule from 'bidi-js'
import type { Letter } from './letters.ts'

/** Letters of one font in one direction, in the order of the text: the shaper turns them round. */
export interface Run { readonly text: string; readonly slice: string }
export interface Line { readonly runs: readonly Run[]; readonly widthPt: number; readonly isRtl: boolean }
export type Measure = (run: Run) => number

// Node gives the factory itself, the types its module.
const bidi = (bidiModule as unknown as typeof bidiModule.default)()
const turns = /[\p{Script=Arabic}\p{Script=Hebrew}]/u
const words = new Intl.Segmenter('und', { granularity: 'word' })
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

export function linesOf(letters: readonly Letter[], widthPt: number, measure: Measure): Line[] {
  const text = letters.map((l) => l.text).join('')
  const slices = letters.flatMap((l) => Array.from({ length: l.text.length }, () => l.slice))
  const isRtl = (bidi.getEmbeddingLevels(text).paragraphs[0]?.level ?? 0) % 2 === 1
  const line = (from: number, to: number): Line => {
    const runs = runsOf(text.slice(from, to), slices.slice(from, to), isRtl)
    return { runs, isRtl, widthPt: runs.reduce((sum, run) => sum + measure(run), 0) }
  }
  const fits = (from: number, to: number): boolean => line(from, from + text.slice(from, to).trimEnd().length).widthPt <= widthPt
  const ends: number[] = []
  let begin = 0, end = 0
  const take = (to: number): void => {
    if (end > begin && !fits(begin, to)) ends.push(begin = end)
    end = to
  }
  for (const { segment, index } of words.segment(text)) {
    const stop = index + segment.length
    // A word that is wider than the label is broken anywhere.
    if (fits(index, stop)) take(stop)
    else for (const grapheme of graphemes.segment(segment)) take(index + grapheme.index + grapheme.segment.length)
  }
  return [...ends, text.length].map((stop, at) => {
    const from = at === 0 ? 0 : ends[at - 1] ?? 0
    const shown = text.slice(from, stop)
    return line(from + shown.length - shown.trimStart().length, from + shown.trimEnd().length)
  }).filter((l) => l.runs.length > 0)
}

function runsOf(text: string, slices: readonly string[], isRtl: boolean): Run[] {
  if (text === '') return []
  const levels = bidi.getEmbeddingLevels(text, isRtl ? 'rtl' : 'ltr')
  const mirrored = bidi.getMirroredCharactersMap(text, levels.levels)
  const runs: { chars: string[]; slice: string; level: number; last: number }[] = []
  for (const at of bidi.getReorderedIndices(text, levels)) {
    const level = levels.levels[at] ?? 0, slice = slices[at] ?? '', char = mirrored.get(at) ?? text[at] ?? ''
    const run = runs.at(-1)
    if (run && run.slice === slice && run.level === level && at - run.last === (level % 2 ? -1 : 1)) {
      if (level % 2) run.chars.unshift(char)
      else run.chars.push(char)
      run.last = at
    } else runs.push({ chars: [char], slice, level, last: at })
  }
  // The shaper turns round what it knows to be written from right to left; a bracket by itself tells it nothing.
  return runs.map(({ chars, slice, level }) => ({ text: (level % 2 && !turns.test(chars.join('')) ? chars.reverse() : chars).join(''), slice }))
}
