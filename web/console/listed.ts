import { language } from './words.ts'

/** "Kiosk, SMS, and Reports" */
export const listed = (words: readonly string[]): string => new Intl.ListFormat(language, { type: 'conjunction' }).format(words)
