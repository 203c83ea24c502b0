/**
 * What a thread shows: entries, with edits and deletions applied, then the own commands that are not stored yet. Data only;
 * the words are the screen's.
 */
import type { Attachment, Entry, EntryBody } from '#contract/entries.ts'
import type { KeptEntry, Marks } from '#contract/frames.ts'
import type { PendingCommand } from './lodge.ts'

/** Waiting on this device, kept by a server, refused. */
export type Unstored = PendingCommand['state']
export type Tick = Unstored | 'stored' | 'delivered' | 'read'

interface Line {
  /** Of the entry, and before that of the command: a message keeps its id while it becomes stored. */
  id: string
  /** Missing until it is stored. */
  offset?: number
  actor: string
  at: string
}
/** An own edit or deletion that is not stored yet; an edit is shown already. */
export interface Change { id: string; what: 'edit' | 'deletion'; state: Unstored; code?: string; message?: string }
export interface Message extends Line {
  kind: 'message' | 'note'
  text: string
  attachments: readonly Attachment[]
  /** Of notes: people told about it. */
  mentions: readonly string[]
  edited: boolean
  /** A trace stays; text and attachments are empty. By whom and when, if it was not the erasure of a person. */
  deleted?: { by?: string; at?: string }
  /** On messages of the own side; a note has it until it is stored. Of others only `kept`: on the server's disk, and not in the journal yet. */
  tick?: Tick
  /** With the tick `failed`: why. */
  code?: string
  message?: string
  change?: Change
  /** Over a channel: what became of it out there. None while nothing is known. */
  report?: Omit<EntryBody<'message.reported'>, 'message'>
}
type What =
  | { kind: 'opened'; page?: string; invitation?: string }
  | { kind: 'assigned'; assignee: string | null; team: string | null; note?: string }
  | { kind: 'closed' }
  | { kind: 'reopened'; because?: 'snooze_over' }
  | { kind: 'snoozed'; until: string }
  | { kind: 'labelled'; labels: readonly string[] }
  | { kind: 'opted_out' | 'opted_in'; word: string }
/** `state` while it is an own command that is not stored. */
export type SystemLine = Line & What & { state?: Unstored; code?: string; message?: string }
export type ThreadItem = Message | SystemLine

export interface ThreadInput {
  /** Ascending; a tail of the journal is enough. */
  entries: readonly Entry[]
  /** `lodge.outbox.list(topic)`. */
  pending: readonly PendingCommand[]
  /** What a server keeps while its database is away: shown behind the entries, as provisional. */
  kept?: readonly KeptEntry[] | undefined
  marks?: Marks | undefined
  /** The reader, as an actor: `user:<id>` or `contact:<id>`. */
  me: string
}

export function thread({ entries, pending, kept = [], marks, me }: ThreadInput): ThreadItem[] {
  const inside = me.startsWith('user:')
  const other = marks && (inside ? marks.contact : marks.agent)
  const isOwnSide = (actor: string): boolean => inside ? !actor.startsWith('contact:') : actor === me
  const tickAt = (offset: number): Tick => other && offset <= other.read ? 'read' : other && offset <= other.delivered ? 'delivered' : 'stored'
  const items = new Map<string, ThreadItem>()
  const stored = new Set<string>()

  for (const entry of entries) {
    stored.add(entry.id)
    const line = { id: entry.id, offset: entry.offset, actor: entry.actor, at: entry.at }
    if (entry.type === 'message.sent' || entry.type === 'note.added') {
      const shown = toMessage(entry.type === 'note.added', line, entry.body)
      if (shown.kind === 'message' && isOwnSide(entry.actor)) shown.tick = tickAt(entry.offset)
      items.set(entry.id, shown)
    } else if (entry.type === 'message.edited' || entry.type === 'note.edited') {
      const target = items.get(entry.body?.message ?? '')
      if (entry.body && target && isMessage(target) && !target.deleted) Object.assign(target, { text: entry.body.text, edited: true })
    } else if (entry.type === 'message.reported') {
      const target = items.get(entry.body?.message ?? '')
      if (entry.body && target && isMessage(target) && !target.deleted) {
        const { message: _, ...report } = entry.body
        // On a channel nobody reads by marks: the carrier's word is the tick.
        Object.assign(target, { report, tick: report.state === 'delivered' ? 'delivered' : 'stored' })
      }
    } else if (entry.type === 'message.deleted') {
      const target = items.get(entry.body?.message ?? '')
      if (target) wipe(target, entry)
    } else if (entry.type === 'conversation.erased') {
      for (const item of items.values()) wipe(item, entry)
    } else if (isTurn(entry)) {
      const what = toWhat(entry)
      if (what) items.set(entry.id, { ...line, ...what })
    }
  }

  for (const { id, type, actor, at, body } of kept) {
    if (!stored.has(id)) items.set(id, { ...toMessage(type === 'note.added', { id, actor, at }, body), tick: 'kept' })
  }

  for (const command of pending) {
    if (stored.has(command.id)) continue
    const { id, state } = command
    const why = { ...(command.code !== undefined && { code: command.code }), ...(command.message !== undefined && { message: command.message }) }
    const line = { id, actor: me, at: command.madeAt }
    if (command.type === 'message.send' || command.type === 'note.add') {
      items.set(id, { ...toMessage(command.type === 'note.add', line, command.body), tick: state, ...why })
    } else if (command.type === 'message.edit' || command.type === 'note.edit' || command.type === 'message.delete') {
      const target = items.get(command.body.message)
      if (!target || !isMessage(target) || target.deleted) continue
      target.change = { id, what: command.type === 'message.delete' ? 'deletion' : 'edit', state, ...why }
      if (command.type !== 'message.delete' && state !== 'failed') Object.assign(target, { text: command.body.text, edited: true })
    } else {
      items.set(id, { ...line, ...asked(command), state, ...why })
    }
  }
  return [...items.values()]
}

export const isMessage = (item: ThreadItem): item is Message => item.kind === 'message' || item.kind === 'note'

function toMessage(isNote: boolean, line: Line, body: { text: string; attachments?: Attachment[]; mentions?: string[] } | null): Message {
  return {
    kind: isNote ? 'note' : 'message', ...line, text: body?.text ?? '', attachments: body?.attachments ?? [], mentions: body?.mentions ?? [], edited: false,
    ...(!body && { deleted: {} }),
  }
}

function wipe(item: ThreadItem, { actor, at }: Entry): void {
  if (isMessage(item)) Object.assign(item, { text: '', attachments: [], mentions: [], deleted: { by: actor, at } })
  else if (item.kind === 'assigned') delete item.note
  else if (item.kind === 'opened') delete item.page
}

type Turn = Exclude<Extract<Entry, { type: `conversation.${string}` }>, { type: 'conversation.erased' }>
const isTurn = (entry: Entry): entry is Turn => entry.type.startsWith('conversation.')
/** Undefined when nothing is left to tell, and for types of a newer server. */
function toWhat(entry: Turn): What | undefined {
  switch (entry.type) {
    case 'conversation.opened': return { kind: 'opened', ...from(entry.body) }
    case 'conversation.assigned': return entry.body ? { kind: 'assigned', ...entry.body } : undefined
    case 'conversation.closed': return { kind: 'closed' }
    case 'conversation.reopened': return { kind: 'reopened', ...entry.body }
    case 'conversation.snoozed': return entry.body ? { kind: 'snoozed', ...entry.body } : undefined
    case 'conversation.labelled': return entry.body ? { kind: 'labelled', ...entry.body } : undefined
    case 'conversation.opted_out': return entry.body ? { kind: 'opted_out', ...entry.body } : undefined
    case 'conversation.opted_in': return entry.body ? { kind: 'opted_in', ...entry.body } : undefined
  }
}

type Verb = Exclude<PendingCommand, { type: `message.${string}` | `note.${string}` }>
/** What an own command will read like once it is stored. */
function asked({ type, body }: Verb): What {
  switch (type) {
    case 'conversation.open': return { kind: 'opened', ...from(body) }
    case 'conversation.assign': return { kind: 'assigned', ...body, team: body.team ?? null }
    case 'conversation.close': return { kind: 'closed' }
    case 'conversation.reopen': return { kind: 'reopened' }
    case 'conversation.snooze': return { kind: 'snoozed', ...body }
    case 'conversation.label': return { kind: 'labelled', ...body }
  }
}

const from = (body: { page?: string; invitation?: string } | null) =>
  ({ ...(body?.page !== undefined && { page: body.page }), ...(body?.invitation !== undefined && { invitation: body.invitation }) })
