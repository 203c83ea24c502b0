/**
 * Zendesk, variant: the load stays and the processor goes. Here: the house gets half of the processor time that it was just using,
 * which is too little for what is asked of it, and then all of it again.
 */
import { atMost, bar, losses, none, type Drill, type Evidence } from './drill.ts'
import { percentile, taken } from './series.ts'

/** Back is who was as quick as before for so long; and as quick is so many times the usual 99th percentile, or so much more. */
const steadySeconds = 3
const usualTimes = 2, usualSlackMs = 250

export const starved: Drill = {
  name: 'starved',
  roles: ['talk', 'crowd'],
  off: [],
  needsCpu: true,
  components: [],   // slow is not away: what is slow is for the operations page, and nobody is told that something is down

  async run({ scale, house, hands, mark, wait, until, notes, phases }) {
    const cpu = house.cpu!, measureMs = scale.beforeSeconds * 1000
    notes['pid'] = house.server.pid
    const fromMs = Date.now(), before = await cpu.usedMs()
    await wait(scale.beforeSeconds)
    phases.push({ name: 'usual', fromMs, untilMs: Date.now() })
    notes['usedCores'] = (await cpu.usedMs() - before) / measureMs
    const heldBefore = await cpu.heldBack()
    await cpu.hold(notes['usedCores'] / 2)
    notes['faultMs'] = mark(`the house used ${notes['usedCores'].toFixed(2)} of a core, and gets half of that`)
    await wait(scale.starvedSeconds)
    await cpu.hold(house.cores)
    notes['heldBack'] = await cpu.heldBack() - heldBefore
    notes['returnMs'] = mark('it gets what it needs again')
    await wait(scale.afterSeconds)
    if (!await until(() => hands.talk!.figures['underWayNow']! <= scale.messagesPerSecond / 10, scale.backSlackSeconds)) mark('messages still wait')
    await wait(steadySeconds + 1)
    notes['restarts'] = Number(house.server.pid !== notes['pid'])
  },

  bars(evidence) {
    const { lost, duplicated, reordered, other } = losses(evidence.violations), { notes } = evidence
    return [
      none('messages lost', lost), none('duplicated', duplicated), none('reordered', reordered), none('other broken promises', other),
      bar('times that the kernel held the house back', '> 0', String(notes['heldBack']), notes['heldBack']! > 0),
      atMost('messages as quick as usual after the end', 20 + evidence.scale.backSlackSeconds, quickAfterSeconds(evidence), 's'),
      none('restarts', notes['restarts'] ?? 1),
    ]
  },

  broken: () => ({ isBroken: false, found: 'there is no control' }),
}

/** The first second of so many good ones. Infinity: there were none. */
function quickAfterSeconds({ events, phases, seconds, startMs, notes }: Evidence): number {
  const usual = phases.find((p) => p.name === 'usual')!
  const usualMs = percentile(taken(events, 'offered', ['kept', 'acked']).filter((t) => t.dueMs >= usual.fromMs && t.dueMs < usual.untilMs).map((t) => t.tookMs), 0.99) ?? 0
  const limitMs = Math.max(usualMs * usualTimes, usualMs + usualSlackMs)
  const after = seconds.filter((s) => startMs + s.second * 1000 >= notes['returnMs']! && s.due > 0)
  const isQuick = after.map(({ due, good, p99Ms }) => good === due && p99Ms !== null && p99Ms <= limitMs)
  const first = isQuick.findIndex((_, i) => i + steadySeconds <= isQuick.length && isQuick.slice(i, i + steadySeconds).every(Boolean))
  return first < 0 ? Infinity : after[first]!.second - (notes['returnMs']! - startMs) / 1000
}
