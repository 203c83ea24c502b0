/** Sentences and times of a screen that stands somewhere: in the language of whoever stands before it, by the clock on the wall. */
import { translator, type Catalogue, type Sentences, type Translate } from './catalogue.ts'

export interface PlaceWords<E extends Sentences> {
  readonly t: Translate<E>
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  /** `10:00`, at the place. */
  time(ms: number): string
  /** `Tuesday, 10 March`, at the place. */
  date(ms: number): string
}
export function placeWords<E extends Sentences>(speech: Catalogue<E>, zone: string | undefined): PlaceWords<E> {
  const { language, direction } = speech
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    // Day before month in English too: the screen stands where its zone is, and 24 hours are understood everywhere.
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

/** As people who speak it call it: `Deutsch`. */
export function nameOf(language: string): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}
