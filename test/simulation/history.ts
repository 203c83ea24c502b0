/** What happened, as everybody involved saw it, in the order of time. Plain values: a drill can write it line by line. */
export interface Seen {
  readonly offset: number
  readonly id: string
  /** Stands for all else that the observer sees of the entry. */
  readonly mark: string
}

export type Event = { readonly atMs: number } & (
  /** `by` begins to ask for something; the commands of one sender in one topic are meant to be stored in this order. */
  | { readonly type: 'offered'; readonly by: string; readonly topic: string; readonly id: string; readonly mark: string }
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
)

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
}
export interface Journal {
  readonly epoch: string
  /** When a restore ended it. */
  readonly untilMs?: number
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
}
