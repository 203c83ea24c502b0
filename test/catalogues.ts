import { expect } from 'vitest'
import type { Catalogue, Plural, Sentences } from '#web/ui/catalogue.ts'

const placeholders = (sentence: string | Plural): string[] => [...new Set(JSON.stringify(sentence).match(/\{\w+\}/g))].toSorted()

/** A translation says everything the English catalogue says, with all its placeholders and in every plural form of its language. */
export function expectWhole<E extends Sentences>({ language, sentences }: Catalogue<E>, english: Catalogue<E>): void {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()
  expect(Object.keys(sentences).toSorted()).toEqual(Object.keys(english.sentences).toSorted())
  for (const [key, original] of Object.entries<string | Plural>(english.sentences)) {
    const translated: string | Plural = sentences[key]!
    if (typeof translated === 'string') expect(placeholders(translated), key).toEqual(placeholders(original))
    else expect(Object.keys(translated).toSorted(), key).toEqual(forms)
    expect(placeholders(original), key).toEqual(expect.arrayContaining(placeholders(translated)))
    expect(JSON.stringify(translated).trim(), key).not.toBe('""')
  }
}
