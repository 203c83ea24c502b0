/** How nodes share the budget of connections (P3). Pure: rows of the table in, this node's part out. */

export interface NodeRow {
  node: string
  /** When it first asked: the earlier are served first. */
  sinceMs: number
  granted: number
  /** What it really has open; more than granted while it shrinks. */
  inUse: number
}

export interface Grant { connections: number; /** Set when it is too few to serve. */ why: string | undefined }

interface Asked {
  budget: number
  me: NodeRow
  others: readonly NodeRow[]
  /** Open connections of nodes beyond what the rows of `others` tell. */
  unnamed?: number
  /** False after the database was away: the others still hold what their rows, expired by now, do not tell. */
  mayRaise: boolean
}

/** Less than this does not make a node: a writer, and two for everybody else. */
export const leastOfNode = 3

/**
 * Everybody's equal part, but nobody's less than three: nodes that came too late for that get none until one leaves. Shrinking is at
 * once, growing waits until the others have really given up what they had: so the sum never exceeds the budget, in any order of asking.
 */
export function grantOf({ budget, me, others, unnamed = 0, mayRaise }: Asked): Grant {
  const inOrder = [me, ...others].sort((a, b) => a.sinceMs - b.sinceMs || (a.node < b.node ? -1 : 1))
  const served = inOrder.slice(0, Math.max(1, Math.floor(budget / leastOfNode)))
  const place = served.indexOf(me)
  if (place < 0) {
    return { connections: 0, why: `The budget of ${budget} connections is enough for ${served.length} ${served.length === 1 ? 'node' : 'nodes'}, and there ${served.length === 1 ? 'is one' : 'are as many'} already: ${served.map((s) => s.node).join(', ')}. Stop one, or raise the budget.` }
  }
  const part = Math.floor(budget / served.length) + (place < budget % served.length ? 1 : 0)
  const taken = others.reduce((sum, o) => sum + Math.max(o.granted, o.inUse), unnamed)
  const free = Math.max(0, budget - taken)
  const ceiling = mayRaise ? free : Math.min(free, me.granted)
  const connections = Math.min(part, Math.max(me.granted <= part ? me.granted : 0, ceiling))
  if (connections >= leastOfNode) return { connections, why: undefined }
  return { connections, why: `This node may open ${connections} connections and needs ${leastOfNode}; it waits until others have given theirs back: ${others.map((o) => `${o.node} has ${Math.max(o.granted, o.inUse)}`).join(', ') || 'nobody has any'}.` }
}
