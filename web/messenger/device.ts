import type { Door } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'

/** What this device remembers of one inbox: who it is, where it was in the conversation, what was answered to small questions. */
export interface Memory {
  /** The contact's id and secret: made here once, they are all that lets this visitor back into the own conversations. */
  contact: string
  secret: string
  /** null = the visitor asked for a new one and has not written yet. */
  conversation?: string | null
  name?: string
  email?: string
  /** Invitations that were dismissed. */
  dismissed: readonly string[]
  /** The visitor does not want to leave an e-mail address. */
  anonymous?: boolean
  /** As last seen, so that the button stands in its place before, or without, an answer of the server. */
  door?: Door
  draft?: string
}

export interface Device {
  readonly memory: Readonly<Memory>
  remember(change: Partial<Memory>): void
  /** Becomes somebody else: this contact was erased, and the server will never have it back. */
  startOver(): void
  /** Called when another tab of this site has changed the memory. */
  onElsewhere(fn: () => void): () => void
}

/** Kept in localStorage of the host page; where that is blocked, for the life of the page only. */
export function openDevice(inbox: string): Device {
  const key = `lodge:${inbox}`
  let memory = read(key) ?? newMemory()
  const write = (): void => {
    try {
      localStorage.setItem(key, JSON.stringify(memory))
    } catch {
      // Storage is full or forbidden: this page still works, only a reload forgets.
    }
  }
  write()
  return {
    get memory() { return memory },
    remember(change) {
      // Another tab may have written since; only the changed fields are ours.
      memory = { ...(read(key) ?? memory), ...change }
      write()
    },
    startOver() {
      memory = newMemory()
      write()
    },
    onElsewhere(fn) {
      const heard = (event: StorageEvent): void => {
        const now = event.key === key ? read(key) : undefined
        if (!now) return
        memory = now
        fn()
      }
      addEventListener('storage', heard)
      return () => removeEventListener('storage', heard)
    },
  }
}

function read(key: string): Memory | undefined {
  try {
    const memory = JSON.parse(localStorage.getItem(key) ?? 'null') as Memory | null
    return memory?.contact && memory.secret ? memory : undefined
  } catch {
    return undefined
  }
}

const newMemory = (): Memory => ({ contact: newId(), secret: newSecret(), dismissed: [] })

function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace('=', '')
}
