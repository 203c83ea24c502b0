/** Writes the documents that are made from code: `npm run docs`. With `--check` it writes nothing and fails when one is out of date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { options, type Option } from '#contract/config.ts'
import { alertList } from './alert-list.ts'
import { dashboard } from './grafana.ts'

/** Path from the root → text. One more generated document is one more line. */
export const documents: Record<string, () => string> = {
  'docs/config.md': configuration,
  'docs/grafana-dashboard.json': dashboard,
  'docs/alerts.md': alertList,
}

function configuration(): string {
  const groups = Object.entries(Object.groupBy(Object.values<Option>(options), (option) => option.group))
  return `# Configuration

Lodge reads these environment variables once, when it starts; a wrong value stops the start with a sentence that names it. An
empty variable counts as not set. Nothing needs to be set to try Lodge. This page is made from \`contract/config.ts\` by \`npm run docs\`.
${groups.map(([group, members]) => `
## ${group}

| Variable | Value | Default | |
|---|---|---|---|
${members.map((option) => `| \`${option.env}\` | ${valueOf(option)} | ${defaultOf(option)} | ${option.text} |`).join('\n')}
`).join('')}`
}

function valueOf(option: Option): string {
  switch (option.kind) {
    case 'integer': return `${option.min} to ${option.max}${option.unit && ` ${option.unit}`}`
    case 'choice': return option.of.map((one) => `\`${one}\``).join(', ')
    case 'some': return `some of ${option.of.map((one) => `\`${one}\``).join(', ')}`
    case 'url': return option.schemes.map((scheme) => `\`${scheme}://…\``).join(' or ')
    case 'networks': return 'addresses and networks'
    case 'proxies': return 'addresses, `true` or `false`'
    case 'time': return 'a time of day'
    case 'text': case 'folder': case 'file': return option.kind
  }
}

const defaultOf = (option: Option): string => 'default' in option && option.kind !== 'some' ? `\`${option.default}\`` : '–'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const current = (path: string): string | undefined => {
  try {
    return readFileSync(at(path), 'utf8')
  } catch {
    return undefined
  }
}
/** The documents that no longer say what the code says. */
export const outdated = (): string[] => Object.entries(documents).flatMap(([path, write]) => current(path) === write() ? [] : [path])

if (import.meta.main) {
  const stale = outdated()
  if (!process.argv.includes('--check')) for (const path of stale) writeFileSync(at(path), documents[path]!())
  else if (stale.length > 0) {
    console.error(`Out of date: ${stale.join(', ')}. Run "npm run docs" and commit.`)
    process.exitCode = 1
  }
}
