import type { Conversation } from '#contract/conversations.ts'
import type { ChannelRef, Entry } from '#contract/entries.ts'

/**
 * The conversation after one more entry (rule CV1): folding all entries from the first gives what `getConversation` returns.
 * Starts from undefined with `conversation.opened`; without a start, or for an entry at or below `head`, nothing changes.
 * A contact folds `hidden` entries as well: its conversation has no assignee, team or labels.
 */
export function fold(conversation: Conversation | undefined, entry: Entry): Conversation | undefined {
  if (!conversation) return entry.type === 'conversation.opened' && entry.body ? opened(entry, entry.body) : undefined
  if (entry.offset <= conversation.head) return conversation
  return { ...conversation, ...change(conversation, entry), head: entry.offset }
}

const awake = { status: 'open', snoozedUntil: null } as const

function opened({ topic, at, offset }: Entry, { inbox, contact, page, channel }: { inbox: string; contact: string; page?: string; channel?: ChannelRef }): Conversation {
  const id = topic.slice('conversation:'.length)
  return { id, inbox, contact, ...awake, assignee: null, team: null, labels: [], openedAt: at, page: page ?? null, channel: channel ?? null, optedOut: false, head: offset }
}

/** Visits and bookings have topics of their own. */
const isElsewhere = (entry: Entry): entry is Extract<Entry, { type: `${'visit' | 'series' | 'person' | 'operation' | 'booking' | 'booking_series' | 'closure'}.${string}` }> => /^(?:visit|series|person|operation|booking|booking_series|closure)\./.test(entry.type)

function change({ status }: Conversation, entry: Entry): Partial<Conversation> {
  if (isElsewhere(entry)) return {}
  const { type, actor, body } = entry
  switch (type) {
    case 'message.sent': {
      const wakes = actor.startsWith('contact:') ? status !== 'open' : actor.startsWith('user:') && status === 'closed'
      return wakes ? awake : {}
    }
    case 'conversation.assigned': return body ? { assignee: body.assignee, team: body.team } : {}
    case 'conversation.closed': return { status: 'closed', snoozedUntil: null }
    case 'conversation.reopened': return awake
    case 'conversation.snoozed': return body ? { status: 'snoozed', snoozedUntil: body.until } : {}
    case 'conversation.labelled': return body ? { labels: body.labels } : {}
    case 'conversation.opted_out': return { optedOut: true }
    case 'conversation.opted_in': return { optedOut: false }
    case 'conversation.erased': return { page: null }
    case 'conversation.opened':
    case 'note.added':
    case 'note.edited':
    case 'message.edited':
    case 'message.deleted':
    case 'message.reported':
    case 'contact.changed':
    case 'contact.erased':
    case 'settings.changed': case 'canary.sent':
    case 'hidden': return {}
    // A type of a newer server: it counts for the head, its meaning is learnt at the next load.
    default: return {}
  }
}
