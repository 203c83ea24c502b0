/**
 * The canary: once a minute a message goes the whole way, because that is what people notice, and not whether processes run. It is
 * accepted like any other, committed, handed to a real socket of this server, and read back from the journal.
 *
 * Mail and texts cannot come back: of them it is watched, at the same time, that the mail server greets us and signs us in, and that the
 * carrier's line answers.
 *
 * It is an entry of a topic of its own, `canary`, which nobody can join but this session. No inbox, report or rule looks at it.
 */
import { WebSocket } from 'ws'
import type { CanaryShown } from '#contract/operations.ts'
import { protocolVersion, socketPath } from '#contract/protocol.ts'
import { every, type ChoreOptions } from '#server/jobs/every.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import type { TopicKind } from '#server/realtime/plugs.ts'

export const canarySubject = 'canary:house'
const topic = 'canary'

export interface CanaryOptions extends ChoreOptions {
  node: string
  /** Undefined: there is no account yet. @throws when the database is away and it was never known */
  account: () => Promise<string | undefined>
  /** Undefined while nothing listens. */
  url: () => string | undefined
  ticket: (session: Omit<Session, 'expiresAtMs' | 'channel'>) => string
  /** As for everybody: resolves when it is stored. `isKept`: on this disk only, since the database is away. */
  accept: (draft: { account: string; topic: string; id: string; type: string; actor: string; body: object }) => Promise<{ offset?: number | undefined; isKept?: boolean }>
  readBack: (account: string, topic: string, offset: number) => Promise<string | undefined>
  /** Those of carriers, as this node knows them. */
  channels: () => readonly { kind: string; state: string; isThrottled: boolean }[]
  /** Asks the mail server whether it would take a mail: why not, or undefined. Without it no mail leaves this house. */
  mail?: (() => Promise<string | undefined>) | undefined
  everyMs?: number
  patienceMs?: number
}
interface Trip { atMs: number; latencyMs: number | undefined; why: string | undefined }

/** Who the canary is: a contact that nobody else can be. */
export const canarySession = (account: string): Omit<Session, 'expiresAtMs' | 'channel'> => ({ account, actor: `contact:${derivedId('canary', account)}`, role: 'contact', subject: canarySubject })
export const canaryTopic: TopicKind = { kind: topic, mayJoin: async (session, ids) => ids.map(() => session.subject === canarySubject) }

export function canary(o: CanaryOptions) {
  const { now, everyMs = 60_000, patienceMs = 15_000 } = o
  let n = 0, failures = 0, total = 0, failed = 0
  let last: Trip | undefined
  let healthMs: number | undefined
  let stopped = false
  let isLooking = false
  let mail: { atMs: number; why: string | undefined } | undefined
  /** How many lines were down at the last look, and at both of the last two: one that comes up again meanwhile wakes nobody. */
  let down: { now: Map<string, number>; still: number } | undefined

  async function lookAtLines(): Promise<void> {
    if (o.mail) mail = { why: await o.mail(), atMs: now() }
    const lines = Map.groupBy([...o.channels().map((c) => ({ of: c.kind, isUp: c.state === 'ready' })), ...(mail ? [{ of: 'email', isUp: mail.why === undefined }] : [])], (line) => line.of)
    const before = down?.now
    const found = new Map([...lines].map(([of, all]) => [of, all.filter((line) => !line.isUp).length]))
    down = lines.size === 0 ? undefined : { now: found, still: [...found].reduce((sum, [of, n]) => sum + Math.min(n, before?.get(of) ?? 0), 0) }
  }

  async function fly(): Promise<void> {
    // Not waited for: a mail server that stalls must hold up neither the next flight nor a stop.
    if (o.url() !== undefined && !isLooking) {
      isLooking = true
      void lookAtLines().finally(() => { isLooking = false })
    }
    await flyOverWeb()
  }
  async function flyOverWeb(): Promise<void> {
    const url = o.url()
    if (url === undefined || stopped) return
    const account = await o.account()
    if (account === undefined) return
    healthMs = await answers(`${url}/healthz`)
    const id = derivedId('canary', o.node, String(now()), String(n++))
    let why: string | undefined
    let latencyMs: number | undefined
    try {
      latencyMs = await trip(url, account, id)
    } catch (error) {
      why = error instanceof Refusal ? error.message : (error as Error).message
    }
    if (stopped) return
    total++
    if (latencyMs === undefined) { failures++; failed++ } else failures = 0
    last = { atMs: now(), latencyMs, why }
  }

  async function trip(url: string, account: string, id: string): Promise<number> {
    const socket = await listen(`${url.replace(/^http/, 'ws')}${socketPath}`, o.ticket(canarySession(account)))
    try {
      const heard = socket.hears(id)
      heard.catch(() => {})
      const sentMs = performance.now()
      const stored = await within(o.accept({ account, topic, id, type: 'canary.sent', actor: 'system', body: { node: o.node.slice(0, 100) } }), 'It was not stored in time.')
      if (stored.isKept || stored.offset === undefined) throw new Error('It is kept on this disk, since the database does not take it.')
      await within(heard, 'It was stored, and did not arrive at a socket in time.')
      const tookMs = performance.now() - sentMs
      const back = await within(o.readBack(account, topic, stored.offset), 'It could not be read back in time.')
      if (back !== id) throw new Error('What the journal has in its place is something else.')
      return tookMs
    } finally {
      socket.close()
    }
  }

  async function within<T>(work: Promise<T>, why: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    work.catch(() => {})
    try { return await Promise.race([work, new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(why)), patienceMs) })]) }
    finally { clearTimeout(timer) }
  }

  /** A socket of a client, as small as it can be. */
  async function listen(url: string, token: string): Promise<{ hears(id: string): Promise<void>; close(): void }> {
    const socket = new WebSocket(url, { perMessageDeflate: false, rejectUnauthorized: false, handshakeTimeout: patienceMs })   // our own certificate names another host than loopback
    const waiting = new Map<string, () => void>()
    const broken = Promise.withResolvers<never>()
    broken.promise.catch(() => {})
    const welcome = Promise.withResolvers<void>()
    socket.on('open', () => socket.send(JSON.stringify([{ type: 'hello', version: protocolVersion, token, app: 'canary', joins: [{ topic }], views: [], inflight: [] }])))
    socket.on('error', (error) => broken.reject(new Error(`The socket does not open: ${error.message}`)))
    socket.on('close', (code) => broken.reject(new Error(`The socket was closed (${code}).`)))
    socket.on('message', (data) => {
      for (const frame of JSON.parse((data as Buffer).toString()) as { type: string; joined?: { how: string }[]; topic?: string; entries?: { id: string }[] }[]) {
        if (frame.type === 'welcome') { if (frame.joined?.some((j) => j.how !== 'refused')) welcome.resolve(); else broken.reject(new Error('The socket may not follow its topic.')) }
        if (frame.type === 'wait') broken.reject(new Error('The server has no room for another socket at present.'))
        if (frame.type === 'entries' && frame.topic === topic) for (const { id } of frame.entries ?? []) waiting.get(id)?.()
      }
    })
    try { await within(Promise.race([welcome.promise, broken.promise]), 'The socket was not greeted in time.') } catch (error) { socket.terminate(); throw error }
    return {
      hears: async (id) => Promise.race([new Promise<void>((resolve) => waiting.set(id, resolve)), broken.promise]),
      close: () => socket.terminate(),
    }
  }
  async function answers(url: string): Promise<number | undefined> {
    const startMs = performance.now()
    if (url.startsWith('https:')) return undefined   // the socket below tells; `fetch` would want the certificate's own name
    return fetch(url, { signal: AbortSignal.timeout(5_000) }).then(async (answer) => { await answer.arrayBuffer(); return performance.now() - startMs }, () => undefined)
  }

  const flying = every('send the canary', everyMs > 0 ? everyMs : 3_600_000, fly, o)
  const lateMs = 2_000
  return {
    poke: () => flying.poke(),
    latest: (): { latencyMs: number | undefined; failures: number } => ({ latencyMs: last?.latencyMs, failures }),
    /** Undefined: no mail server and no carrier is set. */
    linesDown: () => down?.still,
    isMeasured: () => last !== undefined,
    healthMs: () => healthMs,
    counts: () => ({ total, failed }),
    shown(): CanaryShown[] {
      const web: CanaryShown = {
        channel: 'web', state: last === undefined ? 'waiting' : last.latencyMs === undefined ? 'failing' : last.latencyMs > lateMs ? 'late' : 'ok',
        latencyMs: last?.latencyMs === undefined ? null : Math.round(last.latencyMs * 10) / 10, at: last ? new Date(last.atMs).toISOString() : null, failures, why: last?.why ?? null,
      }
      // Nothing comes back from a carrier that is not paid for; that its line answers is what can be known.
      const carriers = Map.groupBy(o.channels(), (c) => c.kind)
      return [web, ...[...carriers].map(([kind, of]): CanaryShown => ({
        channel: kind, state: of.every((c) => c.state === 'ready') ? kind === 'smpp' ? 'ok' : 'unwatched' : 'failing', latencyMs: null, at: null, failures: of.filter((c) => c.state !== 'ready').length, why: null,
      })), {
        channel: 'email', state: !o.mail ? 'unwatched' : mail === undefined ? 'waiting' : mail.why === undefined ? 'ok' : 'failing',
        latencyMs: null, at: mail ? new Date(mail.atMs).toISOString() : null, failures: mail?.why === undefined ? 0 : 1, why: mail?.why ?? null,
      }]
    },
    async stop(): Promise<void> { stopped = true; await flying.stop() },
  }
}
export type Canary = ReturnType<typeof canary>
