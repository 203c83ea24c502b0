import { execFile } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { Report } from './reporter.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

it('names every failure wherever it happens, and what passed at the second try only', async () => {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'lodge-reporter-'))
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'some.test.ts'), `import { afterAll, describe, expect, it } from 'vitest'
      let tries = 0
      it('passes', () => {})
      it('is fickle', () => { expect(++tries).toBe(2) })
      it('fails', () => { expect('one').toBe('two') })
      it.skip('is left out', () => {})
      describe('a group', () => { afterAll(() => { throw new Error('its folder is in use') }); it('is fine', () => {}) })
      it('leaves something', () => { void Promise.reject(new Error('nobody listens')) })`)
    await writeFile(join(folder, 'broken.test.ts'), `throw new Error('does not load')`)
    const path = join(folder, 'report.json')
    const code = await new Promise<unknown>((resolve) => {
      execFile(join(root, 'node_modules/.bin/vitest'), ['run', '--root', folder, '--retry=1', `--reporter=${join(root, 'test/reporter.ts')}`],
        { cwd: root, env: { ...process.env, VITEST: undefined, LODGE_TEST_REPORT: path } }, (error) => { resolve(error?.code ?? 0) })
    })
    const report = JSON.parse(await readFile(path, 'utf8')) as Report
    expect([code, report]).toEqual([1, {
      files: {
        'broken.test.ts': { passed: 0, failures: ['broken.test.ts: does not load (broken.test.ts:1)'], again: [] },
        'some.test.ts': {
          passed: 4,
          failures: [
            'some.test.ts › a group: its folder is in use (some.test.ts:7)',
            `some.test.ts › fails: expected 'one' to be 'two' // Object.is equality (some.test.ts:5)`,
            'some.test.ts, outside of its tests: nobody listens (some.test.ts:8)',
          ],
          again: ['some.test.ts › is fickle: expected 1 to be 2 // Object.is equality (some.test.ts:4)'],
        },
      },
      homeless: [],
    }])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
