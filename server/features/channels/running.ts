/** The channels that this node speaks for: each held by a lease, started anew when its settings change, let go in an orderly way. */
import type { BaseLogger } from 'pino'
import type { ChannelHealth } from '#contract/channels.ts'
import type { Db } from '#server/db/db.ts'
import { every, type Chore } from '#server/jobs/every.ts'
import { atMost } from './at-most.ts'
import type { Channel, Cutter, Host, Sent } from './channel.ts'
import * as statements from './channels.sql.ts'
import type { ChannelRow } from './channels.sql.ts'
import type { Feeds, Inbound } from './inbound.ts'
import type { Outbound } from './outbound.ts'
import { forgetEarly, orphanedAreUnclear } from './outbound.sql.ts'
import { sending, type Sending, type SendingOptions } from './sending.ts'

export interface RunningOptions extends Pick<SendingOptions, 'now' | 'random' | 'pausesMs'> {
  db: Db
  node: string
  log: Pick<BaseLogger, 'info' | 'warn'>
  /** Undefined when it cannot be opened, for example because its credentials must be entered again. */
  open: (row: ChannelRow, host: Host) => Channel | undefined
  cutters: Readonly<Record<ChannelRow['kind'], Cutter>>
  inbound: Inbound
  outbound: Outbound
  /** How long a node that died keeps its channels. */
  leaseMs?: number
  pollMs?: number
}
interface Held { row: ChannelRow; key: string; channel: Channel; sending: Sending; untilMs: number; chore: Chore; upkeep: Chore; say: (to: string, text: string) => Promise<Sent> }
const deadlineMs = 5_000

/** What, when changed, ends the line and begins another. */
const keyOf = ({ kind, settings, credentials, numbers, ratePerSecond, inbox }: ChannelRow): string => JSON.stringify([kind, settings, credentials, numbers, ratePerSecond, inbox])

const feeds = (row: ChannelRow): Feeds => ({ account: row.account, id: row.id, inbox: row.inbox, answers: () => row })

export function running({ db, node, log, open, cutters, inbound, outbound, leaseMs = 15_000, pollMs = 1_000, ...options }: RunningOptions) {
  const { now } = options
  const held = new Map<string, Held>()
  const chores = { ...options, log }
  const timers = new Set<NodeJS.Timeout>()
  let stopped = false

  async function start(row: ChannelRow, untilMs: number): Promise<void> {
    const of: Feeds = { account: row.account, id: row.id, inbox: row.inbox, answers: () => mine?.row ?? row }
    let mine: Held | undefined
    let told: NodeJS.Timeout | undefined   // soon, so that a storm of changes is one write
    // With a margin: the lease is the database's, and so is its clock.
    const mayStillSend = (): boolean => mine !== undefined && now() < mine.untilMs - leaseMs / 3
    let isUrgent = false
    const host: Host = {
      receive: (message) => inbound.receive(of, message).catch((error: unknown) => {
        if (!stopped) log.warn({ err: error, channel: row.id }, 'a message could not be kept; the carrier will deliver it again')
        throw error
      }),
      async confirm(parts) { await inbound.confirm(of, parts) },
      report: (report) => outbound.report(of, report),
      healthChanged() {
        if (told || stopped) return
        told = setTimeout(() => {
          timers.delete(told!)
          told = undefined
          if (mine) void db.read('channel health', deadlineMs, (tx) => tx.run(statements.setHealth(row.account, row.id, healthOf(mine!)))).catch(() => {})
        }, 100)
        timers.add(told)
      },
      mayStillSend: () => isUrgent || mayStillSend(),
    }
    await db.read('orphaned parts', deadlineMs, (tx) => tx.run(orphanedAreUnclear(row.account, row.id)))
    const channel = open(row, host)
    if (!channel) return
    const out = sending({ ...options, db, of, channel, cutter: cutters[row.kind], ratePerSecond: row.ratePerSecond, settle: outbound.settle, mayStillSend, log })
    mine = {
      row, key: keyOf(row), channel, sending: out, untilMs,
      async say(to, text) {
        const cut = cutters[row.kind](text), reference = Math.floor(options.random() * 0xffff)
        let sent: Sent = { state: 'later', detail: 'nothing to say' }
        for (const [i, part] of cut.parts.entries()) {
          isUrgent = true   // also when the lease could not be renewed: the database is away, and that is what there is to tell
          const leaving = channel.send({ message: `alert.${reference}`, seq: i + 1, total: cut.parts.length, reference, concatenated: reference & 0xff, text: part, coding: cut.coding, sender: (mine?.row ?? row).numbers[0] ?? '', recipient: to })
          isUrgent = false
          sent = await leaving
          if (sent.state !== 'taken') break
        }
        return sent
      },
      chore: every(`send over channel ${row.id}`, pollMs, () => out.round(), chores),
      upkeep: every(`upkeep of channel ${row.id}`, 5 * pollMs, async () => {
        await inbound.catchUp(of)
        await outbound.settle(of, null)
        host.healthChanged()
      }, chores),
    }
    held.set(row.id, mine)
    host.healthChanged()
  }

  async function end(h: Held, isReleased: boolean): Promise<void> {
    held.delete(h.row.id)
    await h.chore.stop()
    await atMost(5_000, h.sending.idle())
    h.untilMs = 0
    await h.channel.stop()
    await h.upkeep.stop()
    if (isReleased) await db.read('release channel', deadlineMs, (tx) => tx.run(statements.release(h.row.account, h.row.id, node))).catch(() => {})
  }

  const chore = every('hold channels', Math.min(pollMs * 2, leaseMs / 3), async () => {
    const rows = await db.read('active channels', deadlineMs, (tx) => tx.all(statements.selectActive()))
    for (const h of held.values()) if (!rows.some((r) => r.id === h.row.id)) await end(h, true)
    for (const row of rows) {
      const mine = held.get(row.id)
      const askedMs = now()
      if (await db.read('hold channel', deadlineMs, (tx) => tx.run(statements.hold(row.account, row.id, node, leaseMs))) === 0) {
        if (mine) await end(mine, false)   // it took too long, and another node speaks for it
        continue
      }
      if (mine && mine.key === keyOf(row)) { mine.untilMs = askedMs + leaseMs; mine.row = row; continue }
      if (mine) await end(mine, false)
      if (!stopped) await start(row, askedMs + leaseMs)
    }
  }, chores)
  const cleaning = every('forget what carriers said', 3_600_000, async () => {
    for (const { row } of held.values()) {
      await inbound.forget(feeds(row))
      await db.read('forget early reports', deadlineMs, (tx) => tx.run(forgetEarly(row.account, row.id)))
    }
  }, chores)
  chore.poke()

  const healthOf = (h: Held): ChannelHealth => {
    const until = h.sending.throttledUntilMs
    return { ...h.channel.health(), ...(until > now() && { throttledUntil: new Date(until).toISOString() }) }
  }

  return {
    /** Something is to be sent: as soon as the commit that says so is through. */
    poke(channel: string): void {
      const timer = setTimeout(() => { timers.delete(timer); held.get(channel)?.chore.poke() }, 20)
      timers.add(timer)
    },
    /** Settings were saved. What only this process reads, like hours and words, holds from now on; what the line is made of begins a new one. */
    look(saved: ChannelRow): void {
      const mine = held.get(saved.id)
      if (mine?.key === keyOf(saved)) mine.row = saved
      chore.poke()
    },
    /** What a message of this channel's may be told of, for carriers that call. */
    feeds,
    health: (channel: string): ChannelHealth | undefined => { const h = held.get(channel); return h && healthOf(h) },
    /** Leaves at once over a channel of this account, beside all that is kept: for alerts, while the database is away. What the carrier reports of it finds nothing. Undefined: no line is there. */
    async say(account: string, to: string, text: string): Promise<Sent | undefined> {
      return [...held.values()].find((h) => h.row.account === account && h.channel.isReady)?.say(to, text)
    },
    canSay: (account: string): boolean => [...held.values()].some((h) => h.row.account === account && h.channel.isReady),
    /** For the metrics. */
    all: (): { kind: string; state: ChannelHealth['state']; isThrottled: boolean }[] => [...held.values()].map((h) => ({ kind: h.row.kind, state: h.channel.health().state, isThrottled: h.sending.throttledUntilMs > now() })),
    async stop(): Promise<void> {
      stopped = true
      await cleaning.stop()
      await chore.stop()
      await Promise.all([...held.values()].map((h) => end(h, true)))
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
export type Running = ReturnType<typeof running>
