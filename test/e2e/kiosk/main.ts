/**
 * `npm run test:kiosk -- --schedules 200 --seed 1`: random schedules against a real browser, server and database. The last
 * line is the verdict as JSON; the exit code is 1 when anything was lost, doubled or unexplained. A seed repeats its schedule.
 * `--backlog 5000`: how soon so many operations are on the server after a long cut.
 */
import { parseArgs } from 'node:util'
import { sendBacklog } from './backlog.ts'
import { drill } from './drill.ts'
import { plantedBugs, type Bug } from './planted.ts'

const { values } = parseArgs({ options: { schedules: { type: 'string', default: '20' }, seed: { type: 'string', default: String(Date.now() % 100_000) }, plant: { type: 'string' }, backlog: { type: 'string' } } })
const schedules = Number(values.schedules), seed = Number(values.seed)
if (!Number.isInteger(schedules) || schedules < 1 || !Number.isInteger(seed) || seed < 0) {
  console.error('Usage: npm run test:kiosk -- [--schedules N] [--seed S] [--plant BUG], or --backlog OPERATIONS')
  process.exit(2)
}
if (values.plant !== undefined && !(values.plant in plantedBugs)) {
  console.error(`There is no planted bug "${values.plant}". There are: ${Object.keys(plantedBugs).join(', ')}.`)
  process.exit(2)
}
if (values.backlog !== undefined) {
  const found = await sendBacklog(Number(values.backlog), (what) => console.log(what))
  console.log(JSON.stringify(found))
  process.exit(found.applied === found.operations ? 0 : 1)
}
const instead = values.plant === undefined ? undefined : await plantedBugs[values.plant as Bug]()
const verdict = await drill({ schedules, seed, tell: (what) => console.log(what), ...(instead && { instead, stopsEarly: true }) })
console.log(JSON.stringify({ seed, ...verdict, complaints: verdict.complaints.length }))
// Ended by hand: after hundreds of browsers Node's own cleaning up of handles span for ever once.
process.exit(verdict.complaints.length > 0 ? 1 : 0)
