import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { outdated } from './docs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

it('[AL1] every finding that wakes somebody stands in the list of alerts, with what to do', async () => {
  const list = await readFile(join(root, 'docs/alerts.md'), 'utf8')
  const asked: string[] = []
  for await (const file of glob('server/**/*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts')) continue
    for (const [, id] of (await readFile(join(root, file), 'utf8')).matchAll(/findings\.look(?:All)?\(['`]([^'`]+)['`]/g)) asked.push(id!)
  }
  expect(asked.length).toBeGreaterThan(8)
  // `figure:` is the first table, a row each; `${kind}` stands for sockets, timers and files.
  const wanted = asked.filter((id) => id !== 'figure:').flatMap((id) => id.includes('${kind}') ? ['sockets', 'timers', 'files'].map((kind) => id.replace('${kind}', kind)) : [id])
  expect(wanted.filter((id) => !list.includes(`| \`${id}`))).toEqual([])
})

it('every generated document says what the code says (else: npm run docs)', () => {
  expect(outdated()).toEqual([])
})
