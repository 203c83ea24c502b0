/** A hotel with a carrier: what tests of channels begin with. */
import { vi } from 'vitest'
import { listChannels, saveChannel, type Channel } from '#contract/channels.ts'
import { listConversations, listEntries, type ConversationRow } from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/id.ts'
import type { SaveChannel, Tuning } from '#server/features/channels/channels.ts'
import type { TestServer } from './server.ts'
import { ada, website } from './world.ts'

export const ourNumber = '+46850001000'
/** Seconds where the house waits minutes. */
export const quick: Tuning = { gapMs: 1_500, unclearMs: 3_000, reportMs: 60_000, leaseMs: 3_000, pollMs: 100, pausesMs: [100, 300, 1_000], enquireMs: 500, answerMs: 3_000, retryFromMs: 50, retryMaxMs: 400 }
export const onLoopback = { networks: '127.0.0.0/8', tuning: quick }

type Caller = Pick<TestServer, 'callAs'>
export async function makeSmppChannel(server: Caller, port: number, more: Partial<SaveChannel> = {}, id = newId()): Promise<Channel> {
  return valueOf(await server.callAs(ada)(saveChannel, {
    params: { channel: id },
    body: { kind: 'smpp', name: 'Desk SMS', inbox: website.id, numbers: [ourNumber], settings: { host: '127.0.0.1', port, tls: false, systemId: 'lantern', systemType: '' }, secret: 'sesame', ratePerSecond: 200, ...more },
  }))
}
export async function untilReady(server: Caller, channel: string): Promise<void> {
  await vi.waitUntil(async () => valueOf(await server.callAs(ada)(listChannels, {})).channels.find((c) => c.id === channel)?.health.state === 'ready', { timeout: 20_000, interval: 100 })
}

export async function smsConversations(server: Caller): Promise<ConversationRow[]> {
  return valueOf(await server.callAs(ada)(listConversations, { query: { limit: 200 } })).conversations.filter((c) => c.channel)
}
export const entriesOf = async (server: Caller, conversation: string): Promise<Entry[]> => valueOf(await server.callAs(ada)(listEntries, { params: { conversation }, query: { limit: 1000 } })).entries as Entry[]
export const textsOf = (entries: readonly Entry[], who: 'contact' | 'system' | 'user'): string[] => entries.flatMap((e) => e.type === 'message.sent' && e.actor.startsWith(who) ? [e.body?.text ?? ''] : [])
/** What the thread says of a message last. */
export const wordOn = (entries: readonly Entry[], message: string): string | undefined => entries.flatMap((e) => e.type === 'message.reported' && e.body?.message === message ? [e.body.state] : []).at(-1)
