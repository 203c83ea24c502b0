import { expect, it } from 'vitest'
import { kioskLanguages } from '#contract/places.ts'
import { expectWhole } from '../../../test/catalogues.ts'
import { speechOf } from '../words.ts'
import { en } from './en.ts'

it.each(kioskLanguages)('says everything in %s, with its plural forms and placeholders', async (language) => {
  const speech = (await speechOf(language))!
  expect([speech.language, speech.direction]).toEqual([language, language === 'ar' ? 'rtl' : 'ltr'])
  expect(Object.keys(speech.sentences)).toEqual(Object.keys(en.sentences))
  expectWhole(speech, en)
})
