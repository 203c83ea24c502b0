/**
 * The status page from inside Lodge: who may write it, what of it stands on whose screen, what watchdogs propose. It is kept in the
 * files of `server/status`, which the command line and the page's own process write as well.
 */
import { join } from 'node:path'
import type { StatusBoard } from '#contract/status-endpoints.ts'
import type { Audience, Incident, Proposal, StatusBanner, StatusReply } from '#contract/status.ts'
import type { Db } from '#server/db/db.ts'
import type { Operator } from '#server/features/identity/identity.ts'
import type { Reach } from '#server/http/reach.ts'
import { every, type ChoreOptions } from '#server/jobs/every.ts'
import type { Finding } from '#server/kernel/findings.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { CommandHandlers, ViewKind } from '#server/realtime/plugs.ts'
import { suspicionOfAway } from '#server/status/away.ts'
import { openBook, type Book } from '#server/status/book.ts'
import { cleanAtMs } from '#server/status/clean.ts'
import { componentsOf, pageOf } from '#server/status/components.ts'
import { bannerFor, overall, proposedItems } from '#server/status/current.ts'
import { incidentIn, incidents } from '#server/status/incidents.ts'
import { maintenances } from '#server/status/maintenances.ts'
import { isAlive, readProcess } from '#server/status/process.ts'
import { proposals, type Suspicion } from '#server/status/proposals.ts'
import { subscribers } from '#server/status/subscribers.ts'
import { replies as openReplies } from './replies.ts'
import * as statements from './status.sql.ts'
import { suspicionOf } from './suspicions.ts'

export { openLife } from './life.ts'
export type { Suspicion }
interface Options extends ChoreOptions {
  /** LODGE_DATA. */
  folder: string
  db: Db
  operator: Operator
  commands: () => Pick<CommandHandlers, 'message.send'>
  reach: Reach
  push: (account: string, view: string, body: StatusBanner) => void
  watched: (account: string, kind: string) => readonly { name: string; id: string | undefined }[]
  log: ChoreOptions['log'] & { error(o: object, m: string): void }
}
const boardMax = 100
const viewAudiences: Record<string, Audience> = { visitors: 'visitors', agents: 'agents', managers: 'managers' }

export interface Status {
  /** Where the files are. */
  readonly folder: string
  readonly book: Book
  readonly incidents: ReturnType<typeof incidents>
  readonly maintenances: ReturnType<typeof maintenances>
  readonly subscribers: ReturnType<typeof subscribers>
  readonly proposals: ReturnType<typeof proposals>
  /** For watchdogs: what they believe is wrong, with what they saw. As often as they like; never throws, since a watchdog must not die of it. */
  propose(suspicion: Suspicion): Promise<Proposal | undefined>
  /** Proposes what is critical among what watchdogs find. */
  proposeFindings(findings: readonly Finding[]): Promise<void>
  /** After a server that was not stopped: from its last sign of life until now it was away. */
  proposeAfterCrash(lastMs: number): Promise<Proposal | undefined>
  /** The one access check of everything that writes the page. @throws Refusal `forbidden` */
  refuseUnlessOperator(session: Session): Promise<void>
  board(session: Session): Promise<StatusBoard>
  banner(account: string, audience: Audience): StatusBanner
  /** For the beat of a kiosk. */
  kioskNotice(account: string): { title: string; text: string } | null
  readonly view: ViewKind
  replyToAffected(session: Session, incident: string, reply: { id: string; text: string }): Promise<StatusReply>
  countAffected(session: Session, incident: string): Promise<number>
  /** Reads the files now and pushes what changed. */
  poke(): void
  stop(): Promise<void>
}

export async function openStatus({ folder: data, db, operator, commands, reach, push, watched, now, random, log }: Options): Promise<Status> {
  const folder = join(data, 'status')
  const book = openBook({ folder, now })
  await book.refresh().catch((error: unknown) => { log.error({ err: error }, 'The files of the status page cannot be read') })
  const { propose, ...decisions } = proposals({ book })
  const replies = openReplies({ db, book, commands: { 'message.send': (session, command) => commands()['message.send'](session, command) }, now, random, log })

  // --- banners: what each screen was told last, by account and audience
  const told = new Map<string, string>()
  const accounts = new Set<string>()
  function banner(account: string, audience: Audience): StatusBanner {
    const { more, items } = bannerFor(book.state, account, audience, now(), audience === 'visitors' ? 'messenger' : undefined)
    return { more, items: audience === 'managers' && account === operator.known ? [...proposedItems(book.state), ...items] : items }
  }
  function pushAll(): void {
    for (const account of accounts) {
      const views = watched(account, 'status')
      if (views.length === 0) accounts.delete(account)
      for (const { name, id } of views) {
        const audience = viewAudiences[id ?? '']
        const key = `${account} ${name}`
        if (!audience) continue
        const body = banner(account, audience), text = JSON.stringify(body)
        if (told.get(key) === text) continue
        told.set(key, text)
        push(account, name, body)
      }
    }
  }
  // Others write the files, and time alone begins a maintenance.
  const reading = every('read the status page', 1_000, async () => {
    await book.refresh()
    if (accounts.size > 0 && operator.known === undefined) void operator.account().catch(() => {})   // the banner does not wait for the database
    pushAll()
  }, { now, random, log })
  const off = book.onChange(() => { reading.poke() })

  const affectedBy = (session: Session, incident: Incident): statements.Touched => {
    if (incident.accounts.length > 0 && !incident.accounts.includes(session.account)) throw new Refusal('not_found')
    const from = incident.impact.map((i) => i.from).toSorted()[0] ?? incident.openedAt
    return { account: session.account, after: from, before: new Date(now()).toISOString() }
  }

  async function proposeSafely(suspicion: Suspicion): Promise<Proposal | undefined> {
    try { return await propose(suspicion) }
    catch (error) {
      log.error({ err: error, suspicion }, 'A suspicion could not be noted on the status page')
      return undefined
    }
  }

  return {
    folder, book, incidents: incidents({ book, now }), maintenances: maintenances({ book }), subscribers: subscribers({ book, reach }), proposals: { propose, ...decisions }, banner,
    propose: proposeSafely,
    async proposeFindings(findings) {
      for (const finding of findings) {
        const suspicion = suspicionOf(finding)
        if (suspicion) await proposeSafely(suspicion)
      }
    },
    async proposeAfterCrash(lastMs) {
      const [from, to] = [lastMs, now()].map((ms) => new Date(ms).toISOString())
      const suspicion = suspicionOfAway(book.state, 'down', 'start', `The server ended without having been stopped. Its last sign of life was at ${from}; it answers again since ${to} (${Math.max(0, Math.round((now() - lastMs) / 1000))} s later).`)
      return suspicion && proposeSafely(suspicion)
    },
    refuseUnlessOperator: (session) => operator.refuseUnless(session, 'The status page is written by administrators of the account that runs this house.'),
    async board(session) {
      const mayWrite = await operator.is(session)
      const { state } = book
      const concerns = (i: Incident): boolean => mayWrite || i.accounts.length === 0 || i.accounts.includes(session.account)
      const byTime = [...state.incident.values()].filter(concerns).toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
      const running = await readProcess(folder)
      const shown = [...byTime.filter((i) => i.state !== 'resolved'), ...byTime.filter((i) => i.state === 'resolved').slice(0, boardMax)]
      return {
        isOperator: mayWrite, overall: overall(state, now()), settings: pageOf(state), components: [...componentsOf(state)],
        incidents: shown.map((i) => { const ms = cleanAtMs(i); return { ...i, ...(mayWrite ? {} : { evidence: [], accounts: [], postmortem: i.postmortem?.published ? i.postmortem : null }), source: null, cleanAt: ms === undefined ? null : new Date(ms).toISOString() } }),
        maintenances: [...state.maintenance.values()].toSorted((a, b) => (a.from < b.from ? 1 : -1)).slice(0, boardMax),
        subscribers: mayWrite ? [...state.subscriber.values()].map(({ id, kind, to, components, confirmed }) => ({ id, kind, to, components, confirmed })) : [],
        proposals: mayWrite ? [...state.proposal.values()].filter((p) => p.state === 'open').toSorted((a, b) => (a.at < b.at ? 1 : -1)) : [],
        outages: [...state.outage.values()].slice(-20).toReversed(), replies: [...state.reply.values()].filter((r) => r.account === session.account).slice(-boardMax).toReversed(),
        page: running && await isAlive(running) ? pageOf(state).url ?? running.url : null,
      }
    },
    kioskNotice(account) {
      const [first] = bannerFor(book.state, account, 'visitors', now(), 'kiosk').items.filter((i) => i.kind === 'incident')
      return first ? { title: first.title, text: first.text } : null
    },
    view: {
      kind: 'status',
      async open(session, id) {
        const audience = viewAudiences[id ?? '']
        if (!audience || (audience !== 'visitors' && !isInside(session)) || (audience === 'managers' && session.role !== 'admin')) throw new Refusal('not_found')
        accounts.add(session.account)
        const body = banner(session.account, audience)
        told.set(`${session.account} status:${id}`, JSON.stringify(body))
        return body
      },
    },
    async replyToAffected(session, id, { id: reply, text }) {
      if (text.trim() === '') throw new Refusal('blank_message')
      const made = await book.change<StatusReply>(session.actor, 'reply', (state, at) => {
        const known = state.reply.get(reply)
        if (known) {
          if (known.account !== session.account || known.incident !== id || known.text !== text) throw new Refusal('id_reused')
          return { puts: [], result: known }
        }
        const { after, before } = affectedBy(session, incidentIn(state, id))
        const value: StatusReply = { id: reply, incident: id, account: session.account, by: session.actor, text, after, before: before > at ? before : at, total: null, sent: 0, failed: 0, endedAt: null }
        return { puts: [{ kind: 'reply', id: reply, value }], result: value }
      })
      if (made.endedAt === null) replies.start(made)
      return made
    },
    async countAffected(session, id) {
      const of = affectedBy(session, incidentIn(book.state, id))
      return (await db.read('count conversations of an incident', 10_000, (tx) => tx.one(statements.countTouched(of)))).n
    },
    poke: () => reading.poke(),
    async stop() {
      off()
      await reading.stop()
      await replies.stop()
    },
  }
}
