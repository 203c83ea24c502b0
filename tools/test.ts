/**
 * `npm test`: everything that must hold, in the order in which it fails fastest. Ends with one line, `N passed, N failed`. What this
 * machine does not let be tried is neither, and is named before it.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (name: string): string => join(root, 'node_modules/.bin', name)
const reports = mkdtempSync(join(tmpdir(), 'lodge-test-'))

interface Count { passed: number; failed: number; /** What could not be run here. */ notHere?: string; /** Names of tests that passed only when they were run again. */ again?: readonly string[] }
interface Step { readonly name: string; readonly command: readonly string[]; /** A vitest project counts its tests; any other command is one check. */ readonly report?: string; /** As the tests of vitest: on a machine that does other things meanwhile. */ readonly mayRepeat?: true }

const vitest = (project: string): Step => {
  const report = join(reports, `${project}.json`)
  return { name: project, report, command: [bin('vitest'), 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`] }
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

let total: Count = { passed: 0, failed: 0 }
const again: string[] = [], notHere: string[] = []
const wanted = process.argv.slice(2)
for (const step of steps.filter((s) => wanted.length === 0 || wanted.includes(s.name))) {
  const startMs = performance.now()
  let code = await run(step.command)
  if (step.mayRepeat && code !== 0 && code !== notHereCode) {
    console.log(`${step.name}, once more`)
    code = await run(step.command)
    if (code === 0) again.push(step.name)
  }
  const count = step.report ? counted(step.report, code) : single(step, code)
  again.push(...count.again ?? [])
  if (count.notHere) notHere.push(count.notHere)
  total = { passed: total.passed + count.passed, failed: total.failed + count.failed }
  console.log(`${count.notHere ? '–' : count.failed === 0 ? '✓' : '✗'} ${step.name}: ${count.notHere ? 'cannot be run here' : `${count.passed} passed, ${count.failed} failed`} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`)
}
rmSync(reports, { recursive: true, force: true })
if (again.length > 0) console.log(`Passed at the second try only, which wants to be looked into:\n${again.map((name) => `  ${name}`).join('\n')}`)
if (notHere.length > 0) console.log(`Not run, since this machine does not let the fault be made (the reason is said above):\n${notHere.map((name) => `  ${name}`).join('\n')}`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

function single({ name, command }: Step, code: number): Count {
  if (code === notHereCode && command.includes('drills/main.ts')) return { passed: 0, failed: 0, notHere: name }
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
}

/** Exit code; output goes where ours goes. */
function run([command, ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command!, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', (error) => { console.error(error.message); resolve(1) })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

interface Report { numPassedTests: number; numFailedTests: number; testResults: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[] }

/** A run that fails outside of a test (an unhandled rejection, a leak, a file that does not load) counts as one failure more; a skipped test is none that passed. */
function counted(report: string, code: number): Count {
  try {
    const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
    const again = testResults.flatMap((file) => file.assertionResults.filter((t) => t.status === 'passed' && t.failureMessages.length > 0).map((t) => `${t.fullName}: ${t.failureMessages[0]!.split('\n')[0]}`))
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, again }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
