import { choose, translator, type Catalogue } from '#web/ui/catalogue.ts'
import { en, type ConsoleSentences } from './catalogues/en.ts'
import { preferences } from './kept/preferences.ts'

/** The others are loaded only by those who read them. */
const spoken = [{ language: 'en', load: async (): Promise<Catalogue<ConsoleSentences>> => en }, { language: 'ar', load: async () => (await import('./catalogues/ar.ts')).ar }] as const

const { language: wanted } = preferences.get()
const catalogue: Catalogue<ConsoleSentences> = await choose<(typeof spoken)[number]>([...spoken], wanted === 'auto' ? navigator.languages : [wanted]).load()

export const t = translator<ConsoleSentences>(catalogue)
export const language = catalogue.language
export const direction = catalogue.direction
