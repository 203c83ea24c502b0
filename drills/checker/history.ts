/** What happened, as everybody involved saw it, in the order of time. Plain values: a drill can write it line by line. */
export interface Seen {
  readonly offset: number
  readonly id: string
  /** Stands for all else that the observer sees of the entry. */
  readonly mark: string
}

export type Event = { readonly atMs: number } & (
  /** `by` begins to ask for something; the commands of one sender in one topic are meant to be stored in this order. */
  | { readonly type: 'offered'; readonly by: string; readonly topic: string; readonly id: string; readonly mark: string; /** When it was meant to be sent. */ readonly dueMs?: number }
  /** A server has it on its disk and will store it. */
  | { readonly type: 'kept'; readonly by: string; readonly topic: string; readonly id: string; readonly via: string }
  | { readonly type: 'acked'; readonly by: string; readonly topic: string; readonly id: string; readonly offset: number; readonly via: string }
  /** `isFinal`: the catalogue says that it will never be accepted. */
  | { readonly type: 'refused'; readonly by: string; readonly topic: string; readonly id: string; readonly mark: string; readonly code: string; readonly isFinal: boolean }
  /** An observer asks a node for a topic. */
  | { readonly type: 'joining'; readonly by: string; readonly observer: string; readonly topic: string; readonly via: string }
  /** An observer forgets what it had. */
  | { readonly type: 'fresh'; readonly by: string; readonly observer: string; readonly view: string; readonly topic: string; readonly epoch: string; readonly head: number; readonly entries: readonly Seen[]; readonly via: string }
  /** An observer comes back to where it was. */
  | { readonly type: 'resumed'; readonly by: string; readonly observer: string; readonly view: string; readonly topic: string; readonly epoch: string; readonly from: number; readonly entries: readonly Seen[]; readonly via: string }
  | { readonly type: 'entries'; readonly by: string; readonly observer: string; readonly view: string; readonly topic: string; readonly entries: readonly Seen[]; readonly via: string }
  /** The sender is gone and kept nothing: whether it is stored or not, nobody waits for it. */
  | { readonly type: 'withdrawn'; readonly id: string }
  /** An observer is asked no more, or begins anew. */
  | { readonly type: 'left'; readonly observer: string; readonly topic: string }
  /** Whatever an observer of this node is told belongs to another life of it from now on. */
  | { readonly type: 'started'; readonly via: string }
  /** A device's line is open, or was lost. Nothing is promised of it here; drills measure how soon all are back. */
  | { readonly type: 'opened' | 'lost'; readonly by: string }
  /** A hint reached an observer. */
  | { readonly type: 'typing'; readonly observer: string; readonly topic: string }
  | DeviceEvent
  | BookingEvent
)

/** Of a device that decides alone: what it wrote to its own disk, told its visitor, and has a receipt for. */
export type DeviceEvent =
  | { readonly type: 'written'; readonly dueMs?: number } & Operation
  | { readonly type: 'said' } & Operation
  | { readonly type: 'receipt'; readonly state: string } & Operation
interface Operation { readonly device: string; readonly log: string; readonly seq: number; readonly id: string }

export type BookingEvent =
  | { readonly type: 'booking'; readonly by: string; readonly id: string; readonly space: string; readonly fromMs: number; readonly untilMs: number; readonly dueMs?: number }
  | { readonly type: 'booked'; readonly by: string; readonly id: string }
  /** `isFinal`: it was answered that it will not be. Else nobody knows. */
  | { readonly type: 'not_booked'; readonly by: string; readonly id: string; readonly code: string; readonly isFinal: boolean }

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** An event before it was given its time. */
export type Recorded = Without<Event, 'atMs'>

export interface Stored {
  readonly offset: number
  readonly id: string
  readonly by: string
  /** By view: what an observer of that view sees; '' is the command's own mark. */
  readonly marks: Readonly<Record<string, string>>
  readonly hasGuard: boolean
  /** When its transaction was committed, where that is known. */
  readonly committedMs?: number
}
export interface Journal {
  readonly epoch: string
  /** When a restore ended it. */
  readonly untilMs?: number
  /** It was ended by a new epoch alone: what it holds stands in the next one too, and so does what was being committed at that moment. */
  readonly isContinued?: true
  readonly topics: Readonly<Record<string, readonly Stored[]>>
  /** What guards left behind: command id → offset that the guard was promised. */
  readonly effects: Readonly<Record<string, number>>
}

export interface History {
  readonly events: readonly Event[]
  /** As a fresh reader found it at the end. */
  readonly journal: Journal
  /** Histories that a restore has ended, as they were then. */
  readonly ended: readonly Journal[]
  /** What the server holds of the devices' logs. */
  readonly operations?: readonly StoredOperation[]
  readonly bookings?: readonly StoredBooking[]
  /** Ids of what could not be applied and is shown to people instead. */
  readonly quarantined?: readonly string[]
}

/** `effects`: how many entries carry it. */
export interface StoredOperation { readonly log: string; readonly seq: number | null; readonly id: string; readonly state: string; readonly effects: number }
/** One that occupies its space: cancelled ones are left out. */
export interface StoredBooking { readonly id: string; readonly space: string; readonly fromMs: number; readonly untilMs: number }
