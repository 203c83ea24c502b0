/** What a team would otherwise write, seen by its clients; the other half is socketio-server.ts. */
import { io, type Socket } from 'socket.io-client'
import { newId } from '#client/lodge.ts'
import { each, sourceAddress, talksPerAgent, type Contender, type Side, type Stage, type Talk } from './contender.ts'

export function socketio(url: string): Contender {
  const line = (): Promise<Socket> => new Promise((resolve, reject) => {
    const socket = io(url, { transports: ['websocket'], forceNew: true, auth: { token: 'bench' }, reconnection: false, ...sourceAddress() })
    socket.once('connect', () => resolve(socket)).once('connect_error', reject)
  })
  const visitor = async (): Promise<{ socket: Socket; room: string }> => {
    const socket = await line(), room = `conversation:${newId()}`
    await socket.emitWithAck('join', room)
    return { socket, room }
  }

  return {
    async open(talks): Promise<Stage> {
      const agents = await each(Math.ceil(talks / talksPerAgent), 16, line)
      const visitors = await each(talks, 16, visitor)
      const byRoom = new Map<string, Talk>()
      const hear = (to: Side) => ({ topic, actor }: { topic: string; actor: Side }): void => { if (actor !== to) byRoom.get(topic)!.onHeard(actor) }
      const all = await each(talks, 16, async (i) => {
        const { socket, room } = visitors[i]!, staff = agents[i % agents.length]!
        const talk: Talk = { say: (side, text) => (side === 'visitor' ? socket : staff).emitWithAck('message', { id: newId(), topic: room, actor: side, body: { text } }), onHeard: () => {} }
        byRoom.set(room, talk)
        await staff.emitWithAck('join', room)
        socket.on('message', hear('visitor'))
        return talk
      })
      for (const staff of agents) staff.on('message', hear('agent'))
      return { talks: all, close: () => { for (const socket of [...agents, ...visitors.map((v) => v.socket)]) socket.disconnect() } }
    },
    async crowd(visitors) {
      const all = await each(visitors, 32, visitor)
      return () => { for (const { socket } of all) socket.disconnect() }
    },
  }
}
