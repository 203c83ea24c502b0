import type { CommandBody } from '#contract/commands.ts'
import type { Counts, ConversationRow, InboxView } from '#contract/conversations.ts'
import { idOf } from '#contract/ids.ts'
import type { PendingCommand } from '#client/lodge.ts'
import { createStore, type Store } from './store.ts'

export interface RowsState {
  readonly rows: ReadonlyMap<string, ConversationRow>
  /** Own read marks by conversation. */
  readonly marks: ReadonlyMap<string, number>
  readonly counts: Counts | undefined
}

export interface Rows {
  readonly store: Store<RowsState>
  /** A page of the list, or what the shelf kept. */
  absorb(page: { conversations: readonly ConversationRow[]; marks: Readonly<Record<string, number>>; counts?: Counts }): void
  /** A push of the view `inbox:<id>`. */
  patch(inbox: string, view: InboxView): void
  mark(conversation: string, read: number): void
  /** Own commands that are not in the rows yet. */
  overlay(pending: readonly PendingCommand[]): void
}

/** Rows as the server has them, with what this device has asked for and not seen yet laid over them. */
export function createRows(): Rows {
  const store = createStore<RowsState>({ rows: new Map(), marks: new Map(), counts: undefined })
  const known = new Map<string, ConversationRow>()
  const countsBy = new Map<string, Counts>()
  let over = new Map<string, PendingCommand[]>()

  const shown = (row: ConversationRow): ConversationRow => (over.get(row.id) ?? []).reduce(asAsked, row)
  const publish = (change: Partial<RowsState>, ids?: readonly string[]): void => {
    const rows = new Map(ids ? store.get().rows : undefined)
    for (const id of ids ?? known.keys()) {
      const row = known.get(id)
      if (row) rows.set(id, shown(row))
    }
    store.set({ ...store.get(), ...change, rows })
  }
  const upsert = (rows: readonly ConversationRow[]): string[] => rows.filter((row) => {
    if ((known.get(row.id)?.head ?? 0) > row.head) return false
    known.set(row.id, row)
    return true
  }).map((row) => row.id)

  return {
    store,
    absorb({ conversations, marks, counts }) {
      const next = new Map(store.get().marks)
      for (const [id, read] of Object.entries(marks)) next.set(id, Math.max(read, next.get(id) ?? 0))
      publish({ marks: next, ...(counts && countsBy.size === 0 && { counts }) }, upsert(conversations))
    },
    patch(inbox, { rows, counts }) {
      countsBy.set(inbox, counts)
      publish({ counts: sum([...countsBy.values()]) }, upsert(rows))
    },
    mark(conversation, read) {
      const { marks } = store.get()
      if ((marks.get(conversation) ?? 0) >= read) return
      store.set({ ...store.get(), marks: new Map(marks).set(conversation, read) })
    },
    overlay(pending) {
      const next = Map.groupBy(pending.filter((c) => c.state !== 'failed' && c.type in asked), (c) => idOf(c.topic) ?? '')
      const touched = [...new Set([...over.keys(), ...next.keys()])]
      over = next
      if (touched.length > 0) publish({}, touched)
    },
  }
}

const asked: { [type: string]: (body: never) => Partial<ConversationRow> } = {
  'conversation.assign': ({ assignee, team }: CommandBody<'conversation.assign'>) => ({ assignee, ...(team !== undefined && { team }) }),
  'conversation.close': () => ({ status: 'closed', snoozedUntil: null }),
  'conversation.reopen': () => ({ status: 'open', snoozedUntil: null }),
  'conversation.snooze': ({ until }: CommandBody<'conversation.snooze'>) => ({ status: 'snoozed', snoozedUntil: until }),
  'conversation.label': ({ labels }: CommandBody<'conversation.label'>) => ({ labels }),
}
/** The row as it will be once the command is stored. */
export const asAsked = <R extends Pick<ConversationRow, 'assignee'>>(row: R, command: PendingCommand): R => ({ ...row, ...asked[command.type]?.(command.body as never) })

const sum = (all: readonly Counts[]): Counts => all.reduce((a, b) => ({
  open: a.open + b.open, unassigned: a.unassigned + b.unassigned,
  byAssignee: Object.fromEntries([...new Set([...Object.keys(a.byAssignee), ...Object.keys(b.byAssignee)])].map((id) => [id, (a.byAssignee[id] ?? 0) + (b.byAssignee[id] ?? 0)])),
}), { open: 0, unassigned: 0, byAssignee: {} })

/** How many messages of the contact the reader has not seen; the server keeps the newest 20 offsets. */
export const unread = (row: ConversationRow, mark: number | undefined): number => row.recentInbound.filter((offset) => offset > (mark ?? 0)).length
