import { choose, translator, type Catalogue } from '#web/ui/catalogue.ts'
import { ar } from './words.ar.ts'
import { en, type DrillSentences } from './words.en.ts'

const wanted = (): string[] => {
  try {
    const { language } = JSON.parse(localStorage.getItem('lodge:preferences') ?? '{}') as { language?: string }
    return [...(language ? [language] : []), ...navigator.languages]
  } catch { return [...navigator.languages] }
}
/** As the console beside it. */
export const spoken = choose<Catalogue<DrillSentences>>([en, ar], wanted())
export const t = translator<DrillSentences>(spoken)
const tenths = new Intl.NumberFormat(spoken.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
export const seconds = (ms: number): string => t('seconds', { time: tenths.format(ms / 1000) })
