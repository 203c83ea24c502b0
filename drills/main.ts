/** `npm run drill`: incidents replayed against the real system. See docs/decisions/0021-drills.md. */
import { randomInt } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { whenAskedToEnd } from '#server/jobs/asked-to-end.ts'
import type { Drill, DrillName } from './drill.ts'
import { handshakes } from './handshakes.ts'
import { NotHere } from './not-here.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import { proxyclick } from './proxyclick.ts'
import { writeReport } from './report/files.ts'
import { recordOf } from './report/record.ts'
import { run, type Run } from './runner.ts'
import { scales, type Scale } from './scale.ts'
import { serraview } from './serraview.ts'
import { starved } from './starved.ts'
import { openTable } from './table.ts'
import { zendesk } from './zendesk.ts'

const drills: Readonly<Record<string, Drill>> = { proxyclick, serraview, handshakes, zendesk, starved }
/** For tools/test.ts. */
const notHereCode = 3
const usage = `npm run drill -- NAME… | all [--control] [--quick] [--soak]

Replays an incident against a Lodge of its own: ${Object.keys(drills).join(', ')}. First with the protections on, then, as the control,
the same with them off. Writes drills/reports/NAME.json and drills/reports/index.html. Ends with 1 when a bar is missed,
with ${notHereCode} when nothing was missed and this machine does not let a fault be made.

  --control   only the control; ends with 0 when it broke, with 1 when it did not
  --quick     a small house and short faults, without the control; a run that is void is made once more
  --seed S    of all that the load chooses by chance, a whole number; printed and in the report, so that a run can be repeated
  --soak      serraview for 30 minutes, without the control
  --set N=V   another size, such as visitors=2000 (drills/scale.ts names them); cores=N holds the house to N cores`

/** Quick runs are for tests, and leave the committed report alone. */
const folderOf = (isQuick: boolean): string => fileURLToPath(new URL(isQuick ? 'reports/quick/' : 'reports/', import.meta.url))
const stop = new AbortController()
whenAskedToEnd((_, isAgain) => { if (isAgain) process.exit(130); stop.abort() })
/** Of 47 s each: half an hour. */
const soakCycles = 39
const table = openTable((line) => console.log(line))
process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { control: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, soak: { type: 'boolean', default: false }, seed: { type: 'string' }, set: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', default: false } } })
  const names = positionals.includes('all') ? Object.keys(drills) : positionals
  const unknown = names.filter((name) => !(name in drills))
  if (values.help || names.length === 0 || unknown.length > 0) {
    console.error(unknown.length > 0 ? `There is no drill "${unknown[0]}".\n\n${usage}` : usage)
    return values.help ? 0 : 2
  }
  let scale: Scale, seed: number
  try {
    [scale, seed] = [scaleOf(values), seedOf(values.seed)]
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    return 2
  }
  let passed = 0, failed = 0, notHere = 0
  for (const name of names as DrillName[]) {
    const drill = drills[name]!
    const isSoak = values.soak && drill === serraview
    const parts = drill.off.length === 0 ? [false] : values.control ? [true] : values.quick || isSoak ? [false] : [false, true]
    for (const isControl of parts) {
      console.log(`\n${name}${isControl ? ', the control: without ' + drill.off.join(', ') : ''}`)
      const play = async (): Promise<Outcome | 'not here'> => {
        const found = await run({ drill, scale, isControl, seed, table, signal: stop.signal }).catch((error: unknown) => {
          if (!(error instanceof NotHere)) throw error
          console.log(`${name} cannot be run here: ${error.message}`)
          return undefined
        })
        if (!found) return 'not here'
        const page = await writeReport(folderOf(values.quick), drill.name, isControl ? 'control' : isSoak ? 'soak' : 'protected', recordOf(found, seed))
        const outcome = outcomeOf(found, isControl, values.quick)
        tell(found, isControl, outcome)
        console.log(`The report: ${page}`)
        return outcome
      }
      let outcome = await play()
      if (outcome === 'void' && values.quick) {
        console.log(`\n${name}, once more`)
        outcome = await play()
      }
      if (outcome === 'passed') passed++
      else if (outcome === 'not here') notHere++
      else failed++
    }
  }
  console.log(`${passed} passed, ${failed} failed${notHere > 0 ? `, ${notHere} not run, since this machine does not let the fault be made` : ''}`)
  return failed > 0 ? 1 : notHere > 0 ? notHereCode : 0
}

function tell({ bars, broken, voidBecause, evidence }: Run, isControl: boolean, outcome: Outcome): void {
  for (const v of evidence.violations.slice(0, 5)) console.log(`  ${v.rule}: ${v.what} ${[v.topic, v.id, v.by].filter(Boolean).join(' ')}`)
  for (const b of bars) console.log(`${isControl ? ' ' : b.isMet ? '✓' : '✗'} ${b.what}: ${b.found} (wanted: ${b.wanted})`)
  if (voidBecause) console.log(outcome === 'void' ? `The run is void: ${voidBecause}.` : `The bars are met, although ${voidBecause}.`)
  if (isControl) console.log(broken.isBroken ? `The control broke: ${broken.found}.` : `The control did not break: ${broken.found}.`)
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return randomInt(2 ** 32)
  if (!/^\d{1,10}$/.test(text) || Number(text) >= 2 ** 32) throw new Error(`--seed takes a whole number below 2^32, not ${text}`)
  return Number(text)
}

function scaleOf({ quick, soak, set }: { quick: boolean; soak: boolean; set: readonly string[] }): Scale {
  const scale: Record<string, number | string> = { ...scales[quick ? 'quick' : 'full'], ...(soak && { leakCycles: soakCycles }) }
  for (const [name = '', value] of set.map((one) => one.split('='))) {
    if (typeof scale[name] !== 'number' || !(Number(value) >= 0)) throw new Error(`--set takes a name of drills/scale.ts and a number: ${name}=${value}`)
    scale[name] = Number(value)
  }
  return scale as unknown as Scale
}
