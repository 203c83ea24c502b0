/** The language of a screen that stands somewhere, for whatever is drawn on it. */
import { createContext } from 'preact'
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'
import type { KioskLanguage } from '#contract/places.ts'
import type { Catalogue, Sentences } from './catalogue.ts'
import { placeWords, type PlaceWords } from './place-words.ts'

/** @param load one per language; each is brought when somebody reads it */
export function spokenWords<E extends Sentences>(english: Catalogue<E>, load: Readonly<Record<Exclude<KioskLanguage, 'en'>, () => Promise<Catalogue<E>>>>) {
  const all: Readonly<Record<string, () => Promise<Catalogue<E>>>> = { ...load, en: async () => english }
  /** Undefined while it is neither here nor to be had. */
  const speechOf = async (language: string): Promise<Catalogue<E> | undefined> => all[language]?.().catch(() => undefined)
  const context = createContext<PlaceWords<E>>(placeWords(english, undefined))

  /** The words in a language, as soon as they are here; until then those before. The page says which it is in. */
  function useSpoken(language: string, zone: string | undefined): PlaceWords<E> {
    const [speech, setSpeech] = useState(english)
    useEffect(() => {
      let isLatest = true
      void speechOf(language).then((found) => { if (isLatest && found) setSpeech(found) })
      return () => { isLatest = false }
    }, [language])
    useEffect(() => { Object.assign(document.documentElement, { lang: speech.language, dir: speech.direction }) }, [speech])
    return useMemo(() => placeWords(speech, zone), [speech, zone])
  }
  return { speechOf, useSpoken, WordsOf: context.Provider, useWords: () => useContext(context) }
}
