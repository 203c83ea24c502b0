import { getConversation, listEntries } from '#contract/conversations.ts'
import type { Attachment, Entry } from '#contract/entries.ts'
import type { KeptEntry, Marks } from '#contract/frames.ts'
import { mayInvite, openVisitorSession, type Door } from '#contract/inboxes.ts'
import { idbOutbox } from '#client/browser/idb-outbox.ts'
import { caller, type Outcome } from '#client/call.ts'
import { connect, newId, Refused, TicketDenied, type Lodge, type PendingCommand, type Ticket } from '#client/lodge.ts'
import type { Device, Memory } from './device.ts'
import { createStore, type Store } from '#web/ui/preact-store.ts'

type SessionAnswer = NonNullable<typeof openVisitorSession.types>['returns']

export interface ChatState {
  readonly door: Door | undefined
  /** Undefined = none yet: the first message opens one. */
  readonly conversation: string | undefined
  readonly conversations: SessionAnswer['conversations']
  /** Ascending and without gaps, from the earliest one loaded to the newest one received. */
  readonly entries: readonly Entry[]
  readonly pending: readonly PendingCommand[]
  /** What the server keeps while its database is away: provisional. */
  readonly kept: readonly KeptEntry[]
  readonly marks: Marks | undefined
  /** The visitor has read this far; ahead of `marks` until the server has heard it. */
  readonly readUpTo: number
  /** Actor who is writing right now. */
  readonly typing: string | undefined
  readonly names: Readonly<Record<string, string>>
  /** Out of touch for longer than a blink. */
  readonly offline: boolean
  /** The server will not have this page or device back. */
  readonly ended: boolean
  /** False = this device could not keep what was written: it is sent, but does not survive a reload. */
  readonly isKept: boolean
}

/** What a visitor's screen shows and can do; launcher and panel know nothing else of the server. */
export interface Chat {
  /** The server's address, without a trailing slash. */
  readonly url: string
  readonly state: Store<ChatState>
  readonly lodge: Lodge
  readonly device: Device
  /** Opens a conversation first if there is none. */
  say(text: string, attachments: readonly Attachment[], invitation?: string): void
  /** The conversation to write into; resolves when the server has it, which an upload needs. */
  ready(invitation?: string): Promise<string>
  retry(id: string): void
  typing(): void
  read(offset: number): void
  loadEarlier(): Promise<void>
  /** Goes to one of the earlier conversations; undefined = the next message opens a new one. */
  turnTo(conversation: string | undefined): void
  identify(who: Pick<Memory, 'name' | 'email'>): Promise<Outcome<unknown>>
  /** Asks the server; no answer is no. */
  mayInvite(): Promise<boolean>
  /** Unsent messages stay on the device. */
  close(): void
}

const blinkMs = 3_000
const typingMs = 6_000

export function startChat({ url, inbox, device }: { url: string; inbox: string; device: Device }): Chat {
  const call = caller({ url })
  const state = createStore<ChatState>({
    door: device.memory.door, conversation: device.memory.conversation ?? undefined, conversations: [], entries: [], pending: [], kept: [],
    marks: undefined, readUpTo: 0, typing: undefined, names: {}, offline: false, ended: false, isKept: true,
  })
  let leave: (() => void) | undefined
  let stopTyping: ReturnType<typeof setTimeout> | undefined
  let blink: ReturnType<typeof setTimeout> | undefined

  const openSession = async (who: Pick<Memory, 'name' | 'email'>): Promise<Outcome<SessionAnswer>> => {
    const { contact, secret } = device.memory
    const outcome = await call(openVisitorSession, { params: { inbox }, body: { contact, secret, page: location.href.slice(0, 2000), language: navigator.language.slice(0, 20), ...who } })
    if (outcome.ok) admitted(outcome.value)
    return outcome
  }
  const ticket = async (): Promise<Ticket> => {
    const { name, email } = device.memory
    const outcome = await openSession({ ...(name && { name }), ...(email && { email }) })
    if (outcome.ok) return outcome.value
    if (outcome.code === 'forbidden') device.startOver()
    if (['not_found', 'wrong_origin', 'forbidden'].includes(outcome.code)) throw new TicketDenied(outcome.message)
    throw new Error(outcome.message)
  }
  const lodge = connect({ url, app: 'messenger', ticket, outbox: idbOutbox(`lodge outbox ${device.memory.contact}`) })

  const topicOf = (conversation: string): string => `conversation:${conversation}`
  /** Own commands whose entry has not come. One that is stored leaves the outbox a moment before: without `awaited` its message would vanish for that moment. */
  function pending({ awaited }: { awaited: boolean }): readonly PendingCommand[] {
    const { conversation, entries } = state.now
    if (!conversation) return []
    const waiting = lodge.outbox.list(topicOf(conversation))
    if (!awaited) return waiting
    const known = new Set([...waiting, ...entries].map((c) => c.id)), [earliest] = entries
    // What is older than all that is loaded came long ago. (Ids follow time.)
    const isOlder = (id: string): boolean => earliest !== undefined && earliest.offset > 1 && id < earliest.id
    return [...state.now.pending.filter((c) => c.type === 'message.send' && c.topic === topicOf(conversation) && c.state !== 'failed' && !known.has(c.id) && !isOlder(c.id)), ...waiting]
  }
  const takeDoor = (door: Door): void => {
    device.remember({ door })
    state.set({ door, names: { ...state.now.names, ...Object.fromEntries(door.online.map((p) => [p.id, p.name])) } })
  }
  function admitted({ door, conversations }: SessionAnswer): void {
    takeDoor(door)
    state.set({ conversations })
    const newest = conversations.toSorted((a, b) => (a.lastAt < b.lastAt ? 1 : -1))[0]
    if (device.memory.conversation === undefined && newest) turnTo(newest.id)
  }

  function turnTo(conversation: string | undefined): void {
    leave?.()
    leave = undefined
    device.remember({ conversation: conversation ?? null })
    state.set({ conversation, entries: [], kept: [], marks: undefined, readUpTo: 0, typing: undefined })
    state.set({ pending: pending({ awaited: false }) })
    join()
  }

  function join(): void {
    const { conversation } = state.now
    if (!conversation || leave) return
    leave = lodge.join(topicOf(conversation), {
      fresh: ({ entries, marks }) => {
        state.set({ entries, marks })
        // Its answer may overtake what was read before it was stored.
        state.set({ pending: pending({ awaited: true }) })
        received(entries)
      },
      entries: (entries) => {
        state.set({ entries: [...state.now.entries, ...entries] })
        state.set({ pending: pending({ awaited: true }) })
        received(entries)
      },
      kept: (kept) => {
        state.set({ kept })
        if (kept.some((k) => k.actor === state.now.typing)) state.set({ typing: undefined })
      },
      marks: (marks) => state.set({ marks }),
      typing: (actor) => {
        if (!actor.startsWith('user:')) return
        clearTimeout(stopTyping)
        stopTyping = setTimeout(() => state.set({ typing: undefined }), typingMs)
        state.set({ typing: actor })
      },
      refused: () => {
        leave?.()
        leave = undefined
        // What was written into it and refused stays on screen; else there is nothing here, and the newest one known takes its place.
        if (pending({ awaited: false }).length === 0) turnTo(state.now.conversations.find((c) => c.id !== conversation)?.id)
      },
    })
  }

  function received(entries: readonly Entry[]): void {
    const { conversation, typing } = state.now
    const newest = entries.at(-1)
    if (!conversation || !newest) return
    lodge.mark(topicOf(conversation), { delivered: newest.offset })
    if (entries.some((e) => e.actor === typing)) state.set({ typing: undefined })
    if (entries.some((e) => e.actor.startsWith('user:') && !state.now.names[e.actor.slice(5)])) void learnNames(conversation)
  }
  async function learnNames(conversation: string): Promise<void> {
    const outcome = await lodge.call(getConversation, { params: { conversation } })
    if (outcome.ok) state.set({ names: { ...state.now.names, ...Object.fromEntries(outcome.value.people.map((p) => [p.id, p.name])) } })
  }

  /** The conversation to write into; the first message opens one. What is refused stays in the outbox, and the thread shows it there. */
  function ensure(invitation?: string): string {
    if (state.now.conversation) return state.now.conversation
    const id = newId()
    turnTo(id)
    lodge.send({ type: 'conversation.open', topic: topicOf(id), body: { inbox, page: location.href.slice(0, 2000), ...(invitation && { invitation }) } }).stored.catch(() => {})
    return id
  }
  const opened = async (conversation: string): Promise<void> => new Promise((resolve, reject) => {
    const check = (): void => {
      const opening = lodge.outbox.list(topicOf(conversation)).find((c) => c.type === 'conversation.open')
      if (opening?.state === 'failed') reject(new Refused(opening.code ?? 'internal', opening.message ?? ''))
      else if (!opening) resolve()
      else return
      off()
    }
    const off = lodge.outbox.onChange(check)
    check()
  })

  const online = (): void => lodge.retryNow()
  addEventListener('online', online)
  const ends = [
    () => removeEventListener('online', online),
    lodge.watch(`door:${inbox}`, (door) => takeDoor(door as Door)),
    lodge.outbox.onChange(() => {
      state.set({ pending: pending({ awaited: true }) })
      join()
    }),
    lodge.onStatus((status) => {
      const [isOpen, ended] = [status.state === 'open', status.state === 'ended']
      state.set({ ended, offline: state.now.offline && !isOpen && !ended, isKept: status.storage === 'working' })
      // From the loss on, however often it is tried meanwhile.
      if (!isOpen && !ended) blink ??= setTimeout(() => state.set({ offline: true }), navigator.onLine ? blinkMs : 0)
      else { clearTimeout(blink); blink = undefined }
    }),
    device.onElsewhere(() => {
      const elsewhere = device.memory.conversation ?? undefined
      if (elsewhere !== state.now.conversation) turnTo(elsewhere)
    }),
  ]
  state.set({ pending: pending({ awaited: false }) })
  join()

  return {
    url, state, lodge, device, turnTo,
    say(text, attachments, invitation) {
      const conversation = ensure(invitation)
      lodge.send({ type: 'message.send', topic: topicOf(conversation), body: { text, ...(attachments.length > 0 && { attachments: [...attachments] }) } }).stored.catch(() => {})
    },
    async ready(invitation) {
      const conversation = ensure(invitation)
      await opened(conversation)
      return conversation
    },
    retry(id) {
      const { conversation } = state.now
      const first = conversation && lodge.outbox.list(topicOf(conversation)).find((c) => c.type === 'conversation.open' && c.state === 'failed')
      if (first) lodge.outbox.retry(first.id)
      lodge.outbox.retry(id)
    },
    typing() {
      if (state.now.conversation) lodge.typing(topicOf(state.now.conversation))
    },
    read(offset) {
      const { conversation, readUpTo } = state.now
      if (!conversation || offset <= readUpTo) return
      state.set({ readUpTo: offset })
      lodge.mark(topicOf(conversation), { read: offset })
    },
    async loadEarlier() {
      const { conversation, entries } = state.now
      const before = entries[0]?.offset
      if (!conversation || before === undefined) return
      const outcome = await lodge.call(listEntries, { params: { conversation }, query: { before, limit: 50 } })
      if (outcome.ok && state.now.conversation === conversation && state.now.entries[0]?.offset === before) state.set({ entries: [...outcome.value.entries as Entry[], ...state.now.entries] })
    },
    async identify(who) {
      const outcome = await openSession(who)
      // Told with the next session if the server is away; a wrong one must not be kept, or it would keep every session from opening.
      if (outcome.ok || outcome.code !== 'invalid') device.remember(who)
      return outcome
    },
    async mayInvite() {
      const outcome = await call(mayInvite, { params: { inbox } }, { timeoutMs: 5_000 })
      return outcome.ok && outcome.value.allowed
    },
    close() {
      clearTimeout(blink)
      clearTimeout(stopTyping)
      for (const end of ends) end()
      lodge.close()
    },
  }
}

/** How many answers the visitor has not read. */
export function unread({ entries, marks, readUpTo }: ChatState): number {
  const read = Math.max(marks?.contact.read ?? 0, readUpTo)
  return entries.filter((e) => e.type === 'message.sent' && e.body !== null && !e.actor.startsWith('contact:') && e.offset > read).length
}

/** Whether the conversation was closed and nobody has written since, which would open it again. */
export function isClosed({ entries }: ChatState): boolean {
  return entries.findLast((e) => e.type === 'conversation.closed' || e.type === 'conversation.reopened' || e.type === 'message.sent')?.type === 'conversation.closed'
}
