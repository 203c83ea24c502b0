/**
 * Alerts: who is on call, and telling them. Nothing here needs the database: what is so stands in two small files of the data folder,
 * and mail, SMS and webhooks leave from memory (rules AL).
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import type { Alert, OnCall, OnCallShown, Way } from '#contract/alerts.ts'
import { OutOfReach, type Reach } from '#server/http/reach.ts'
import { postSigned } from '#server/http/webhook.ts'
import { every, type ChoreOptions } from '#server/jobs/every.ts'
import { smallFile } from '#server/jobs/small-file.ts'
import { alerting, type AlertingOptions, type AlertingState, type Raised, type Seen } from '#server/kernel/alerting.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { trialOf, wordsOf, type Words } from './letters.ts'
import { alertOutbox, type Due, type Outcome } from './outbox.ts'

export type { Outcome } from './outbox.ts'
export interface AlertsOptions extends ChoreOptions {
  /** LODGE_DATA. */
  folder: string
  /** Who speaks, in subjects: `Lodge at desk.example.com`. */
  house: () => string
  baseUrl: () => string
  findings: () => readonly Seen[]
  /** Undefined: no mail server is set. Never throws. */
  mail: ((letter: { to: string; subject: string; text: string; messageId: string; createdAt: string }) => Promise<Outcome>) | undefined
  /** Over a channel of the operator's account; undefined while there is none that could. Never throws. */
  sms: ((to: string, text: string) => Promise<Outcome>) | undefined
  hasSms: () => boolean
  reach: Reach
  /** What webhooks and links are signed with. */
  master: string
  tuning?: Pick<AlertingOptions, 'raiseAfterMs' | 'clearAfterMs' | 'capMessages' | 'capMs'> & { everyMs?: number }
}
interface Kept { readonly alerting: AlertingState; readonly due: readonly Due[]; readonly messages: readonly Told[] }
interface Told { readonly id: string; readonly person: string; readonly alerts: readonly string[] }

const nobody: OnCall = { people: [], duties: [], escalateAfterMinutes: 10 }
/** Links in older messages lead to the page, and acknowledge nothing. */
const toldMax = 500

export interface Alerts {
  onCall(): OnCallShown
  /** @throws Refusal `invalid`, `storage_full` */
  save(onCall: OnCall): Promise<OnCallShown>
  /** @throws Refusal `not_found` */
  trial(person: string): Promise<{ kind: string; to: string; sent: boolean; why: string | null }[]>
  list(): Alert[]
  /** The alert of a finding that stands, if anybody was or would be woken by it. */
  of(finding: string): Alert | undefined
  /** @throws Refusal `not_found` */
  acknowledge(id: string, by: string): Promise<Alert>
  /** By the secret of a link in a message. Undefined: it is no such link. */
  byLink(message: string, mac: string): { name: string; alerts: Alert[]; acknowledge(): Promise<void> } | undefined
  stats(): { standing: number; unacknowledged: number; waiting: number; sent: number; failed: number }
  poke(): void
  stop(): Promise<void>
}

export async function openAlerts(o: AlertsOptions): Promise<Alerts> {
  const { now, log } = o
  const onCallFile = smallFile<OnCall>(join(o.folder, 'operations', 'on-call.json'))
  const keptFile = smallFile<Kept>(join(o.folder, 'operations', 'alerts.json'))
  let onCall = await onCallFile.read() ?? nobody
  const kept = await keptFile.read()
  const told: Told[] = [...(kept?.messages ?? [])]
  const key = (of: string): Buffer => Buffer.from(hkdfSync('sha256', Buffer.from(o.master, 'base64url'), '', `lodge alerts ${of}`, 24))
  const linkKey = key('links')
  const macOf = (message: string): string => createHmac('sha256', linkKey).update(message).digest('base64url').slice(0, 22)
  const secretOf = (to: string): string => `whsec_${key(`webhook ${to}`).toString('base64')}`

  const { everyMs = 5_000, ...tuning } = o.tuning ?? {}
  const engine = alerting({ now, duties: () => onCall, state: kept?.alerting, ...tuning })
  let isDirty = false
  const outbox = alertOutbox({ send, now, log, ...(kept && { state: kept.due }), changed: () => { isDirty = true } })
  const nameOf = (person: string): string => onCall.people.find((p) => p.id === person)?.name ?? 'somebody'

  async function send({ key: id, way, words, payload, atMs }: Pick<Due, 'key' | 'way' | 'words' | 'payload' | 'atMs'>): Promise<Outcome> {
    try {
      if (way.kind === 'webhook') return await postSigned({ id, url: way.to, body: JSON.stringify(payload), key: key(`webhook ${way.to}`) }, o.reach, now())
      if (way.kind === 'sms') return o.sms ? await o.sms(way.to, words.brief) : { state: 'later', why: 'There is no SMS channel.' }
      return o.mail ? await o.mail({ to: way.to, subject: words.subject, text: words.text, messageId: `<${id}@lodge.alerts>`, createdAt: new Date(atMs).toISOString() }) : { state: 'later', why: 'There is no mail server (SMTP_URL).' }
    } catch (error) {
      return { state: error instanceof OutOfReach ? 'never' : 'later', why: (error as Error).message }
    }
  }
  const shown = (a: Raised): Alert => ({
    id: a.id, finding: a.finding, component: a.component, severity: a.severity, evidence: a.evidence, whatToDo: a.whatToDo, raisedAt: new Date(a.raisedMs).toISOString(), clearedAt: a.clearedMs === null ? null : new Date(a.clearedMs).toISOString(),
    acknowledged: a.acknowledged && { by: a.acknowledged.by, at: new Date(a.acknowledged.atMs).toISOString() }, told: Object.keys(a.told).map(nameOf),
  })

  /** A disk that takes nothing must not keep anybody asleep: then it is in memory only. */
  async function keep(): Promise<void> {
    isDirty = false
    await keptFile.write({ alerting: engine.state(), due: outbox.state(), messages: told }).catch((error: unknown) => { log.warn({ err: error }, 'alerts could not be kept: after a restart they may be sent again') })
  }
  async function look(): Promise<void> {
    const before = JSON.stringify(engine.state())
    const messages = engine.look(o.findings())
    for (const message of messages) {
      const person = onCall.people.find((p) => p.id === message.person)
      if (!person) continue
      told.push({ id: message.id, person: person.id, alerts: message.items.map((i) => i.alert.id) })
      if (told.length > toldMax) told.shift()
      const ackUrl = `${o.baseUrl()}/alerts/${message.id}/${macOf(message.id)}`
      const words = wordsOf(message, { house: o.house(), ackUrl, pageUrl: `${o.baseUrl()}/operations` })
      const payload = { type: 'alert', at: new Date(now()).toISOString(), for: person.name, acknowledge: ackUrl, more: message.more, alerts: message.items.map(({ what, alert }) => ({ what, ...shown(alert) })) }
      outbox.add(person.ways.map((way, i) => ({ key: `${message.id}.${i}.${linkId}`, way, words, payload, atMs: now() })))
    }
    if (isDirty || messages.length > 0 || before !== JSON.stringify(engine.state())) await keep()
    if (messages.length > 0) sending.poke()
  }
  /** Ids of messages begin anew when the file is lost; a receiver must not take one for another. */
  const linkId = Math.floor(o.random() * 0xffffffff).toString(36)

  const looking = every('look whom to wake', everyMs, look, o)
  const sending = every('send alerts', everyMs, async () => {
    await outbox.round()
    if (isDirty) await keep()
  }, o)

  const shownOnCall = (): OnCallShown => ({ onCall, canSend: { email: o.mail !== undefined, sms: o.hasSms() }, secrets: [...new Set(onCall.people.flatMap((p) => p.ways.filter((w) => w.kind === 'webhook').map((w) => w.to)))].map((to) => ({ to, secret: secretOf(to) })) })

  return {
    onCall: shownOnCall,
    async save(next) {
      refuseUnfit(next, o.reach)
      try { await onCallFile.write(next) }
      catch (error) {
        log.warn({ err: error }, 'who is on call could not be kept')
        throw new Refusal('storage_full', 'It could not be written to the disk. Nothing was changed.')
      }
      onCall = next
      looking.poke()
      return shownOnCall()
    },
    async trial(id) {
      const person = onCall.people.find((p) => p.id === id)
      if (!person) throw new Refusal('not_found')
      const words: Words = trialOf(o.house(), person.name)
      return Promise.all(person.ways.map(async (way, i) => {
        const outcome = await send({ key: `trial.${now()}.${i}.${linkId}`, way, words, payload: { type: 'trial', at: new Date(now()).toISOString(), for: person.name }, atMs: now() })
        return { kind: way.kind, to: way.to, sent: outcome.state === 'sent', why: outcome.state === 'sent' ? null : outcome.why }
      }))
    },
    list: () => [...engine.standing(), ...engine.past()].map(shown),
    of(finding) {
      const found = engine.standing().find((a) => a.finding === finding)
      return found && shown(found)
    },
    async acknowledge(id, by) {
      const alert = engine.acknowledge(id, by)
      if (!alert) throw new Refusal('not_found')
      await keep()
      return shown(alert)
    },
    byLink(message, mac) {
      const right = Buffer.from(macOf(message)), given = Buffer.from(mac)
      const of = told.find((t) => t.id === message)
      if (!of || given.length !== right.length || !timingSafeEqual(given, right)) return undefined
      const name = nameOf(of.person)
      const alerts = [...engine.standing(), ...engine.past()].filter((a) => of.alerts.includes(a.id))
      return {
        name, alerts: alerts.map(shown),
        async acknowledge() {
          for (const { id } of alerts) engine.acknowledge(id, name)
          await keep()
        },
      }
    },
    stats: () => ({ standing: engine.standing().length, unacknowledged: engine.standing().filter((a) => !a.acknowledged).length, ...outbox.stats() }),
    poke: () => looking.poke(),
    async stop() {
      await looking.stop()
      await sending.stop()
      if (isDirty) await keep()
    },
  }
}

/** @throws Refusal `invalid` */
function refuseUnfit({ people, duties }: OnCall, reach: Reach): void {
  const ids = new Set(people.map((p) => p.id))
  if (ids.size !== people.length) throw new Refusal('invalid', 'Two people have the same id.')
  if (new Set(duties.map((d) => d.component)).size !== duties.length) throw new Refusal('invalid', 'A component stands there twice.')
  for (const { people: named } of duties) for (const id of named) if (!ids.has(id)) throw new Refusal('invalid', 'A duty names somebody who is not in the list.')
  for (const { name, ways } of people) for (const way of ways) {
    const unfit = unfitWay(way, reach)
    if (unfit !== undefined) throw new Refusal('invalid', `${name}, ${way.to}: ${unfit}`)
  }
}
const unfitWay = ({ kind, to }: Way, reach: Reach): string | undefined => {
  if (kind === 'webhook') return reach.refuses(to)
  if (kind === 'sms') return /^\+[1-9]\d{6,14}$/.test(to) ? undefined : 'A telephone number begins with + and the country: +46701234567.'
  return /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(to) ? undefined : 'This is no e-mail address.'
}
