/**
 * What tools/test.ts says at the end of a run: every failure by its name, wherever it happened (a test, a hook, a file that does not load, a rejection that
 * nobody handled), since the end is what one reads of a long log, and in CI often all that is kept. Written as JSON to `LODGE_TEST_REPORT`.
 */
import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export interface Report {
  readonly passed: number
  /** `file › test: first line of the error (file:line)`. */
  readonly failures: readonly string[]
  /** Passed, and only when it was run again. */
  readonly again: readonly string[]
}

/** Vitest's shape of an error that came from another process. */
interface Told { readonly message?: string; readonly name?: string; readonly stack?: string }
/** Its first words, and the place in a test where they were said: a wait that ended says the same in each. */
function told(errors: readonly Told[] | undefined): string {
  const [error] = errors ?? []
  const place = error?.stack?.split('\n').find((line) => /:\d+:\d+\)?$/.test(line) && !/node_modules|node:/.test(line))?.match(/([^/]+:\d+):\d+\)?$/)?.[1]
  return `${(error?.message ?? error?.name ?? 'it does not say why').split('\n')[0]}${place ? ` (${place})` : ''}`
}

export function reportOf(modules: readonly TestModule[], unhandled: readonly Told[]): Report {
  let passed = 0
  const failures: string[] = [], again: string[] = []
  for (const module of modules) {
    if (module.errors().length > 0) failures.push(`${module.relativeModuleId}: ${told(module.errors())}`)
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failures.push(`${module.relativeModuleId} › ${suite.fullName}: ${told(suite.errors())}`)
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result()
      const line = `${module.relativeModuleId} › ${test.fullName}: ${told(errors)}`
      if (state === 'failed') failures.push(line)
      if (state !== 'passed') continue
      passed++
      if (errors && errors.length > 0) again.push(line)
    }
  }
  return { passed, failures: [...failures, ...unhandled.map((error) => `outside of every test: ${told([error])}`)], again }
}

export default class EndReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Told[]): void {
    const path = process.env['LODGE_TEST_REPORT']
    if (path) writeFileSync(path, JSON.stringify(reportOf(modules, unhandled)))
  }
}
