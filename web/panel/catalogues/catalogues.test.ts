import { expect, it } from 'vitest'
import { kioskLanguages } from '#contract/places.ts'
import type { Plural } from '#web/ui/catalogue.ts'
import { speechOf } from '../words.ts'
import { en } from './en.ts'

const placeholders = (sentence: string | Plural): string[] => [...new Set(JSON.stringify(sentence).match(/\{\w+\}/g))].toSorted()

it.each(kioskLanguages)('says everything in %s, with its plural forms and placeholders', async (language) => {
  const { sentences, direction, language: own } = (await speechOf(language))!
  expect([own, direction]).toEqual([language, language === 'ar' ? 'rtl' : 'ltr'])
  expect(Object.keys(sentences)).toEqual(Object.keys(en.sentences))
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()
  for (const [key, english] of Object.entries(en.sentences)) {
    const sentence: string | Plural = sentences[key as keyof typeof en.sentences]
    if (typeof sentence === 'string') expect(placeholders(sentence), key).toEqual(placeholders(english))
    else expect(Object.keys(sentence).toSorted(), key).toEqual(forms)
  }
})
