/**
 * How the watchlist compares people, on the server and, hashed, on the kiosk: two people are alike when they share a key.
 * Names: written in Latin letters whatever the script, without accents, doubled letters and the spellings that sound alike,
 * their words in any order. Tolerant on purpose: a false alarm costs a glance, a miss may cost more.
 */
import anyAscii from 'any-ascii'

/** Longest first where one begins another. */
const alike: readonly (readonly [RegExp, string])[] = [
  [/ph/g, 'f'], [/th/g, 't'], [/tsch|tch|cz|tz|ts/g, 'c'], [/sch|sh|ch/g, 's'], [/dj|zh|dz/g, 'z'], [/ck|kh|q/g, 'k'], [/c(?=[aoukrlt]|$)/g, 'k'],
  [/ae|oe/g, 'e'], [/ue|ou|oo|oy/g, 'u'], [/[yj]/g, 'i'], [/w/g, 'v'], [/ei|ai|ie|ee/g, 'i'], [/h/g, ''],
]

export const plainName = (name: string): string => anyAscii(name.normalize('NFKC')).toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim()

function soundOf(word: string): string {
  let sound = word
  for (const [from, to] of alike) sound = sound.replace(from, to)
  return sound.replace(/(.)\1+/g, '$1')
}

interface Person { name?: string | null | undefined; email?: string | null | undefined; phone?: string | null | undefined }

/** Scripts that write no vowels: compared by consonants, but only with names of the other kind, or half of all people were alike. */
const abjad = /[\p{Script=Arabic}\p{Script=Hebrew}]/u
const consonants = (words: readonly string[]): string => words.map((word) => word.replace(/[aeiou]/g, '').replace(/(.)\1+/g, '$1')).filter(Boolean).sort().join(' ')

function nameKeys(name: string, isListed: boolean): string[] {
  const words = plainName(name).split(' ').map(soundOf).filter(Boolean)
  if (words.length === 0) return []
  const keys = new Set([`name ${words.toSorted().join(' ')}`])
  // First and last alone, for those who leave out what stands between.
  if (words.length > 2) keys.add(`name ${[words[0]!, words.at(-1)!].sort().join(' ')}`)
  // Scripts without spaces, and the family name before or after.
  keys.add(`run ${soundOf(words.join(''))}`).add(`run ${soundOf([words.at(-1), ...words.slice(0, -1)].join(''))}`)
  const skeleton = consonants(words)
  if (skeleton.length > 2) keys.add(`${abjad.test(name) === isListed ? 'abjad' : 'latin'} ${skeleton}`)
  return [...keys]
}

/** Of a visitor. */
export function watchKeys({ name, email, phone }: Person): string[] {
  const keys = name ? nameKeys(name, false) : []
  const address = email?.trim().toLowerCase() ?? ''
  const at = address.lastIndexOf('@')
  if (at > 0) keys.push(`email ${address}`, `domain ${address.slice(at + 1)}`)
  return [...keys, ...phoneKeys(phone)]
}

/** Of an entry of the watchlist, which names a whole address or, as `@example.com`, a domain. */
export function listKeys({ name, email, phone }: Person): string[] {
  const keys = name ? nameKeys(name, true) : []
  const address = email?.trim().toLowerCase() ?? ''
  if (address.startsWith('@')) keys.push(`domain ${address.slice(1)}`)
  else if (address) keys.push(`email ${address}`)
  return [...keys, ...phoneKeys(phone)]
}

function phoneKeys(phone: string | null | undefined): string[] {
  const digits = phone?.replace(/\D/g, '') ?? ''
  return digits.length >= 6 ? [`phone ${digits.slice(-9)}`] : []   // the same number with and without its country
}
