/** What a team would otherwise write, seen by its clients; the other half is socketio-server.ts. */
import { io, type Socket } from 'socket.io-client'
import { newId } from '#client/lodge.ts'
import { each, sourceAddress, talksPerLine, type Contender, type Side, type Stage, type Talk } from './contender.ts'

export function socketio(url: string): Contender {
  const line = (): Promise<Socket> => new Promise((resolve, reject) => {
    const socket = io(url, { transports: ['websocket'], forceNew: true, auth: { token: 'bench' }, reconnection: false, ...sourceAddress() })
    socket.once('connect', () => resolve(socket)).once('connect_error', reject)
  })
  const join = async (socket: Socket, room: string): Promise<unknown> => socket.emitWithAck('join', room)

  return {
    async open(talks): Promise<Stage> {
      const agents = await each(Math.ceil(talks / talksPerLine), 16, line)
      const visitors = await each(agents.length, 16, line)
      const byRoom = new Map<string, Talk>()
      const hear = (to: Side) => ({ topic, actor }: { topic: string; actor: Side }): void => { if (actor !== to) byRoom.get(topic)!.onHeard(actor) }
      for (const socket of visitors) socket.on('message', hear('visitor'))
      for (const socket of agents) socket.on('message', hear('agent'))
      const all = await each(talks, 16, async (i) => {
        const socket = visitors[i % visitors.length]!, staff = agents[i % agents.length]!, room = `conversation:${newId()}`
        const talk: Talk = { say: (side, text) => (side === 'visitor' ? socket : staff).emitWithAck('message', { id: newId(), topic: room, actor: side, body: { text } }), onHeard: () => {} }
        byRoom.set(room, talk)
        await Promise.all([join(socket, room), join(staff, room)])
        return talk
      })
      return { talks: all, close: () => { for (const socket of [...agents, ...visitors]) socket.disconnect() } }
    },
    async crowd(visitors) {
      const all = await each(visitors, 32, async () => {
        const socket = await line()
        await join(socket, `conversation:${newId()}`)
        return socket
      })
      return () => { for (const socket of all) socket.disconnect() }
    },
  }
}
