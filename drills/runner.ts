/** Runs one drill once: the house, the load, the fault, and then the verdict. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readHouse, recount } from './aftermath.ts'
import { watchBackends, type Backends } from './backends.ts'
import { check } from './checker/check.ts'
import { readEvents } from './checker/lines.ts'
import { bar, type Bar, type Drill, type Evidence, type Mark, type Phase, type Stage } from './drill.ts'
import { startHand, type Hand } from './hand.ts'
import { openHouse, type House } from './house.ts'
import type { RoleName } from './load/role.ts'
import { nowMs, recorder, type Recorder } from './load/recorder.ts'
import { proposalsOf, proposedInTime } from './proposals.ts'
import { startSampler, type Sampler } from './sampler.ts'
import type { Scale } from './scale.ts'
import { bySecond, taken } from './series.ts'
import type { Table } from './table.ts'

export interface RunOptions { readonly drill: Drill; readonly scale: Scale; readonly isControl: boolean; readonly table: Table; /** Ends the run early; what it opened is closed. */ readonly signal: AbortSignal }
export interface Run {
  readonly evidence: Evidence
  readonly bars: readonly Bar[]
  readonly broken: { isBroken: boolean; found: string }
  /** Why nothing follows from this run: the load generator itself was late. */
  readonly voidBecause?: string
}

/** p99 of how late the steady generator may be. */
const lagMaxMs = 50
const settleMs = 60_000

export async function run({ drill, scale, isControl, table, signal }: RunOptions): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-drill-'))
  await mkdir(join(folder, 'devices'))
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => {})
  signal.addEventListener('abort', () => { aborted.reject(new Error('The drill was ended from outside.')) })
  try {
    table.say('opening the house')
    const house = await openHouse({ scale, off: isControl ? drill.off : [], behindProxy: drill.behindProxy ?? false, ...(drill.disks && { disks: drill.disks }) })
    ends.push(() => house.stop())
    table.say(`bringing ${scale.visitors.toLocaleString('en')} visitors, ${scale.agents} agents and ${scale.kiosks} kiosks in`)
    const hands = await Promise.all(drill.roles.map((role) => startHand({ role, address: house.address, scale, file: join(folder, role), folder: join(folder, 'devices'), naive: isControl })))
    ends.push(() => Promise.all(hands.map((hand) => hand.close())))
    const sampler = startSampler(house.server.url)
    const backends = watchBackends(house)
    ends.push(() => sampler.stop(), () => backends.stop())
    const own = join(folder, 'runner.jsonl'), books = recorder(own)
    ends.push(async () => books.close())
    signal.throwIfAborted()
    const play = await Promise.race([aborted.promise, perform({ drill, scale, isControl, table, signal, house, hands, sampler, backends, books })])
    books.flush()
    const evidence = await judge({ scale, table, house, files: [own, ...hands.flatMap((hand) => hand.files)], sampler, backends, ...play })
    const { said, isEqual } = await recount(house)
    const lagMs = hands.find((h) => h.role === 'talk')?.figures['lagOfAllMs'] ?? 0
    const bars = [
      ...drill.bars(evidence), bar('statistics equal a recount', 'equal', said, isEqual), ...(drill.components.length > 0 ? [proposedInTime(drill.components, evidence)] : []),
      bar('everything was settled in the end', 'yes', evidence.unsettled.join('; ') || 'yes', evidence.unsettled.length === 0),
    ]
    return { evidence, bars, broken: drill.broken(evidence), ...(lagMs > lagMaxMs && { voidBecause: `the steady generator was late by ${Math.round(lagMs)} ms (p99); ${lagMaxMs} ms are allowed` }) }
  } finally {
    for (const end of ends.reverse()) await end().catch((error: Error) => table.say(`after the run: ${error.message}`))
  }
}

interface Play { startMs: number; marks: readonly Mark[]; phases: readonly Phase[]; notes: Record<string, number>; unsettled: readonly string[] }
type Performance = RunOptions & { house: House; hands: readonly Hand[]; sampler: Sampler; backends: Backends; books: Recorder }

async function perform({ drill, scale, isControl, table, house, hands, sampler, backends, books }: Performance): Promise<Play> {
  const startMs = nowMs(), marks: Mark[] = [], phases: Phase[] = [], notes: Record<string, number> = {}
  const ticking = table.follow({ startMs, hands, sampler })
  let isOver = false
  const stage: Stage = {
    house, scale, isControl, notes, recorder: books, phases, backends: backends.looks, samples: sampler.samples, readiness: sampler.readiness,
    hands: Object.fromEntries(hands.map((hand) => [hand.role, hand])),
    mark(what) {
      const atMs = nowMs()
      marks.push({ atMs, what })
      table.say(`${((atMs - startMs) / 1000).toFixed(1).padStart(6)} s  ${what}`)
      return atMs
    },
    wait: (seconds) => sleep(seconds * 1000),
    async until(isSo, seconds) {
      for (const untilMs = Date.now() + seconds * 1000; !await isSo(); await sleep(100)) if (Date.now() > untilMs) return false
      return true
    },
    async crashServer() {
      await house.server.crash()
      stage.mark('the server was killed')
      void (async () => {
        for (; !isOver; await sleep(500)) if (await house.server.startAgain().then(() => true, () => false)) return
      })()
    },
  }
  const rates: Readonly<Record<RoleName, number>> = { talk: scale.messagesPerSecond, crowd: 0, kiosks: scale.checkInsPerSecond, bookings: scale.bookingsPerSecond }
  await Promise.all(hands.map((hand) => hand.rate(rates[hand.role])))
  await stage.wait(scale.beforeSeconds)
  await drill.run(stage)
  stage.mark('the load ends')
  const unsettled = (await Promise.all(hands.map((hand) => hand.settle(settleMs)))).filter((what) => what !== undefined)
  isOver = true
  ticking()
  return { startMs, marks, phases, notes, unsettled }
}

type Judged = Pick<Performance, 'scale' | 'table' | 'house' | 'sampler' | 'backends'> & Play & { files: readonly string[] }
async function judge({ house, files, sampler, backends, startMs, marks, phases, notes, unsettled, scale, table }: Judged): Promise<Evidence> {
  table.say('reading what the house holds, and judging')
  const seconds = Math.ceil((nowMs() - startMs) / 1000)
  const isUp = await until(() => sampler.readiness.at(-1)?.state === 'ready' && (sampler.samples.at(-1)?.metrics?.['lodge_projection_lag_entries'] ?? 1) === 0, 30)
  if (!isUp) table.say(`The server's log ends with:\n${(await readFile(join(house.server.folder, 'server.log'), 'utf8')).trimEnd().split('\n').slice(-12).map((line) => line.slice(0, 300)).join('\n')}`)
  const events = await readEvents(files)
  const violations = check(await readHouse(house, events))
  await sampler.stop()
  return {
    scale, startMs, events, violations, marks, phases, notes, backends: backends.looks, samples: sampler.samples, readiness: sampler.readiness,
    seconds: bySecond(taken(events, 'offered', ['kept', 'acked']), startMs, seconds),
    unsettled: [...unsettled, ...(isUp ? [] : ['the server was not ready, or its projections not up to date, 30 s after the load had ended'])],
    proposals: await proposalsOf(house),
  }
}

async function until(isSo: () => boolean, seconds: number): Promise<boolean> {
  for (const untilMs = Date.now() + seconds * 1000; !isSo(); await sleep(100)) if (Date.now() > untilMs) return false
  return true
}
