/** What we use of node-smpp, which has no types of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events'
  import type { Server as NetServer, Socket } from 'node:net'

  export interface Pdu {
    command: string; command_status: number; sequence_number: number
    source_addr: string; destination_addr: string; esm_class: number; data_coding: number; message_id?: string
    short_message: { message: string | Buffer; udh?: Buffer[] } | Buffer | string
    message_payload?: { message: string | Buffer; udh?: Buffer[] } | Buffer | string
    [field: string]: unknown
    isResponse(): boolean
    response(options?: object): Pdu
  }
  type Request = (options: object, answered?: (pdu: Pdu) => void, written?: (pdu: Pdu) => void) => boolean
  export interface Session extends EventEmitter {
    socket: Socket
    bind_transceiver: Request; submit_sm: Request; deliver_sm: Request; enquire_link: Request; unbind: Request
    send(pdu: Pdu, answered?: (pdu: Pdu) => void, written?: (pdu: Pdu) => void): boolean
    close(done?: () => void): void
    destroy(done?: () => void): void
    pause(): void; resume(): void
  }
  interface Server extends NetServer { sessions: Session[] }
  const smpp: {
    connect(options: { host: string; port: number; tls?: boolean; servername?: string }, connected?: () => void): Session
    createServer(connected: (session: Session) => void): Server
    errors: Readonly<Record<string, number>>
    encodings: { ASCII: { encode(text: string): Buffer; decode(bytes: Buffer): string } }
  }
  export default smpp
}
