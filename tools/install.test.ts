import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { missing } from './complete-lock.ts'

it('a fresh clone can install: the lock file names every optional package (else: node tools/complete-lock.ts)', () => {
  expect(missing(JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Parameters<typeof missing>[0])).toEqual([])
})
