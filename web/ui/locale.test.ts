import { afterEach, expect, it, vi } from 'vitest'
import { localeFor } from './locale.ts'

afterEach(() => { vi.unstubAllGlobals() })

it('takes the reader’s own region, and nothing that Intl throws at', () => {
  vi.stubGlobal('navigator', { languages: ['en-US@posix', 'de-CH', 'en-IE'] })
  expect(localeFor('en', 'en-GB')).toBe('en-IE')
  expect(localeFor('de')).toBe('de-CH')
  expect(localeFor('ar')).toBe('ar')
  vi.stubGlobal('navigator', { languages: ['en-US@posix'] })
  expect(localeFor('en', 'en-GB')).toBe('en-GB')
})
