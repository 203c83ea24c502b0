import { choose, type Catalogue } from '#web/ui/catalogue.ts'
import { en, type MessengerSentences } from './catalogues/en.ts'

export type Speech = Catalogue<MessengerSentences>
interface Language { readonly language: string; readonly load: () => Promise<Speech> }

/** English travels with the launcher; any other language is one small file, fetched when it is wanted. */
const languages: readonly [Language, ...Language[]] = [
  { language: 'en', load: async () => en },
  { language: 'ar', load: async () => (await import('./catalogues/ar.ts')).ar },
]

/** `wanted` is the inbox's setting: `auto` = the browser's languages, else a tag. While the file cannot be reached, `now` stays. */
export async function speech(wanted: string, now: Speech): Promise<Speech> {
  const { language, load } = choose(languages, wanted === 'auto' ? navigator.languages : [wanted])
  if (language === now.language) return now
  try {
    return await load()
  } catch {
    return now
  }
}
