/** Runs one drill once: the house, the load, the fault, and then the verdict. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readHouse, recount } from './aftermath.ts'
import { watchBackends, type Backends } from './backends.ts'
import { check } from './checker/check.ts'
import { readEvents } from './checker/lines.ts'
import { openCpuGroup, type CpuGroup } from './cpu.ts'
import { bar, type Bar, type Drill, type Evidence, type Mark, type Phase, type Stage, type Step } from './drill.ts'
import { startHand, type Hand } from './hand.ts'
import { openHouse, type House } from './house.ts'
import type { RoleName, Start } from './load/role.ts'
import { nowMs, recorder, type Recorder } from './load/recorder.ts'
import { NotHere } from './not-here.ts'
import { proposalsOf, proposedInTime } from './proposals.ts'
import { startSampler, type Sampler } from './sampler.ts'
import type { Scale } from './scale.ts'
import { bySecond, lagMaxMs, latenessMs, taken } from './series.ts'
import type { Table } from './table.ts'

export interface RunOptions { readonly drill: Drill; readonly scale: Scale; readonly isControl: boolean; readonly seed: number; readonly table: Table; /** Ends the run early; what it opened is closed. */ readonly signal: AbortSignal }
export interface Run {
  readonly evidence: Evidence
  readonly bars: readonly Bar[]
  readonly broken: { isBroken: boolean; found: string }
  /** What the house had of the processor, in words. */
  readonly cores: string
  /** Why nothing follows from this run: the load generator itself was late. */
  readonly voidBecause?: string
}

const settleMs = 60_000

export async function run({ drill, scale, isControl, seed, table, signal }: RunOptions): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-drill-'))
  await mkdir(join(folder, 'devices'))
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => {})
  signal.addEventListener('abort', () => { aborted.reject(new Error('The drill was ended from outside.')) })
  try {
    table.say(`opening the house; the seed is ${seed}`)
    const { cpu, cores, said: coresSaid } = await held(scale, drill.needsCpu ?? false)
    if (cpu) ends.push(() => cpu.close())
    table.say(coresSaid)
    const house = await openHouse({
      scale, off: isControl ? drill.off : [], behindProxy: drill.behindProxy ?? false, ...(drill.disks && { disks: drill.disks }), ...(cpu && { cpu }), ...(cores !== undefined && { cores }),
      contacts: isControl && drill.rises ? scale.visitors * 2 ** scale.controlSteps : scale.visitors,
    })
    ends.push(() => house.stop())
    table.say(`bringing ${scale.visitors.toLocaleString('en')} visitors, ${scale.agents} agents and ${scale.kiosks} kiosks in`)
    const begin = (role: RoleName, name: string, of: Partial<Start> = {}): Promise<Hand> => startHand({ role, address: house.address, scale, seed, file: join(folder, name), folder: join(folder, 'devices'), naive: isControl, ...of })
    const hands = await Promise.all(drill.roles.map((role) => begin(role, role)))
    ends.push(await goesFirst(hands.find((hand) => hand.role === 'talk')), () => Promise.all(hands.map((hand) => hand.close())))
    const sampler = startSampler(house.server.url)
    const backends = watchBackends(house)
    ends.push(() => sampler.stop(), () => backends.stop())
    const own = join(folder, 'runner.jsonl'), books = recorder(own)
    ends.push(async () => books.close())
    signal.throwIfAborted()
    const play = await Promise.race([aborted.promise, perform({ drill, scale, isControl, seed, table, signal, house, hands, begin, sampler, backends, books })])
    books.flush()
    const evidence = await judge({ scale, table, house, files: [own, ...hands.flatMap((hand) => hand.files)], sampler, backends, ...play })
    const { said, isEqual } = await recount(house)
    const [first] = evidence.steps   // of a control whose load rises: beyond its machine every generator is late
    const lagMs = first ? latenessMs(evidence.events, 0, first.untilMs) : hands.find((h) => h.role === 'talk')?.figures['lagOfAllMs'] ?? 0
    const bars = [
      ...drill.bars(evidence), bar('statistics equal a recount', 'equal', said, isEqual), ...(drill.components.length > 0 ? [proposedInTime(drill.components, evidence)] : []),
      bar('everything was settled in the end', 'yes', evidence.unsettled.join('; ') || 'yes', evidence.unsettled.length === 0),
    ]
    return { evidence, bars, cores: coresSaid, broken: drill.broken(evidence), ...(lagMs > lagMaxMs && { voidBecause: `the steady generator was late by ${Math.round(lagMs)} ms (p99); ${lagMaxMs} ms are allowed` }) }
  } finally {
    for (const end of ends.reverse()) await end().catch((error: Error) => table.say(`after the run: ${error.message}`))
  }
}

/** On a machine with no more than these there is nothing to hold. @throws NotHere when a drill's fault cannot be made */
async function held({ cores }: Scale, isNeeded: boolean): Promise<{ cpu?: CpuGroup; cores?: number; said: string }> {
  const all = availableParallelism(), isLess = cores > 0 && cores < all
  const said = isLess ? `the house is held to ${cores} of ${all} cores` : `the house may have all ${all} cores`
  try {
    return { ...((isLess || isNeeded) && { cpu: await openCpuGroup() }), ...(isLess && { cores }), said }
  } catch (error) {
    if (isNeeded || !(error instanceof NotHere)) throw error
    return { said: `the house has all ${all} cores and not ${cores}, so it is not to be compared with others: ${error.message}` }
  }
}

/** The steady generator, as if it had a machine of its own: one that is late because the house is busy says nothing of the house. @returns ends it */
async function goesFirst(generator: Hand | undefined): Promise<() => Promise<void>> {
  try {
    if (!generator) return async () => {}
    const group = await openCpuGroup()
    await group.add([generator.pid])
    await group.prefer()
    return () => group.close()
  } catch (error) {
    if (error instanceof NotHere) return async () => {}   // then it may be late, and the run says so
    throw error
  }
}

interface Play { startMs: number; marks: readonly Mark[]; phases: readonly Phase[]; steps: readonly Step[]; notes: Record<string, number>; unsettled: readonly string[] }
type Performance = RunOptions & { house: House; hands: Hand[]; begin: (role: RoleName, name: string, of: Partial<Start>) => Promise<Hand>; sampler: Sampler; backends: Backends; books: Recorder }

async function perform({ drill, scale, isControl, table, house, hands, begin, sampler, backends, books }: Performance): Promise<Play> {
  const startMs = nowMs(), marks: Mark[] = [], phases: Phase[] = [], steps: Step[] = [], notes: Record<string, number> = {}
  const ticking = table.follow({ startMs, hands, sampler })
  let isOver = false, visitors = scale.visitors
  const stage: Stage = {
    house, scale, isControl, notes, recorder: books, phases, steps, backends: backends.looks, samples: sampler.samples, readiness: sampler.readiness,
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
    async more(count) {
      hands.push(await begin('crowd', `crowd from ${visitors}`, { waiting: { from: visitors, count } }))
      visitors += count
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
  return { startMs, marks, phases, steps, notes, unsettled }
}

type Judged = Pick<Performance, 'scale' | 'table' | 'house' | 'sampler' | 'backends'> & Play & { files: readonly string[] }
async function judge({ house, files, sampler, backends, startMs, marks, phases, steps, notes, unsettled, scale, table }: Judged): Promise<Evidence> {
  table.say('reading what the house holds, and judging')
  const seconds = Math.ceil((nowMs() - startMs) / 1000)
  const isUp = await until(() => sampler.readiness.at(-1)?.state === 'ready' && (sampler.samples.at(-1)?.metrics?.['lodge_projection_lag_entries'] ?? 1) === 0, 30)
  if (!isUp) table.say(`The server's log ends with:\n${(await readFile(join(house.server.folder, 'server.log'), 'utf8')).trimEnd().split('\n').slice(-12).map((line) => line.slice(0, 300)).join('\n')}`)
  const events = await readEvents(files)
  const violations = check(await readHouse(house, events))
  await sampler.stop()
  return {
    scale, startMs, events, violations, marks, phases, steps, notes, backends: backends.looks, samples: sampler.samples, readiness: sampler.readiness,
    seconds: bySecond(taken(events, 'offered', ['kept', 'acked']), startMs, seconds),
    unsettled: [...unsettled, ...(isUp ? [] : ['the server was not ready, or its projections not up to date, 30 s after the load had ended'])],
    proposals: await proposalsOf(house),
  }
}

async function until(isSo: () => boolean, seconds: number): Promise<boolean> {
  for (const untilMs = Date.now() + seconds * 1000; !isSo(); await sleep(100)) if (Date.now() > untilMs) return false
  return true
}
