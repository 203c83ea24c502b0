import type { Translate } from '#web/ui/catalogue.ts'
import { localeFor } from '#web/ui/locale.ts'
import type { MessengerSentences } from './catalogues/en.ts'

export interface Times {
  /** 14:02 */
  clock(at: string): string
  /** Today, Yesterday, Thursday 12 November; with the year when it is another one. */
  day(at: string): string
  /** 12 November */
  date(at: string): string
  /** So much later, to the next full minute: 14:02, on another day Thursday 12 November, 14:02. */
  next(afterMs: number): string
  /** Date and time in full, for a tooltip. */
  exact(at: string): string
}

/** Times as they are written where the reader lives, in the reader's zone: a browser in British English wants 14:02 of an English catalogue, not 2:02 PM. */
export function times(language: string, t: Translate<MessengerSentences>, now: () => number): Times {
  const locale = localeFor(language)
  const format = (options: Intl.DateTimeFormatOptions): ((at: string | Date) => string) => {
    const formatter = new Intl.DateTimeFormat(locale, options)
    return (at) => formatter.format(new Date(at))
  }
  const clock = format({ timeStyle: 'short' })
  const weekday = format({ weekday: 'long', day: 'numeric', month: 'long' })
  const withYear = format({ day: 'numeric', month: 'long', year: 'numeric' })
  const date = format({ day: 'numeric', month: 'long' })
  const exact = format({ dateStyle: 'full', timeStyle: 'short' })
  return {
    clock, date, exact,
    next(afterMs) {
      const at = new Date(Math.ceil((now() + afterMs) / 60_000) * 60_000)
      return sameDay(at, new Date(now())) ? clock(at) : `${weekday(at)}, ${clock(at)}`
    },
    day(at) {
      const today = new Date(now())
      const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
      if (sameDay(at, today)) return t('today')
      if (sameDay(at, yesterday)) return t('yesterday')
      return new Date(at).getFullYear() === today.getFullYear() ? weekday(at) : withYear(at)
    },
  }
}

export const sameDay = (a: string | Date, b: string | Date): boolean => dayOf(a) === dayOf(b)

// Asked for every message at every change of the thread, and slow to work out.
const days = new Map<string, string>()
function dayOf(at: string | Date): string {
  if (typeof at !== 'string') return at.toDateString()
  const day = days.get(at) ?? new Date(at).toDateString()
  days.set(at, day)
  return day
}
