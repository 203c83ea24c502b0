import { setTimeout as sleep } from 'node:timers/promises'
import { residentBytes } from '../lab.ts'
import { round, type Experiment } from '../run.ts'

/** The first ones warm the server up and do not count. */
const warm = 500
const visitors = 10_000
/** A beat and the garbage of the handshakes are over by then. */
const settleMs = 12_000

export const memory: Experiment = {
  ids: ['memory-per-visitor', 'memory-per-visitor-socketio'],
  async run(lab) {
    const own = await lab.ownLodge(), team = await lab.socketio()
    const perVisitor = async (of: Parameters<typeof lab.load>[0] & { do: 'crowd' }, pid: number): Promise<number> => {
      await lab.load({ ...of, visitors: warm })
      await sleep(settleMs)
      const before = await residentBytes(pid)
      await lab.load({ ...of, visitors: visitors - warm })
      await sleep(settleMs)
      const after = await residentBytes(pid)
      await lab.load({ do: 'close', name: of.of.name })
      return (after - before) / (visitors - warm) / 1000
    }
    lab.tell(`${visitors} visitors at Lodge`)
    const ours = await perVisitor({ do: 'crowd', of: { name: 'lodge', at: { url: own.url, token: own.token, inbox: own.inbox } }, visitors }, own.pid)
    await own.stop()
    lab.tell(`${visitors} visitors at socket.io`)
    const theirs = await perVisitor({ do: 'crowd', of: { name: 'socketio', at: { url: team.url } }, visitors }, team.pid)
    return [
      { id: 'memory-per-visitor', what: `memory of the server process for each idle visitor (connected, authenticated, following the own conversation), at ${visitors}`, value: round(ours, 1), unit: 'kB', bar: '≤ 12 kB', met: ours <= 12 },
      { id: 'memory-per-visitor-socketio', what: 'the same of socket.io', value: round(theirs, 1), unit: 'kB' },
    ]
  },
}
