import { join } from 'node:path'
import { prepareHome } from '#server/db/home.ts'
import { postgresCpuMs, serverCpuMs } from '../processor.ts'
import { interleave, median, of, round, type Experiment, type Row } from '../run.ts'

const inFlight = 200
const time = { warmSeconds: 1.5, seconds: 5 }

export const messages: Experiment = {
  ids: ['messages-end-to-end', 'messages-bare-driver', 'messages-vs-socketio', 'messages-socketio', 'message-cost-server', 'message-cost-load', 'message-cost-postgres'],
  async run(lab) {
    const own = await lab.lodge(), target = await lab.target(), team = await lab.socketio()
    lab.tell('opening conversations')
    await lab.load({ do: 'open', of: { name: 'lodge', at: { url: own.url, token: own.token, inbox: own.inbox } }, talks: inFlight })
    await lab.load({ do: 'open', of: { name: 'socketio', at: { url: team.url } }, talks: inFlight })
    const rate = async (order: Parameters<typeof lab.load>[0]): Promise<number> => (await lab.load(order)).perSecond!
    const home = await prepareHome(join(own.folder, 'data/postgres'))
    const costs: { server: number; load: number; postgres: number | undefined }[] = []
    const ownRate = async (): Promise<number> => {
      const before = { serverMs: await serverCpuMs(own.url), postgresMs: await postgresCpuMs(home) }
      const { perSecond, messages, costUs } = await lab.load({ do: 'converse', name: 'lodge', ...time })
      const eachUs = (fromMs: number, untilMs: number): number => (untilMs - fromMs) * 1000 / messages!
      costs.push({ server: eachUs(before.serverMs, await serverCpuMs(own.url)), load: costUs!, postgres: before.postgresMs === undefined ? undefined : eachUs(before.postgresMs, (await postgresCpuMs(home))!) })
      return perSecond!
    }
    const found = await interleave(3, {
      'Lodge': ownRate,
      'bare driver': async () => { await lab.truncate(); return rate({ do: 'bare', target, inFlight, ...time }) },
      'socket.io': async () => { await lab.truncate(); return rate({ do: 'converse', name: 'socketio', ...time }) },
    }, lab.tell, true)
    const cost = (who: keyof (typeof costs)[number], what: string): Row[] => {
      const values = costs.slice(1).flatMap((one) => one[who] ?? [])   // without the rehearsal
      return values.length === 0 ? [] : [{ id: `message-cost-${who}`, what: `processor time for each of these messages: ${what}`, ...of(values, 1), unit: 'µs' }]
    }
    await lab.load({ do: 'close', name: 'lodge' })
    await lab.load({ do: 'close', name: 'socketio' })
    const ofBare = median(found.Lodge.map((value, i) => value / found['bare driver'][i]!))
    const ofTeam = found.Lodge.map((value, i) => value / found['socket.io'][i]!)
    return [
      { id: 'messages-end-to-end', what: `durable messages, accepted and received by the other side, ${inFlight} conversations at once`, ...of(found.Lodge), unit: 'messages/s', bar: `≥ 0.4 × bare driver; is ${round(ofBare, 2)} ×`, met: ofBare >= 0.4 },
      { id: 'messages-bare-driver', what: `the same rows and batches by the bare driver, ${inFlight} in flight, no sockets`, ...of(found['bare driver']), unit: 'rows/s' },
      { id: 'messages-vs-socketio', what: 'Lodge against socket.io with one INSERT per message', ...of(ofTeam, 2), unit: '×', bar: '≥ 5 ×', met: median(ofTeam) >= 5 },
      { id: 'messages-socketio', what: 'socket.io 4, one INSERT per message, then emit', ...of(found['socket.io']), unit: 'messages/s' },
      ...cost('server', 'the server'), ...cost('load', 'the load generator, our SDK on both sides'), ...cost('postgres', 'PostgreSQL, followers of the journal included'),
    ]
  },
}
