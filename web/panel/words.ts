import type { PlaceWords } from '#web/ui/place-words.ts'
import { spokenWords } from '#web/ui/preact-words.ts'
import { en, type PanelSentences } from './catalogues/en.ts'

export type Words = PlaceWords<PanelSentences>
export const { speechOf, useSpoken, WordsOf, useWords } = spokenWords<PanelSentences>(en, {
  de: async () => (await import('./catalogues/de.ts')).de,
  fr: async () => (await import('./catalogues/fr.ts')).fr,
  es: async () => (await import('./catalogues/es.ts')).es,
  zh: async () => (await import('./catalogues/zh.ts')).zh,
  ar: async () => (await import('./catalogues/ar.ts')).ar,
})
