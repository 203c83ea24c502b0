/**
 * Zendesk, 26 April 2023: a reboot at peak hours, everybody reconnects at once, and the wave brings the rest down.
 * Here: SIGKILL of the server with all sockets at the peak, and again 5 s into recovery.
 */
import { readFileSync } from 'node:fs'
import type { Event } from './checker/history.ts'
import { atMost, bar, losses, none, type Drill, type Evidence, type Stage, type Step } from './drill.ts'
import { goodput, lagMaxMs, latenessMs, percentile } from './series.ts'

const againAfterSeconds = 5
/** The control is broken when so long after the fault, for so long, less than so much is confirmed in time. */
const brokenAfterSeconds = 60, lookSeconds = 10, brokenShare = 0.5

export const zendesk: Drill = {
  name: 'zendesk',
  roles: ['talk', 'crowd', 'kiosks'],
  off: ['window', 'admission', 'gather', 'governor'],
  rises: true,
  components: ['messenger', 'inbox'],

  async run(stage) {
    const { scale, isControl, hands, mark, wait } = stage
    await hands.talk!.rate(scale.peakPerSecond)
    mark(`the peak: ${scale.peakPerSecond} messages a second`)
    await wait(scale.beforeSeconds)
    if (isControl) return await rise(stage)
    await blows(stage)
    await wait(scale.afterSeconds)
  },

  bars(evidence) {
    const { lost, duplicated, reordered, other } = losses(evidence.violations)
    const { notes, scale } = evidence
    const back = backAfter(evidence)
    const reads = last(evidence, 'lodge_resume_reads_total'), resumed = last(evidence, 'lodge_resumed_topics_total')
    return [
      none('messages lost', lost), none('duplicated', duplicated), none('reordered', reordered), none('other broken promises', other),
      atMost('all visitors and agents back after the server is ready', 20 + scale.backSlackSeconds, notes['readyMs'] === undefined ? undefined : back.allMs / 1000, 's'),
      atMost('agents back, p99', 5 + scale.backSlackSeconds, back.agentsP99Ms === null ? null : back.agentsP99Ms / 1000, 's'),
      atMost('database reads per resumed topic', scale.readsPerTopicMax, reads === undefined || !resumed ? undefined : reads / resumed, ''),
      bar('pages that had to be loaded anew', '0', String(back.never), back.never === 0),
    ]
  },

  broken(evidence) {
    const steps = evidence.steps.map((step) => ({ ...step, share: shareAfter(step, evidence), isLate: latenessMs(evidence.events, step.fromMs, step.untilMs) > lagMaxMs }))
    const said = ({ share, visitors, perSecond, isLate }: (typeof steps)[number]): string =>
      `${Math.round(share * 100)} % at ${perSecond.toLocaleString('en')} messages a second and ${visitors.toLocaleString('en')} sockets${isLate && share < brokenShare ? ' (the load generator itself was late, so this shows nothing)' : ''}`
    // What comes of a late generator's load may be its own fault.
    const isBroken = steps.some((step) => step.share < brokenShare && !step.isLate)
    return { isBroken, found: `goodput a minute after the second blow is ${steps.map(said).join(', ')}` }
  },
}

/** From the fault of the table on the load doubles, with the same fault each time, until it breaks or the top is reached. */
async function rise(stage: Stage): Promise<void> {
  const { scale, hands, mark, wait, steps } = stage
  const most = Math.max(scale.visitors, socketsMax() - scale.agents)
  for (let step = 0, visitors = scale.visitors; ; step++) {
    const perSecond = scale.peakPerSecond * 2 ** step
    if (step > 0) {
      const more = Math.min(visitors, most - visitors)
      visitors += more
      mark(`the load rises: ${visitors.toLocaleString('en')} visitors, ${perSecond.toLocaleString('en')} messages a second`)
      if (more > 0) await stage.more(more)
      await hands.talk!.rate(perSecond)
      await wait(againAfterSeconds)
    }
    const fromMs = await blows(stage)
    await wait(Math.max(0, (fromMs - Date.now()) / 1000 + brokenAfterSeconds))
    const before = { ...hands.talk!.figures }
    await wait(lookSeconds)
    const during = (name: string): number => (hands.talk!.figures[name] ?? 0) - (before[name] ?? 0)
    steps.push({ visitors, perSecond, fromMs, untilMs: Date.now() })
    // To the figures of this second; what is said in the end is counted from the history.
    if (during('good') < during('offered') * brokenShare || step === scale.controlSteps) return
  }
}

/** A socket is a file, and the system lets a process have so many: beyond them it would be the system that breaks. Some are for other things. */
function socketsMax(): number {
  const limits = process.platform === 'linux' ? readFileSync('/proc/self/limits', 'utf8') : ''
  return Number(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? Infinity) - 500
}

/** @returns when the second fell */
async function blows({ mark, wait, until, crashServer, readiness, notes }: Stage): Promise<number> {
  const firstMs = mark('the first blow')
  notes['faultMs'] ??= firstMs
  await crashServer()
  await until(() => readiness.at(-1)!.state === 'away', 5)
  await until(() => readiness.at(-1)!.state !== 'away', 60)
  await wait(againAfterSeconds)
  const againMs = notes['againMs'] = mark('and again, into recovery')
  await crashServer()
  await until(() => readiness.at(-1)!.state === 'away', 5)
  await until(() => readiness.at(-1)!.state === 'ready', 60)
  notes['readyMs'] = mark('the server is ready')
  return againMs
}

function shareAfter({ fromMs }: Step, { startMs, seconds }: Evidence): number {
  const second = Math.floor((fromMs - startMs) / 1000) + brokenAfterSeconds
  return goodput(seconds, second, second + lookSeconds)
}

/** After the server was ready for the last time: until the last was back, and the agents' 99th percentile. */
function backAfter({ events, notes }: Evidence): { allMs: number; agentsP99Ms: number | null; never: number } {
  const blowMs = notes['againMs']!, readyMs = notes['readyMs']!
  const open = new Map<string, number | undefined>()
  for (const e of events as readonly Extract<Event, { type: 'opened' | 'lost' }>[]) {
    if (e.type === 'lost') open.set(e.by, undefined)
    else if (e.type === 'opened' && e.atMs > blowMs && (!open.has(e.by) || open.get(e.by) === undefined)) open.set(e.by, Math.max(0, e.atMs - readyMs))
  }
  const back = [...open].flatMap(([by, ms]) => ms === undefined ? [] : [[by, ms] as const])
  const never = open.size - back.length
  const agents = [...open].filter(([by]) => by.startsWith('agent ')).map(([, ms]) => ms ?? Infinity)
  return { allMs: never > 0 ? Infinity : Math.max(0, ...back.map(([, ms]) => ms)), agentsP99Ms: percentile(agents, 0.99), never }
}

const last = ({ samples }: Evidence, name: string): number | undefined => samples.findLast((s) => s.metrics)?.metrics?.[name]
