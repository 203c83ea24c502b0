import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { errorCodes } from '#contract/errors.ts'
import { expectWhole } from '../../../test/catalogues.ts'
import { ar } from './ar.ts'
import { en, type ConsoleSentences } from './en.ts'

it('says of every error what it means', () => {
  expect(Object.keys(en.sentences)).toEqual(expect.arrayContaining(errorCodes.map((code) => `error_${code}`)))
})

it('says everything in Arabic, with its plural forms and placeholders', () => {
  expectWhole<ConsoleSentences>(ar, en)
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
