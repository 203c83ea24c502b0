/**
 * Zendesk, 26 April 2023: a reboot at peak hours, everybody reconnects at once, and the wave brings the rest down.
 * Here: SIGKILL of the server with all sockets at the peak, and again 5 s into recovery.
 */
import type { Event } from './checker/history.ts'
import { atMost, bar, losses, none, type Drill, type Evidence } from './drill.ts'
import { goodput, percentile } from './series.ts'

const againAfterSeconds = 5

export const zendesk: Drill = {
  name: 'zendesk',
  roles: ['talk', 'crowd', 'kiosks'],
  off: ['window', 'admission', 'governor'],
  components: ['messenger', 'inbox'],

  async run({ scale, isControl, hands, mark, wait, until, crashServer, readiness, notes }) {
    await hands.talk!.rate(scale.peakPerSecond)
    mark(`the peak: ${scale.peakPerSecond} messages a second`)
    await wait(scale.beforeSeconds)
    notes['faultMs'] = mark('the first blow')
    await crashServer()
    await until(() => readiness.at(-1)!.state === 'away', 5)
    notes['isBackOnce'] = Number(await until(() => readiness.at(-1)!.state !== 'away', 60))
    await wait(againAfterSeconds)
    notes['againMs'] = mark('and again, into recovery')
    await crashServer()
    await until(() => readiness.at(-1)!.state === 'away', 5)
    await until(() => readiness.at(-1)!.state === 'ready', 60)
    notes['readyMs'] = mark('the server is ready')
    await wait(isControl ? Math.max(scale.afterSeconds, 70) : scale.afterSeconds)
  },

  bars(evidence) {
    const { lost, duplicated, reordered, other } = losses(evidence.violations)
    const { notes, scale } = evidence
    const back = backAfter(evidence)
    const reads = last(evidence, 'lodge_resume_reads_total'), resumed = last(evidence, 'lodge_resumed_topics_total')
    return [
      none('messages lost', lost), none('duplicated', duplicated), none('reordered', reordered), none('other broken promises', other),
      atMost('all visitors and agents back after the server is ready', 20, notes['readyMs'] === undefined ? undefined : back.allMs / 1000, 's'),
      atMost('agents back, p99', 5, back.agentsP99Ms === null ? null : back.agentsP99Ms / 1000, 's'),
      atMost('database reads per resumed topic', scale.readsPerTopicMax, reads === undefined || !resumed ? undefined : reads / resumed, ''),
      bar('pages that had to be loaded anew', '0', String(back.never), back.never === 0),
    ]
  },

  broken(evidence) {
    const second = Math.floor((evidence.notes['againMs']! - evidence.startMs) / 1000) + 60
    const share = goodput(evidence.seconds, second, second + 10)
    return { isBroken: share < 0.5, found: `goodput is ${Math.round(share * 100)} % a minute after the second blow` }
  },
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
