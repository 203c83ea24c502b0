import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { errorCodes } from '#contract/errors.ts'
import type { Plural } from '#web/ui/catalogue.ts'
import { ar } from './ar.ts'
import { en } from './en.ts'

const placeholders = (sentence: string | Plural): string[] => [...new Set(JSON.stringify(sentence).match(/\{\w+\}/g))].toSorted()

it('says of every error what it means', () => {
  expect(Object.keys(en.sentences)).toEqual(expect.arrayContaining(errorCodes.map((code) => `error_${code}`)))
})

it('says everything in Arabic, with its plural forms and placeholders', () => {
  const forms = new Intl.PluralRules('ar').resolvedOptions().pluralCategories.toSorted()
  expect(Object.keys(ar.sentences).toSorted()).toEqual(Object.keys(en.sentences).toSorted())
  for (const [key, english] of Object.entries(en.sentences)) {
    const arabic: string | Plural = ar.sentences[key as keyof typeof en.sentences]
    if (typeof arabic === 'string') expect(placeholders(arabic), key).toEqual(placeholders(english))
    else expect(Object.keys(arabic).toSorted(), key).toEqual(forms)
    expect(placeholders(english), key).toEqual(expect.arrayContaining(placeholders(arabic)))
  }
})

it('says no key in two files, of which one would silently be the other', () => {
  const folder = import.meta.dirname
  for (const language of ['en', 'ar']) {
    const keys = readdirSync(folder).filter((name) => name === `${language}.ts` || name.endsWith(`.${language}.ts`))
      .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(name === 'ar.ts' ? /^ {4}(\w+): /gm : /^ {2}(\w+): /gm)].map(([, key]) => key!)).filter((key) => key in en.sentences)
    expect(keys.filter((key, i) => keys.indexOf(key) !== i), language).toEqual([])
    expect(keys.length).toBeGreaterThan(500)
  }
})
