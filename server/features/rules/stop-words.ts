import { trimmed } from '#server/kernel/code-points.ts'
import { plain } from './words.ts'

const words: ReadonlySet<string> = new Set(['stop', 'stopall', 'stop all', 'unsubscribe', 'quit', 'opt out', 'optout'])

/** The whole message, but for punctuation. */
export const isStopWord = (text: string): boolean => text.length < 60 && words.has(trimmed(plain(text), /[\s\p{P}]/u))
