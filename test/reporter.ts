/**
 * What tools/test.ts says at the end of a run: every failure by its name, wherever it happened (a test, a hook, a file that does not load, a rejection that
 * nobody handled), since the end is what one reads of a long log, and in CI often all that is kept. Written as JSON to `LODGE_TEST_REPORT`.
 */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

export interface FileReport {
  readonly passed: number
  /** `file › test: first line of the error (file:line)`. */
  readonly failures: readonly string[]
  /** Passed, and only when it was run again. */
  readonly again: readonly string[]
}
export interface Report {
  readonly files: Readonly<Record<string, FileReport>>
  /** Failures of which nobody knows where they belong. */
  readonly homeless: readonly string[]
}

/** Vitest's shape of an error that came from another process. */
interface Told { readonly message?: string; readonly name?: string; readonly stack?: string; readonly VITEST_TEST_PATH?: string }
/** Its first words, and the place in a test where they were said: a wait that ended says the same in each. */
function told(errors: readonly Told[] | undefined): string {
  const [error] = errors ?? []
  const place = error?.stack?.split('\n').find((line) => /:\d+:\d+\)?$/.test(line) && !/node_modules|node:/.test(line))?.match(/([^/]+:\d+):\d+\)?$/)?.[1]
  return `${(error?.message ?? error?.name ?? 'it does not say why').split('\n')[0]}${place ? ` (${place})` : ''}`
}

function reportOf(module: TestModule, unhandled: readonly Told[]): FileReport {
  let passed = 0
  const file = module.relativeModuleId, failures: string[] = [], again: string[] = []
  if (module.errors().length > 0) failures.push(`${file}: ${told(module.errors())}`)
  for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failures.push(`${file} › ${suite.fullName}: ${told(suite.errors())}`)
  for (const test of module.children.allTests()) {
    const { state, errors } = test.result()
    const line = `${file} › ${test.fullName}: ${told(errors)}`
    if (state === 'failed') failures.push(line)
    if (state !== 'passed') continue
    passed++
    if (errors && errors.length > 0) again.push(line)
  }
  failures.push(...unhandled.map((error) => `${file}, outside of its tests: ${told([error])}`))
  return { passed, failures, again }
}

export default class EndReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Told[]): void {
    const path = process.env['LODGE_TEST_REPORT']
    if (!path) return
    const root = modules[0]?.project.config.root ?? ''
    const homes = new Set(modules.map((m) => m.relativeModuleId))
    const homeOf = (error: Told): string => relative(root, error.VITEST_TEST_PATH ?? '')
    const files = modules.map((m) => [m.relativeModuleId, reportOf(m, unhandled.filter((error) => homeOf(error) === m.relativeModuleId))] as const)
    const homeless = unhandled.filter((error) => !homes.has(homeOf(error))).map((error) => `outside of every test: ${told([error])}`)
    writeFileSync(path, JSON.stringify({ files: Object.fromEntries(files), homeless } satisfies Report))
  }
}
