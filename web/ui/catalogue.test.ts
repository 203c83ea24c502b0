import { describe, expect, it } from 'vitest'
import { ar } from '#web/messenger/catalogues/ar.ts'
import { en } from '#web/messenger/catalogues/en.ts'
import { expectWhole } from '../../test/catalogues.ts'
import { choose, translator, type Catalogue } from './catalogue.ts'

type Words = Catalogue<(typeof en)['sentences']>
const say = (catalogue: Words) => translator<(typeof en)['sentences']>(catalogue)

describe('a translation', () => {
  it.each([ar])('has every key, every placeholder and every plural form of its language', (catalogue) => expectWhole<(typeof en)['sentences']>(catalogue, en))
})

describe('translator', () => {
  it('chooses the plural form and writes numbers as the language does', () => {
    expect(say(en)('newBelow', { n: 1 })).toBe('1 new message')
    expect(say(en)('newBelow', { n: 1200 })).toBe('1,200 new messages')
    expect([1, 2, 3, 11, 100].map((n) => say(ar)('newBelow', { n }))).toEqual(['رسالة جديدة واحدة', 'رسالتان جديدتان', '3 رسائل جديدة', '11 رسالة جديدة', '100 رسالة جديدة'])
  })
  it('lets what runs from left to right stand for itself between Arabic words', () => {
    expect(say(ar)('removeFile', { name: 'menu.pdf' })).toContain('\u2068menu.pdf\u2069')
    expect(say(ar)('removeFile', { name: 'قائمة' })).not.toMatch(/[\u2068\u2069]/)
  })
  it('inserts values as they are', () => {
    expect(say(en)('removeFile', { name: '$& {who} <b>' })).toBe('Remove $& {who} <b>')
  })
})

it('choose finds the first wanted language, its region or not, else the first there is', () => {
  expect(choose<Words>([en, ar], ['fr', 'ar-EG', 'en']).language).toBe('ar')
  expect(choose<Words>([en, ar], ['AR']).language).toBe('ar')
  expect(choose<Words>([en, ar], ['fr', '']).language).toBe('en')
})
