import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Received { messageId: string; to: string; raw: string }
/** What the peer does with the next mails. */
export type Mood =
  | 'accept'
  /** 451 at the end of the data. */
  | 'defer'
  /** 550 to the recipient. */
  | 'reject'
  /** 250 is meant, but the connection breaks after the last byte: the peer has the mail and the sender cannot know. */
  | 'drop'
  /** Takes the mail and never answers. */
  | 'stall'
  /** 554 instead of a greeting: nothing is taken from anybody. */
  | 'shut'

export interface SmtpPeer {
  readonly url: string
  mood: Mood
  /** All that came to its end, whatever was answered. */
  readonly received: readonly Received[]
  /** Those that were acknowledged with 250. */
  readonly accepted: readonly Received[]
  /** The most mails it was given at once. */
  readonly mostAtOnce: number
  close(): Promise<void>
}

/** A real SMTP server on loopback. */
export async function startSmtpPeer({ port = 0, answerMs = 0, ...options }: SMTPServerOptions & { port?: number; answerMs?: number } = {}): Promise<SmtpPeer> {
  const received: Received[] = []
  const accepted: Received[] = []
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  let atOnce = 0
  const peer = { url: '', mood: 'accept' as Mood, received, accepted, mostAtOnce: 0, close }
  const refusal = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code })

  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS'], logger: false,
    onConnect: (_session, done) => { done(peer.mood === 'shut' ? refusal(554, '5.3.2 Not today') : null) },
    onRcptTo: (_address, _session, done) => { done(peer.mood === 'reject' ? refusal(550, '5.1.1 No such mailbox here') : null) },
    onData(stream, session, done) {
      const mood = peer.mood
      const chunks: Buffer[] = []
      peer.mostAtOnce = Math.max(peer.mostAtOnce, ++atOnce)
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString()
        const mail = { messageId: /^message-id: *(<[^>]+>)/im.exec(raw)?.[1] ?? '', to: session.envelope.rcptTo[0]?.address ?? '', raw }
        received.push(mail)
        const timer = setTimeout(() => {
          timers.delete(timer)
          atOnce--
          if (mood === 'stall') return
          if (mood === 'drop') {
            for (const socket of sockets) socket.destroy()
            return
          }
          if (mood === 'defer') return done(refusal(451, '4.3.0 Come back later'))
          accepted.push(mail)
          done()
        }, answerMs)
        timers.add(timer)
      })
    },
    ...options,
  })
  server.on('error', () => {})
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve) })
  peer.url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`
  return peer

  async function close(): Promise<void> {
    for (const timer of timers) clearTimeout(timer)
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => { server.close(resolve) })
  }
}
