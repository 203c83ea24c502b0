/**
 * Sockets that take time and break. Within one connection frames arrive in order or not at all, as TCP has it; everything
 * else happens between connections: a line is cut, each side notices in its own time or never, what was under way arrives
 * late (after the client has come back over another line and said it again) or is lost.
 */
import { EventEmitter } from 'node:events'
import type { WebSocket } from 'ws'
import type { Socket, SocketClass } from '#client/connection.ts'
import type { Chance } from '#drills/chance.ts'
import type { Scheduler } from './scheduler.ts'

/** The server's end, in the shape of `ws`. */
class ServerEnd extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  readonly line: Line
  constructor(line: Line) {
    super()
    this.line = line
  }
  get bufferedAmount(): number { return this.line.isCongested ? 2 * 1024 * 1024 : 0 }
  send(text: string): void { if (this.readyState === 1) this.line.toClient(() => this.line.heard(text)) }
  close(code: number): void {
    if (this.readyState !== 1) return
    this.readyState = 2
    this.line.toClient(() => { this.line.tellClient(code); this.line.toServer(() => this.closed(code)) })
  }
  terminate(): void {
    this.closed(1006)
    this.line.toClient(() => this.line.tellClient(1006))
  }
  closed(code: number): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.emit('close', code)
  }
}

type Listener = (event: { data: string; code: number }) => void

export class Line {
  isCongested = false
  isCut = false
  readonly server = new ServerEnd(this)
  /** What the client sends, and what it is given. */
  onSent: (text: string) => void = () => {}
  onHeard: (text: string) => void = () => {}
  onCut: () => void = () => {}
  #time: Scheduler
  #chance: Chance
  #listeners = new Map<string, Listener[]>()
  #isClientDone = false
  #up = { lastMs: 0, untilMs: Infinity, lateMs: 0 }
  #down = { lastMs: 0, untilMs: Infinity, lateMs: 0 }

  constructor(time: Scheduler, chance: Chance) {
    this.#time = time
    this.#chance = chance
  }
  #carry(way: { lastMs: number; untilMs: number; lateMs: number }, deliver: () => void): void {
    if (this.isCut) return
    way.lastMs = Math.max(way.lastMs, this.#time.now() + this.#chance.between(0.5, 40))
    this.#time.after(way.lastMs - this.#time.now(), () => {
      if (this.#time.now() > way.untilMs) return
      if (way.lateMs > 0) this.#time.after(way.lateMs, deliver); else deliver()
    })
  }
  toServer(deliver: () => void): void { this.#carry(this.#up, deliver) }
  toClient(deliver: () => void): void { this.#carry(this.#down, deliver) }
  listen(type: string, fn: Listener): void { this.#listeners.set(type, [...this.#listeners.get(type) ?? [], fn]) }
  say(type: string, event: { data: string; code: number }): void { if (!this.#isClientDone) for (const fn of this.#listeners.get(type) ?? []) fn(event) }
  heard(text: string): void {
    if (this.#isClientDone) return
    this.onHeard(text)
    this.say('message', { data: text, code: 0 })
  }
  tellClient(code: number): void {
    this.onCut()
    this.say('close', { data: '', code })
    this.#isClientDone = true
  }
  clientCloses(): void {
    this.onCut()
    this.#isClientDone = true
    this.toServer(() => this.server.closed(1005))
  }
  /** Nothing more passes. Each side is told soon, later, or has to find out by itself. */
  cut(): void {
    if (this.isCut) return
    this.isCut = true
    this.onCut()
    const { between, is } = this.#chance
    for (const way of [this.#up, this.#down]) {
      way.untilMs = is(0.5) ? Infinity : this.#time.now() + between(0, 40)
      way.lateMs = is(0.3) ? between(0, 8_000) : 0
    }
    if (is(0.6)) this.#time.after(between(0, 3_000), () => this.tellClient(1006))
    if (is(0.6)) this.#time.after(between(0, 6_000), () => this.server.closed(1006))
  }
}

/** The WebSocket that a client is given. `dial`: who answers there, if anybody. */
export function socketClass({ time, chance, dial }: { time: Scheduler; chance: Chance; dial: (line: Line) => ((ws: WebSocket) => void) | undefined }): SocketClass {
  return class implements Socket {
    readonly #line = new Line(time, chance)
    constructor() {
      const line = this.#line
      line.toServer(() => {
        const open = dial(line)
        if (!open) { line.toClient(() => line.tellClient(1006)); return }
        open(line.server as unknown as WebSocket)
        line.toClient(() => line.say('open', { data: '', code: 0 }))
      })
    }
    send(text: string): void {
      this.#line.onSent(text)
      this.#line.toServer(() => { if (this.#line.server.readyState === 1) this.#line.server.emit('message', text, false) })
    }
    close(): void { this.#line.clientCloses() }
    addEventListener(type: string, fn: (event: { data: unknown; code: number }) => void): void { this.#line.listen(type, fn) }
  }
}
