import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { translator, type Catalogue, type Translate } from '#web/ui/catalogue.ts'
import { en, type KioskSentences } from './catalogues/en.ts'

export type Speech = Catalogue<KioskSentences>
const load: Readonly<Record<string, () => Promise<Speech>>> = {
  en: async () => en,
  de: async () => (await import('./catalogues/de.ts')).de,
  fr: async () => (await import('./catalogues/fr.ts')).fr,
  es: async () => (await import('./catalogues/es.ts')).es,
  zh: async () => (await import('./catalogues/zh.ts')).zh,
  ar: async () => (await import('./catalogues/ar.ts')).ar,
}
const loaded = new Map<string, Speech>([['en', en]])

/** Undefined while it is neither here nor to be had. */
export async function speechOf(language: string): Promise<Speech | undefined> {
  const known = loaded.get(language)
  if (known) return known
  const speech = await load[language]?.().catch(() => undefined)
  if (speech) loaded.set(language, speech)
  return speech
}

/** As people who speak it call it: `Deutsch`. */
export function nameOf(language: string): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}

export interface Words {
  readonly t: Translate<KioskSentences>
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  /** `10:00`, at the place. */
  time(ms: number): string
  /** `Tuesday, 10 March`, at the place. */
  date(ms: number): string
}
export function wordsOf(speech: Speech, zone: string | undefined): Words {
  const { language, direction } = speech
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    // Day before month in English too: the kiosk stands where its zone is, and 24 hours are understood everywhere.
    const tag = language === 'en' ? 'en-GB' : language
    try {
      return new Intl.DateTimeFormat(tag, { ...options, ...(zone && { timeZone: zone }) })
    } catch {
      return new Intl.DateTimeFormat(tag, options)
    }
  }
  const times = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const dates = format({ weekday: 'long', day: 'numeric', month: 'long' })
  return { t: translator(speech), language, direction, time: (ms) => times.format(ms), date: (ms) => dates.format(ms) }
}

const context = createContext<Words>(wordsOf(en, undefined))
export const WordsOf = context.Provider
export const useWords = (): Words => useContext(context)
