/**
 * What a conversation's entries add up to for reports. The projection and the recount both use it, entry after entry in the order
 * of offsets: whichever way entries come, the same prefix gives the same facts (FD3). No text is looked at, so what is deleted or
 * erased changes nothing.
 */

/** What is kept of a conversation. Instants as in entries; `folded` is the offset up to which it is true. */
export interface Facts {
  account: string; id: string; folded: number; inbox: string; channel: string
  openedAt: string; openSince: string | null; firstContactAt: string | null
  answeredAt: string | null; answeredBy: string | null; answeredMs: number | null
  closedAt: string | null; closedBy: string | null; closures: number; reopenings: number; messagesIn: number; messagesOut: number
}
export interface Closure { account: string; id: string; offset: number; at: string; agent: string | null; openMs: number; inbox: string; channel: string }
export interface Quarter { account: string; quarter: string; inbox: string; channel: string; agent: string; opened: number; reopened: number; messagesIn: number; messagesOut: number }

/** An entry without its words. `inbox` and `channel` are of its conversation. */
export interface Step { readonly offset: number; readonly type: string; readonly actor: string; readonly at: string }

export const nobody = '00000000-0000-0000-0000-000000000000'
const quarterMs = 15 * 60_000

/** What a batch adds: closings as rows, the rest as sums. */
export class Additions {
  readonly closures: Closure[] = []
  readonly #quarters = new Map<string, Quarter>()
  /** The quarter of an hour that was added to last. Instants of one form are in the order of their texts: most fall into it, and need not be read. */
  #last = { quarter: '', until: '' }
  /** Of one conversation, by agent, what was added to last: its key is 160 characters, and a busy conversation has hundreds of messages in a batch. */
  #recent: { of: object | undefined; quarters: Map<string, Quarter> } = { of: undefined, quarters: new Map() }

  count(of: Pick<Facts, 'account' | 'inbox' | 'channel'>, at: string, agent: string, what: 'opened' | 'reopened' | 'messagesIn' | 'messagesOut'): void {
    if (at < this.#last.quarter || at >= this.#last.until) {
      const fromMs = Math.floor(Date.parse(at) / quarterMs) * quarterMs
      this.#last = { quarter: new Date(fromMs).toISOString(), until: new Date(fromMs + quarterMs).toISOString() }
    }
    if (of !== this.#recent.of) this.#recent = { of, quarters: new Map() }
    let found = this.#recent.quarters.get(agent)
    if (found?.quarter !== this.#last.quarter) this.#recent.quarters.set(agent, found = this.#quarter(of, this.#last.quarter, agent))
    found[what]++
  }
  #quarter({ account, inbox, channel }: Pick<Facts, 'account' | 'inbox' | 'channel'>, quarter: string, agent: string): Quarter {
    const key = `${account} ${quarter} ${inbox} ${channel} ${agent}`
    let found = this.#quarters.get(key)
    if (!found) this.#quarters.set(key, found = { account, quarter, inbox, channel, agent, opened: 0, reopened: 0, messagesIn: 0, messagesOut: 0 })
    return found
  }
  /** In one order, so that whoever adds them locks them in one order. */
  quarters(): Quarter[] {
    return [...this.#quarters].sort(([a], [b]) => a < b ? -1 : 1).map(([, of]) => of)
  }
}

export const begin = (of: Pick<Facts, 'account' | 'id' | 'inbox' | 'channel'>, at: string): Facts => ({
  ...of, folded: 0, openedAt: at, openSince: at, firstContactAt: null, answeredAt: null, answeredBy: null, answeredMs: null,
  closedAt: null, closedBy: null, closures: 0, reopenings: 0, messagesIn: 0, messagesOut: 0,
})

const personOf = (actor: string): string | null => actor.startsWith('user:') ? actor.slice(5) : null
/** Clocks of two nodes differ a little; nobody answers before the question. */
const between = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from))

/** Takes the next entry, of offset `folded + 1`, into the facts and what they add to sums. */
export function step(facts: Facts, { offset, type, actor, at }: Step, to: Additions): void {
  facts.folded = offset
  const person = personOf(actor)
  const reopen = (): void => {
    if (facts.openSince !== null) return
    facts.openSince = at
    facts.reopenings++
    to.count(facts, at, nobody, 'reopened')
  }
  if (type === 'conversation.opened') to.count(facts, at, nobody, 'opened')
  else if (type === 'conversation.reopened' || type === 'conversation.snoozed') reopen()
  else if (type === 'conversation.closed' && facts.openSince !== null) {
    to.closures.push({ account: facts.account, id: facts.id, offset, at, agent: person, openMs: between(facts.openSince, at), inbox: facts.inbox, channel: facts.channel })
    facts.openSince = null
    facts.closedAt = at
    facts.closedBy = person
    facts.closures++
  } else if (type === 'message.sent' && actor.startsWith('contact:')) {
    reopen()   // CV2
    facts.firstContactAt ??= at
    facts.messagesIn++
    to.count(facts, at, nobody, 'messagesIn')
  } else if (type === 'message.sent' && person) {
    reopen()
    if (facts.firstContactAt && !facts.answeredAt) {
      facts.answeredAt = at
      facts.answeredBy = person
      facts.answeredMs = between(facts.firstContactAt, at)
    }
    facts.messagesOut++
    to.count(facts, at, person, 'messagesOut')
  }
}
