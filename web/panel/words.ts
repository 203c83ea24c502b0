import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Catalogue } from '#web/ui/catalogue.ts'
import { placeWords, speechLoader, type PlaceWords } from '#web/ui/place-words.ts'
import { en, type PanelSentences } from './catalogues/en.ts'

export type Speech = Catalogue<PanelSentences>
export type Words = PlaceWords<PanelSentences>
export const languages = ['en', 'de', 'fr', 'es', 'zh', 'ar'] as const
export const speechOf = speechLoader<Speech>({
  en: async () => en,
  de: async () => (await import('./catalogues/de.ts')).de,
  fr: async () => (await import('./catalogues/fr.ts')).fr,
  es: async () => (await import('./catalogues/es.ts')).es,
  zh: async () => (await import('./catalogues/zh.ts')).zh,
  ar: async () => (await import('./catalogues/ar.ts')).ar,
})
export const wordsOf = (speech: Speech, zone: string | undefined): Words => placeWords(speech, zone)

const context = createContext<Words>(wordsOf(en, undefined))
export const WordsOf = context.Provider
export const useWords = (): Words => useContext(context)
