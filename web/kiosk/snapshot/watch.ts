/** The watchlist reaches a kiosk as salted hashes: it can recognise a person who is on it, and tell nobody who else is. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Snapshot } from '#contract/kiosks.ts'
import { watchKeys } from '#contract/watch-keys.ts'

export interface Described { name: string; email: string; phone: string }
type Listed = Pick<Snapshot, 'salt' | 'watch' | 'returning'>

// Not the browser's own: that one is there under HTTPS only.
const hash = (salt: string, key: string): string => bytesToHex(sha256(utf8ToBytes(salt + key)))

export function watchedAs({ salt, watch }: Listed, person: Described): 'alert' | 'block' | undefined {
  const hashes = new Set(watchKeys(person).map((key) => hash(salt, key)))
  const actions = watch.filter(({ key }) => hashes.has(key)).map(({ action }) => action)
  return actions.includes('block') ? 'block' : actions[0]
}

export const returningAs = ({ salt, returning }: Listed, email: string): Snapshot['returning'][number] | undefined => {
  const wanted = hash(salt, email.trim().toLowerCase())
  return returning.find(({ key }) => key === wanted)
}
