import { watchDisk } from '../disk.ts'
import { interleave, median, of, round, type Experiment } from '../run.ts'

const talks = 200
const time = { warmSeconds: 1, seconds: 5 }
/** A round whose disk is slower than this says nothing about us. */
const quietDiskMs = 3

export const latency = (perSecond: 1000 | 4000): Experiment => ({
  ids: [`latency-${perSecond}`, `latency-${perSecond}-socketio`, `latency-${perSecond}-disk`],
  async run(lab) {
    const own = await lab.lodge(), team = await lab.socketio()
    await lab.load({ do: 'open', of: { name: 'lodge', at: { url: own.url, token: own.token, inbox: own.inbox } }, talks })
    await lab.load({ do: 'open', of: { name: 'socketio', at: { url: team.url } }, talks })
    const measure = async (name: 'lodge' | 'socketio'): Promise<{ p99Ms: number; diskMs: number }> => {
      const endDisk = watchDisk(own.folder)
      const { p99Ms } = await lab.load({ do: 'steady', name, perSecond, ...time })
      return { p99Ms: p99Ms!, diskMs: endDisk() }
    }
    const found = await interleave(3, {
      'Lodge': () => measure('lodge'),
      'socket.io': async () => { await lab.truncate(); return measure('socketio') },
    }, (what) => lab.tell(`${perSecond} messages/s: ${what}`), true)
    await lab.load({ do: 'close', name: 'lodge' })
    await lab.load({ do: 'close', name: 'socketio' })

    const ours = found.Lodge.map(({ p99Ms }) => p99Ms), theirs = found['socket.io'].map(({ p99Ms }) => p99Ms)
    const ratio = median(ours.map((value, i) => value / theirs[i]!))
    const quiet = found.Lodge.filter(({ diskMs }) => diskMs <= quietDiskMs).map(({ p99Ms }) => p99Ms)
    const isQuick = quiet.length === 0 || median(quiet) <= 12
    const bar = perSecond === 1000
      ? { bar: `≤ 2 × socket.io; is ${round(ratio, 2)} ×. ≤ 12 ms in rounds with a disk p99 ≤ ${quietDiskMs} ms; ${quiet.length ? `is ${round(median(quiet), 1)} ms in ${quiet.length} of ${ours.length}` : 'no round was such'}`, met: ratio <= 2 && isQuick }
      : { bar: `below socket.io's; is ${round(ratio, 2)} ×`, met: ratio < 1 }
    return [
      { id: `latency-${perSecond}`, what: `99th percentile from due to received, at a steady ${perSecond} messages/s`, ...of(ours, 1), unit: 'ms', ...bar },
      { id: `latency-${perSecond}-socketio`, what: 'the same of socket.io', ...of(theirs, 1), unit: 'ms' },
      { id: `latency-${perSecond}-disk`, what: 'fdatasync of the disk itself during Lodge’s rounds, 99th percentile', ...of(found.Lodge.map(({ diskMs }) => diskMs), 1), unit: 'ms' },
    ]
  },
})
