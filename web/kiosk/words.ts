import { spokenWords } from '#web/ui/preact-words.ts'
import { en, type KioskSentences } from './catalogues/en.ts'

export const { speechOf, useSpoken, WordsOf, useWords } = spokenWords<KioskSentences>(en, {
  de: async () => (await import('./catalogues/de.ts')).de,
  fr: async () => (await import('./catalogues/fr.ts')).fr,
  es: async () => (await import('./catalogues/es.ts')).es,
  zh: async () => (await import('./catalogues/zh.ts')).zh,
  ar: async () => (await import('./catalogues/ar.ts')).ar,
})
