import { interleave, median, of, round, type Experiment } from '../run.ts'

const inFlight = 200
const time = { warmSeconds: 1.5, seconds: 5 }

export const messages: Experiment = {
  ids: ['messages-end-to-end', 'messages-bare-driver', 'messages-vs-socketio', 'messages-socketio'],
  async run(lab) {
    const own = await lab.lodge(), target = await lab.target(), team = await lab.socketio()
    lab.tell('opening conversations')
    await lab.load({ do: 'open', of: { name: 'lodge', at: { url: own.url, token: own.token, inbox: own.inbox } }, talks: inFlight })
    await lab.load({ do: 'open', of: { name: 'socketio', at: { url: team.url } }, talks: inFlight })
    const rate = async (order: Parameters<typeof lab.load>[0]): Promise<number> => (await lab.load(order)).perSecond!
    const found = await interleave(3, {
      'Lodge': () => rate({ do: 'converse', name: 'lodge', ...time }),
      'bare driver': async () => { await lab.truncate(); return rate({ do: 'bare', target, inFlight, ...time }) },
      'socket.io': async () => { await lab.truncate(); return rate({ do: 'converse', name: 'socketio', ...time }) },
    }, lab.tell, true)
    await lab.load({ do: 'close', name: 'lodge' })
    await lab.load({ do: 'close', name: 'socketio' })
    const ofBare = median(found.Lodge.map((value, i) => value / found['bare driver'][i]!))
    const ofTeam = found.Lodge.map((value, i) => value / found['socket.io'][i]!)
    return [
      { id: 'messages-end-to-end', what: `durable messages, accepted and received by the other side, ${inFlight} conversations at once`, ...of(found.Lodge), unit: 'messages/s', bar: `≥ 0.4 × bare driver; is ${round(ofBare, 2)} ×`, met: ofBare >= 0.4 },
      { id: 'messages-bare-driver', what: `the same rows and batches by the bare driver, ${inFlight} in flight, no sockets`, ...of(found['bare driver']), unit: 'rows/s' },
      { id: 'messages-vs-socketio', what: 'Lodge against socket.io with one INSERT per message', ...of(ofTeam, 2), unit: '×', bar: '≥ 5 ×', met: median(ofTeam) >= 5 },
      { id: 'messages-socketio', what: 'socket.io 4, one INSERT per message, then emit', ...of(found['socket.io']), unit: 'messages/s' },
    ]
  },
}
