import type { Catalogue } from '#web/ui/catalogue.ts'
import { en, type ConsoleSentences } from './en.ts'

export const ar: Catalogue<ConsoleSentences> = { language: 'ar', direction: 'rtl', sentences: en.sentences }
