/**
 * Channels: ways to reach a contact beside the web. Verbs for settings and threads, and the answers that Lodge gives by itself.
 * How a channel is implemented stands in channel.ts; what comes in, in inbound.ts; what leaves, in outbound.ts.
 */
import type { Channel, ChannelHealth, SmppSettings, TwilioSettings } from '#contract/channels.ts'
import { channelLanguages, SmppSettings as SmppSchema, TwilioSettings as TwilioSchema } from '#contract/channels.ts'
import { Compile } from 'typebox/compile'
import type { Db, Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import { setOptedOut } from '#server/features/conversations/conversations.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import type { ChoreOptions } from '#server/jobs/every.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { e164Of } from '#server/kernel/phone.ts'
import { isZone } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import type { TicketKey } from '#server/kernel/ticket.ts'
import type { CommandHandlers } from '#server/realtime/plugs.ts'
import type { Host } from './channel.ts'
import * as statements from './channels.sql.ts'
import type { ChannelRow } from './channels.sql.ts'
import { closedSince } from './hours.ts'
import { addressHash, inbound as openInbound, type Feeds, type InboundOptions, type Reached } from './inbound.ts'
import { conversationsOf, deleteOptOut, insertOptOut } from './inbound.sql.ts'
import { outbound as openOutbound, type OutboundOptions } from './outbound.ts'
import { failWaitingTo } from './outbound.sql.ts'
import { running as openRunning, type RunningOptions } from './running.ts'
import { seal } from './seal.ts'
import { hosts } from './sms/hosts.ts'
import { smppChannel, smppCutter, type SmppOptions } from './sms/smpp.ts'
import { twilioChannel, twilioCutter } from './sms/twilio.ts'
import { heard, stopWords } from './stop-words.ts'

export { eraseAddressesOf } from './inbound.ts'
export { recall } from './outbound.ts'
/** In whatever language a channel may have. */
export const isStopOnChannel = (text: string): boolean => heard(text, channelLanguages)?.meaning === 'stop'

export interface ChannelOptions extends Omit<ChoreOptions, 'log'> {
  db: Db
  accept: Accept<Tx>
  /** Given when they are there: they need what is made here. */
  commands: () => CommandHandlers
  changed: Changed
  keys: readonly TicketKey[]
  node: string
  log: RunningOptions['log']
  /** Without a slash at the end. */
  baseUrl: () => string
  /** Addresses inside the house's network that channels may connect to. */
  networks?: string | undefined
  /** For tests, and the demo's carrier. */
  tuning?: Tuning | undefined
}
export interface Tuning extends Pick<InboundOptions, 'gapMs'>, Pick<OutboundOptions, 'unclearMs' | 'reportMs'>, Pick<RunningOptions, 'leaseMs' | 'pollMs' | 'pausesMs'>, Pick<SmppOptions, 'enquireMs' | 'answerMs' | 'retryFromMs' | 'retryMaxMs'> {
  twilioUrl?: string
}

export type SaveChannel = Pick<Channel, 'kind' | 'settings' | 'name' | 'inbox' | 'numbers'> & Partial<Pick<Channel, 'ratePerSecond' | 'languages' | 'zone' | 'hours' | 'automaticAnswer' | 'active'>> & { secret?: string }

const schemas = { smpp: Compile(SmppSchema), twilio: Compile(TwilioSchema) }
const cutters = { smpp: smppCutter, twilio: twilioCutter }

export function channels({ db, accept, commands, changed, keys, node, log, baseUrl, networks = '', tuning = {}, now, random }: ChannelOptions) {
  const sealed = seal(keys)
  const reachable = hosts(networks)
  const outbound = openOutbound({ db, accept, cutters, poke: (id) => { running.poke(id) }, ...pick(tuning, 'unclearMs', 'reportMs') })
  const inbound = openInbound({ db, commands: lazily(commands), heard: obey, shown: answer, ...pick(tuning, 'gapMs') })
  const running = openRunning({ db, node, log, now, random, cutters, inbound, outbound, open, ...pick(tuning, 'leaseMs', 'pollMs', 'pausesMs') })

  function secretOf({ account, id, credentials }: Pick<ChannelRow, 'account' | 'id' | 'credentials'>): string | undefined {
    return credentials === null ? undefined : sealed.open(`${account} ${id}`, credentials)
  }

  function open(row: ChannelRow, host: Host) {
    const secret = secretOf(row)
    if (secret === undefined) return undefined
    // A signing key was exchanged: the newest one closes it again before the old one goes.
    if (sealed.isOld(row.credentials!)) void db.read('seal anew', 5_000, (tx) => tx.run(statements.setCredentials(row.account, row.id, sealed.close(`${row.account} ${row.id}`, secret)))).catch(() => {})
    return row.kind === 'smpp'
      ? smppChannel({ settings: row.settings as SmppSettings, password: secret, host, hosts: reachable, now, random, ...pick(tuning, 'enquireMs', 'answerMs', 'retryFromMs', 'retryMaxMs') })
      : twilioChannel({ settings: row.settings as TwilioSettings, authToken: secret, host, statusUrl: webhook(row.id, 'status'), apiUrl: tuning.twilioUrl, now })
  }
  const webhook = (id: string, what: 'messages' | 'status'): string => `${baseUrl()}/hooks/twilio/${id}/${what}`

  const shown = ({ account: _, credentials, health, isHeld, ...row }: ChannelRow): Channel => ({
    ...row, hasSecret: credentials !== null, webhooks: row.kind === 'twilio' ? [webhook(row.id, 'messages')] : [],
    health: healthOf(row.active, isHeld, secretOf({ account: _, id: row.id, credentials }) !== undefined, running.health(row.id) ?? health),
  })
  const healthOf = (active: boolean, isHeld: boolean, hasSecret: boolean, health: ChannelHealth | null): ChannelHealth => {
    const since = health?.since ?? new Date(now()).toISOString()
    if (!active) return { state: 'off', since }
    if (!hasSecret) return { state: 'refused', since, lastError: 'The password is missing. Enter it again.' }
    return isHeld && health ? health : { state: 'elsewhere', since }
  }

  // --- by itself

  /** STOP and START, before anything else. */
  async function obey(of: Feeds, m: { id: string; text: string; address: string; reached: Reached }): Promise<void> {
    const word = heard(m.text, of.answers().languages)
    const isStopOrStart = word?.meaning === 'stop' || word?.meaning === 'start'
    // Who stopped another channel of the house comes to this one stopped.
    if (!isStopOrStart && !m.reached.hasOptedOut) return
    const stops = !isStopOrStart || word.meaning === 'stop'
    const hash = addressHash(of.account, m.address)
    const { account } = of
    for (const { id, optedOut } of await db.read('conversations of number', 5_000, (tx) => tx.all(conversationsOf(account, m.address)))) {
      if (optedOut === stops) continue
      await accept({
        account, topic: `conversation:${id}`, id: derivedId(stops ? 'stop' : 'start', m.id, id), type: stops ? 'conversation.opted_out' : 'conversation.opted_in', actor: m.reached.session.actor, body: { word: isStopOrStart ? word.word : 'stop' },
        guard: async (tx) => {
          await tx.run(stops ? insertOptOut(account, hash) : deleteOptOut(account, hash))
          await setOptedOut(tx, account, id, stops)
          if (stops) await tx.run(failWaitingTo(account, m.address))
        },
      })
    }
  }

  /** Once the message is shown: the confirmation, the help, or that nobody is there now. Each once, whatever is repeated. */
  async function answer(of: Feeds, { id, text, reached }: { id: string; text: string; reached: Reached }): Promise<void> {
    const { languages, hours, zone, automaticAnswer } = of.answers()
    const word = heard(text, languages)
    const say = (what: string, words: string, despiteStop = false) => outbound.say({ account: of.account, conversation: reached.conversation, id: derivedId(what, id), text: words, despiteStop })
    if (word) {
      const { name: house } = await db.read('account name', 5_000, (tx) => tx.one(statements.accountName(of.account)))
      const words = stopWords[word.language].say
      if (word.meaning === 'stop') await say('stopped', words.stopped(house), true)
      else if (word.meaning === 'start') { if (reached.hasOptedOut) await say('started', words.started(house)) }
      else await say('help', words.help(house), true)
      return
    }
    const closed = automaticAnswer.trim() === '' || reached.hasOptedOut ? undefined : closedSince(hours, zone, now())
    if (closed !== undefined) await outbound.say({ account: of.account, conversation: reached.conversation, id: derivedId('automatic answer', reached.conversation, closed), text: automaticAnswer }).catch(unlessSaid)
  }
  return {
    leave: outbound.leave, recall: outbound.recall, retry: outbound.retry, running, inbound, outbound, secretOf,

    list: async (account: string): Promise<Channel[]> => (await db.read('list channels', 5_000, (tx) => tx.all(statements.selectChannels(account)))).map(shown),

    /** Only an active one. Whoever asks must prove by its secret that it is the carrier. */
    find: (id: string): Promise<ChannelRow | undefined> => db.read('find channel', 5_000, (tx) => tx.maybe(statements.selectChannelOfAnybody(id))),

    /** @throws Refusal `invalid`, `not_found` */
    async save({ account, actor }: Session, id: string, to: SaveChannel): Promise<Channel> {
      const { kind, settings, name, inbox, numbers, secret, hours, zone } = to
      if (!schemas[kind].Check(settings)) throw new Refusal('invalid', '`settings` in the body is not what a channel of this kind needs.')
      if (zone !== undefined && !isZone(zone)) throw new Refusal('invalid', '`zone` in the body is no time zone.')
      const credentials = secret === undefined ? null : sealed.close(`${account} ${id}`, secret)
      const row = await db.tx('save channel', 5_000, async (tx) => {
        const saved = await tx.maybe(statements.upsertChannel(account, {
          id, kind, settings, name: name.trim(), inbox, numbers, credentials, ratePerSecond: to.ratePerSecond ?? null, languages: to.languages ?? null, zone: zone ?? null,
          hours: hours ?? null, hasHours: hours !== undefined, automaticAnswer: to.automaticAnswer ?? null, active: to.active ?? null,
        }))
        const row = await tx.one(statements.selectChannel(account, id))
        if (!saved) throw new Refusal('invalid', row.kind === kind ? `The channel would sign in elsewhere or as somebody else. Enter its ${kind === 'smpp' ? 'password' : 'auth token'} again.` : 'The kind of a channel stays. Make another channel.')
        return row
      }).catch(refuseOn({ channels_account_id_inbox_id_fkey: ['not_found', 'There is no such inbox.'], channels_id: ['not_found'] }))
      await changed(account, actor, 'channels', id)
      running.look(row)
      return shown(row)
    },

    /** @throws Refusal `invalid`, `not_found`, `opted_out` */
    async test({ account }: Session, id: string, { id: message, to }: { id: string; to: string }): Promise<{ conversation: string }> {
      const address = e164Of(to)
      if (address === undefined) throw new Refusal('invalid', 'Write the number with its country, like +46 70 123 45 67.')
      const row = await db.read('channel', 5_000, (tx) => tx.maybe(statements.selectChannel(account, id)))
      if (!row) throw new Refusal('not_found')
      const { conversation } = await inbound.reach(running.feeds(row), address, row.numbers[0]!)
      await outbound.say({ account, conversation, id: message, text: `${row.name}: this is a test. (${address.slice(-2)}, ${new Date(now()).toISOString().slice(11, 16)} UTC)` })
      return { conversation }
    },
    async stop(): Promise<void> {
      inbound.stop()
      await running.stop()
    },
  }
}
export type Channels = ReturnType<typeof channels>

/** The conversation was told in this closed stretch already. */
function unlessSaid(error: unknown): void {
  if (!(error instanceof Refusal && (error.code === 'id_reused' || error.code === 'opted_out'))) throw error
}
const pick = <T extends object, K extends keyof T>(of: T, ...keys: readonly K[]): { [P in K]?: Exclude<T[P], undefined> } => Object.fromEntries(keys.flatMap((k) => of[k] === undefined ? [] : [[k, of[k]]])) as { [P in K]?: Exclude<T[P], undefined> }
/** Handlers that are made after the channels: looked up when they are called. */
const lazily = (commands: () => CommandHandlers): CommandHandlers => new Proxy({} as CommandHandlers, { get: (_, type) => commands()[type as keyof CommandHandlers] })
