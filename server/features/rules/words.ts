import { firstOf, lastOf, trimmed } from '#server/kernel/code-points.ts'

/** Case, accents and width do not count. */
export const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()

/** Scripts that put no spaces between words. */
const runsOn = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
const ofWord = /[\p{L}\p{N}]/u

/** `contains`: anywhere, but no part of a longer word. `is`: nothing else but punctuation. */
export function says(text: string, word: string, match: 'contains' | 'is'): boolean {
  const [all, one] = [plain(text), plain(word)]
  if (one === '') return false
  if (match === 'is') return bare(all) === bare(one)
  const [begins, ends] = [ofWord.test(firstOf(one)), ofWord.test(lastOf(one))]
  for (let at = all.indexOf(one); at >= 0; at = all.indexOf(one, at + 1)) {
    const isPart = (begins && ofWord.test(lastOf(all, at))) || (ends && ofWord.test(firstOf(all, at + one.length)))
    if (!isPart || runsOn.test(one)) return true
  }
  return false
}
const bare = (text: string): string => trimmed(text, /[\s\p{P}\p{S}]/u) || text
