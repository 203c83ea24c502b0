/** What the watchdogs of this node find wrong now, with the evidence: for the operations page, alerts, and proposals for the status page. */

export interface Found {
  /** Which promise it touches: 'P4'. */
  promise: `P${number}`
  /** What suffers: 'database', 'sockets', 'bookings' … */
  component: string
  severity: 'warning' | 'critical'
  /** Figures and names, in a sentence or several lines. No secrets, no personal data. */
  evidence: string
  whatToDo: string
}
export interface Finding extends Found { id: string; sinceMs: number }
export interface Change { what: 'raised' | 'cleared'; finding: Finding }

/** How many looks in a row it takes: what comes and goes with every look would wake people for nothing. */
interface Patience { raiseAfter?: number; clearAfter?: number }

export interface Findings {
  /** What a look found under this id, or undefined when all is well there. A finding that stands takes the newest evidence. */
  look(id: string, found: Found | undefined, patience?: Patience): void
  /** The same for a family of ids: those under `prefix` that are not in `found` are well. */
  lookAll(prefix: string, found: ReadonlyMap<string, Found>, patience?: Patience): void
  /** The oldest first. */
  current(): Finding[]
  /** Called at each change. Returns off. */
  onChange(fn: (change: Change) => void): () => void
}

interface State { bad: number; good: number; firstMs: number; finding: Finding | undefined }

export function openFindings({ now }: { now: () => number }): Findings {
  const states = new Map<string, State>()
  const listeners = new Set<(change: Change) => void>()
  const tell = (change: Change): void => { for (const listener of listeners) listener(change) }

  function look(id: string, found: Found | undefined, { raiseAfter = 1, clearAfter = 3 }: Patience = {}): void {
    let state = states.get(id)
    if (!found) {
      if (!state) return
      state.bad = 0
      if (!state.finding) states.delete(id)
      else if (++state.good >= clearAfter) {
        states.delete(id)
        tell({ what: 'cleared', finding: state.finding })
      }
      return
    }
    if (!state) states.set(id, state = { bad: 0, good: 0, firstMs: now(), finding: undefined })
    state.good = 0
    state.bad++
    if (state.finding) Object.assign(state.finding, found)
    else if (state.bad >= raiseAfter) {
      state.finding = { id, sinceMs: state.firstMs, ...found }
      tell({ what: 'raised', finding: state.finding })
    }
  }

  return {
    look,
    lookAll(prefix, found, patience) {
      for (const [id, one] of found) look(`${prefix}${id}`, one, patience)
      for (const id of states.keys()) if (id.startsWith(prefix) && !found.has(id.slice(prefix.length))) look(id, undefined, patience)
    },
    current: () => [...states.values()].flatMap((s) => s.finding ?? []).sort((a, b) => a.sinceMs - b.sinceMs),
    onChange(fn) {
      listeners.add(fn)
      return () => { listeners.delete(fn) }
    },
  }
}
