/**
 * `npm test`: everything that must hold, in the order in which it fails fastest. Ends with one line, `N passed, N failed`. What this
 * machine does not let be tried is neither, and is named before it.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '#test/reporter.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (name: string): string => join(root, 'node_modules/.bin', name)
const reports = mkdtempSync(join(tmpdir(), 'lodge-test-'))

interface Count { passed: number; /** By name. */ failures: readonly string[]; /** What could not be run here. */ notHere?: string; /** What passed only when it was run again. */ again: readonly string[] }
interface Step { readonly name: string; run(): Promise<Count> }

/** A vitest project counts its tests; any other command is one check. */
const vitest = (project: string): Step => ({ name: project, run: () => runTests(project) })
const check = (name: string, ...command: string[]): Step => ({ name, run: async () => single(name, await run(command)) })
/** An incident in small, against a house of its own. As the tests of vitest, on a machine that does other things meanwhile: it may need a second try. */
const drill = (incident: string): Step => {
  const name = `drill ${incident}`
  const once = (): Promise<number> => run([process.execPath, 'drills/main.ts', incident, '--quick'])
  return { name, async run() {
    const first = await once()
    if (first === notHereCode) return { passed: 0, failures: [], again: [], notHere: name }
    if (first === 0) return single(name, first)
    console.log(`${name}, once more`)
    const second = single(name, await once())
    return second.passed ? { ...second, again: [name] } : second
  } }
}
/** drills/main.ts ends with this when its fault (a disk, a share of the processor) cannot be made here. */
const notHereCode = 3
/** More than these files do not fail because the machine was busy. */
const filesAgainMax = 5

const steps: readonly Step[] = [
  check('types', 'npm', 'run', '--silent', 'types'),
  check('lint', 'npm', 'run', '--silent', 'lint'),
  check('documents', 'npm', 'run', '--silent', 'docs', '--', '--check'),
  vitest('unit'),
  vitest('e2e'),
  ...['proxyclick', 'serraview', 'handshakes', 'zendesk', 'starved'].map(drill),
]

let passed = 0
const failures: string[] = [], again: string[] = [], notHere: string[] = []
const wanted = process.argv.slice(2)
for (const step of steps.filter((s) => wanted.length === 0 || wanted.includes(s.name))) {
  const startMs = performance.now()
  const count = await step.run()
  passed += count.passed
  failures.push(...count.failures)
  again.push(...count.again)
  if (count.notHere) notHere.push(count.notHere)
  console.log(`${count.notHere ? '–' : count.failures.length === 0 ? '✓' : '✗'} ${step.name}: ${count.notHere ? 'cannot be run here' : `${count.passed} passed, ${count.failures.length} failed`} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`)
}
rmSync(reports, { recursive: true, force: true })
list('Passed at a second try only, which wants to be looked into:', again)
list('Not run, since this machine does not let the fault be made (the reason is said above):', notHere)
list('Failed:', failures)
console.log(`${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1

function list(what: string, names: readonly string[]): void {
  if (names.length > 0) console.log([what, ...names].join('\n  '))
}

function nameless(name: string, code: number): string { return `${name}: it ended with code ${code}, and says above why` }
function single(name: string, code: number): Count {
  return code === 0 ? { passed: 1, failures: [], again: [] } : { passed: 0, failures: [nameless(name, code)], again: [] }
}

/** All files; then those that failed once more, in a fresh house: a test's own second try finds what its first has left behind, and a hook has no second try. */
async function runTests(project: string): Promise<Count> {
  const first = await tests(project, [])
  const failed = Object.entries(first.files).flatMap(([file, { failures: of }]) => of.length > 0 ? [file] : [])
  if (failed.length === 0 || failed.length > filesAgainMax || first.homeless.length > 0) return counted(first)
  console.log(`Once more, by themselves: ${failed.join(', ')}`)
  const second = await tests(project, failed)
  const count = counted({ files: { ...first.files, ...second.files }, homeless: second.homeless })
  return { ...count, again: [...count.again, ...failed.flatMap((file) => second.files[file]?.failures.length === 0 ? first.files[file]!.failures : [])] }
}
function counted({ files, homeless }: Report): Count {
  const all = Object.values(files)
  return { passed: all.reduce((sum, file) => sum + file.passed, 0), failures: [...all.flatMap((file) => file.failures), ...homeless], again: all.flatMap((file) => file.again) }
}
/** A run that fails and names nothing (it was killed, its report was not written) is one failure; a skipped test is none that passed. */
async function tests(project: string, files: readonly string[]): Promise<Report> {
  const path = join(reports, `${project}.json`)
  rmSync(path, { force: true })
  const code = await run([bin('vitest'), 'run', '--project', project, '--reporter=default', '--reporter=./test/reporter.ts', ...files], { LODGE_TEST_REPORT: path })
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report
    return code !== 0 && counted(report).failures.length === 0 ? { ...report, homeless: [nameless(project, code)] } : report
  } catch {
    return { files: {}, homeless: [nameless(project, code)] }
  }
}

/** Exit code; output goes where ours goes. */
function run([command, ...args]: readonly string[], more: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command!, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...more } })
    child.on('error', (error) => { console.error(error.message); resolve(1) })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
