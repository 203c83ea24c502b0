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

interface Count { passed: number; /** By name. */ failures: readonly string[]; /** What could not be run here. */ notHere?: string; /** Names of tests that passed only when they were run again. */ again?: readonly string[] }
interface Step { readonly name: string; readonly command: readonly string[]; /** A vitest project counts its tests; any other command is one check. */ readonly report?: string; /** As the tests of vitest: on a machine that does other things meanwhile. */ readonly mayRepeat?: true }

const vitest = (project: string): Step => {
  const report = join(reports, `${project}.json`)
  return { name: project, report, command: [bin('vitest'), 'run', '--project', project, '--reporter=default', '--reporter=./test/reporter.ts'] }
}
/** An incident in small, against a house of its own: drills/main.ts ends with this when its fault (a disk, a share of the processor) cannot be made here. */
const notHereCode = 3
const drill = (name: string): Step => ({ name: `drill ${name}`, command: [process.execPath, 'drills/main.ts', name, '--quick'], mayRepeat: true })

const steps: readonly Step[] = [
  { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'documents', command: ['npm', 'run', '--silent', 'docs', '--', '--check'] },
  vitest('unit'),
  vitest('e2e'),
  ...['proxyclick', 'serraview', 'handshakes', 'zendesk', 'starved'].map(drill),
]

let passed = 0
const failures: string[] = [], again: string[] = [], notHere: string[] = []
const wanted = process.argv.slice(2)
for (const step of steps.filter((s) => wanted.length === 0 || wanted.includes(s.name))) {
  const startMs = performance.now()
  let code = await run(step)
  if (step.mayRepeat && code !== 0 && code !== notHereCode) {
    console.log(`${step.name}, once more`)
    code = await run(step)
    if (code === 0) again.push(step.name)
  }
  const count = step.report ? counted(step.report, step.name, code) : single(step, code)
  again.push(...count.again ?? [])
  if (count.notHere) notHere.push(count.notHere)
  passed += count.passed
  failures.push(...count.failures)
  console.log(`${count.notHere ? '–' : count.failures.length === 0 ? '✓' : '✗'} ${step.name}: ${count.notHere ? 'cannot be run here' : `${count.passed} passed, ${count.failures.length} failed`} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`)
}
rmSync(reports, { recursive: true, force: true })
list('Passed at the second try only, which wants to be looked into:', again)
list('Not run, since this machine does not let the fault be made (the reason is said above):', notHere)
list('Failed:', failures)
console.log(`${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1

function list(what: string, names: readonly string[]): void {
  if (names.length > 0) console.log([what, ...names].join('\n  '))
}

function single({ name, command }: Step, code: number): Count {
  if (code === notHereCode && command.includes('drills/main.ts')) return { passed: 0, failures: [], notHere: name }
  return code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [`${name}: it ended with code ${code}, and says above why`] }
}

/** Exit code; output goes where ours goes. */
function run({ command: [command, ...args], report }: Step): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command!, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...report && { env: { ...process.env, LODGE_TEST_REPORT: report } } })
    child.on('error', (error) => { console.error(error.message); resolve(1) })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** A run that fails and names nothing (it was killed, its report was not written) counts as one failure; a skipped test is none that passed. */
function counted(path: string, name: string, code: number): Count {
  const nameless = [`${name}: it ended with code ${code}, and says above why`]
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report
    return code !== 0 && report.failures.length === 0 ? { ...report, failures: nameless } : report
  } catch {
    return { passed: 0, failures: nameless }
  }
}
