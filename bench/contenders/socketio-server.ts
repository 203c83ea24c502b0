/**
 * What a team would otherwise write: socket.io 4, one INSERT per message through a pool, then emit to the room. It is spared
 * access checks, validation, resumes and projections; offsets are counted in memory.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { Server } from 'socket.io'
import type { Target } from '#server/db/connection.ts'

interface Said { id: string; topic: string; actor: string; body: { text: string } }

const account = '016806b5-bc00-7000-8000-000000000100'
const pool = new pg.Pool({ ...JSON.parse(process.env['BENCH_TARGET']!) as Target, max: 10 })
const offsets = new Map<string, number>()
let n = 0

const http = createServer()
const io = new Server(http, { transports: ['websocket'], serveClient: false })
io.use((socket, next) => { next(socket.handshake.auth['token'] === 'bench' ? undefined : new Error('unauthenticated')) })
io.on('connection', (socket) => {
  socket.on('join', async (room: string, done: () => void) => {
    await socket.join(room)
    done()
  })
  socket.on('message', async ({ id, topic, actor, body }: Said, done: (answer: object) => void) => {
    const offset = (offsets.get(topic) ?? 0) + 1
    offsets.set(topic, offset)
    const { rows: [row] } = await pool.query<{ at: Date }>({
      name: 'insert', text: `insert into journal (account_id, topic, "offset", id, type, actor, at, body, writer, n)
        values ($1, $2, $3, $4, 'message.sent', $5, now(), $6, 0, $7) returning at`, values: [account, topic, offset, id, actor, body, ++n],
    })
    io.to(topic).emit('message', { topic, offset, id, type: 'message.sent', actor, at: row!.at, body })
    done({ id, offset, at: row!.at })
  })
})
http.listen(0, '127.0.0.1', () => process.send!((http.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
