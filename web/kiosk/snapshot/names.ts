/** Letters that no decomposition takes apart, as people type them who lack the key. */
const apart: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i' }

/** A name as it is compared: words in any order, without case, accents and points. Two names are one when this is the same. */
export const plain = (name: string): string => name.normalize('NFKD').toLowerCase()
  .replace(/\p{M}/gu, '').replace(/[ßøłđðþæœı]/g, (letter) => apart[letter] ?? letter).replace(/['’ʼ`.]/g, '')
  .split(/[^\p{L}\p{N}]+/u).filter(Boolean).sort().join(' ')

const first = (text: string): string => Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)[0] ?? ''

/** What a stranger before the screen may read: `Mara L.` */
export function discreet(name: string): string {
  const words = name.trim().split(/\s+/)
  const last = words.length > 1 ? words.at(-1) ?? '' : ''
  return last ? `${words[0]} ${first(last)}.` : words[0] ?? ''
}
export const givenName = (name: string): string => name.trim().split(/\s+/)[0] ?? ''
