/**
 * What watchdogs say. A watchdog repeats itself as long as it sees something: that is one proposal with more and more evidence, or evidence
 * to the incident that was made of it. Whether a person or the page itself publishes it, is the operator's setting (SG7).
 */
import { createHash } from 'node:crypto'
import { levels, type Affected, type Evidence, type Incident, type Proposal } from '#contract/status.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Book, Put, State } from './book.ts'
import { pageOf, refuseUnknown, settled } from './components.ts'
import { opened, putIncident } from './incidents.ts'

export interface Suspicion { title: string; components: readonly Affected[]; evidence: string; /** Who saw it: `watchdog: connections`. */ by: string }
/** What is kept of evidence: the first, and the newest. */
const evidenceMax = 50
const firstWord = (title: string): string => `${title}. We are looking into it and will write here again.`
/** What was not seen for so long is over: when it comes again it is another one, that began then. */
const overMs = 3_600_000
/** A watchdog may bark as often as it likes; it is noted this often. */
const againMs = 20_000
/** What is promised with the first word. */
const nextUpdateMs = 30 * 60_000

const keyOf = ({ title, components }: Suspicion): string =>
  createHash('sha256').update(JSON.stringify([title, components.map((c) => c.component).toSorted()])).digest('hex').slice(0, 12)
const withMore = (all: readonly Evidence[], more: Evidence): Evidence[] => all.length < evidenceMax ? [...all, more] : [all[0]!, ...all.slice(2), more]
const isOpen = (incident: Incident | undefined): incident is Incident => incident !== undefined && incident.state !== 'resolved'

export function proposals({ book }: { book: Book }) {
  return {
    /** @returns the proposal, or what has become of it */
    propose: async (s: Suspicion): Promise<Proposal> => book.change<Proposal>(s.by, 'propose', (state, at) => {
      refuseUnknown(state, s.components.map((c) => c.component))
      const seen = { at, text: s.evidence.slice(0, 20_000) }
      const key = keyOf(s)
      const of = [...state.proposal.values()].filter((p) => p.id.startsWith(`${key}-`))
      const isCurrent = (p: Proposal): boolean => p.state === 'published' ? incidentOf(state, p) !== undefined : isFresh(p, at)
      const current = of.findLast(isCurrent) ?? [...state.proposal.values()].findLast((p) => isCurrent(p) && isAbout(s, p, state))
      const joined = current && joining(current, s)
      if (current && joined === current && Date.parse(at) - Date.parse(current.lastAt) < againMs) return { puts: [], result: current }
      const puts: Put[] = [...quietNoMore(state, s.components, seen)]
      const grown: Proposal = joined
        ? { ...joined, lastAt: at, times: joined.times + 1, evidence: withMore(joined.evidence, seen) }
        : { id: `${key}-${of.length + 1}`, title: s.title, affected: [...s.components], evidence: [seen], by: s.by, at, lastAt: at, times: 1, state: 'open', incident: null }
      if (grown.state === 'open' && pageOf(state).auto) {
        const { incident, proposal } = publishing(state, at, s.by, grown)
        return { puts: [...settled(state), ...puts, putIncident(incident), put(proposal)], result: proposal }
      }
      return { puts: [...puts, put(grown)], result: grown }
    }),

    /** One click. `text`: the first word, unless said the usual one. @throws Refusal */
    publish: async (by: string, id: string, words: { title?: string; text?: string }): Promise<Incident> => book.change<Incident>(by, 'publish', (state, at) => {
      const proposal = proposalIn(state, id)
      const known = proposal.incident === null ? undefined : state.incident.get(proposal.incident)
      if (proposal.state === 'published' && known) return { puts: [], result: known }
      const made = publishing(state, at, by, proposal, words)
      return { puts: [...settled(state), putIncident(made.incident), put(made.proposal)], result: made.incident }
    }),

    /** What was seen is over. Open ones say so and stay: whether there was something to tell, a person decides. */
    over: async (by: string, evidence: string): Promise<void> => book.change(by, 'over', (state, at) => ({
      puts: [...state.proposal.values()].filter((p) => hasPart(p, by) && p.state === 'open' && p.evidence.at(-1)?.text !== evidence).map((p) => put({ ...p, lastAt: at, evidence: withMore(p.evidence, { at, text: evidence }) })),
      result: undefined,
    })),

    /** The same suspicion is not brought up again for an hour. @throws Refusal */
    dismiss: async (by: string, id: string): Promise<Proposal> => book.change<Proposal>(by, 'dismiss', (state, at) => {
      const proposal = proposalIn(state, id)
      if (proposal.state === 'published') throw new Refusal('wrong_status', 'It is published already.')
      const result: Proposal = { ...proposal, state: 'dismissed', lastAt: at }
      return { puts: [put(result)], result }
    }),
  }
}
export type Proposals = ReturnType<typeof proposals>

const put = (value: Proposal): Put => ({ kind: 'proposal', id: value.id, value })
const isFresh = (p: Proposal, at: string): boolean => Date.parse(at) - Date.parse(p.lastAt) < overMs
const incidentOf = (state: State, p: Proposal): Incident | undefined => { const of = p.incident === null ? undefined : state.incident.get(p.incident); return isOpen(of) ? of : undefined }

/** `by` names all who saw it. */
const hasPart = (p: Proposal, by: string): boolean => p.by.split(', ').includes(by)
const rank = (level: Affected['level']): number => levels.indexOf(level)
const worst = (of: readonly Affected[]): number => Math.max(...of.map((a) => rank(a.level)))
/**
 * One outage is seen by several watchdogs in their own words: the database by its connections, by its silence, and by the page. Who sees
 * mostly what is known already, and nothing worse than what people were told, has no proposal of its own. What was dismissed keeps only
 * those quiet who had a part in it: somebody who sees something there for the first time is heard.
 */
function isAbout(s: Suspicion, p: Proposal, state: State): boolean {
  const known = new Map((incidentOf(state, p) ?? p).affected.map((a) => [a.component, rank(a.level)]))
  const shared = s.components.filter((c) => known.has(c.component))
  const isHeard = p.state !== 'dismissed' || hasPart(p, s.by)
  return isHeard && shared.length * 2 >= s.components.length && (p.state === 'open' || shared.every((c) => rank(c.level) <= known.get(c.component)!))
}
/** What is still open grows by what another watchdog sees; the worse of both gives it its title. */
function joining(p: Proposal, s: Suspicion): Proposal {
  if (p.state !== 'open') return p
  const affected = new Map(p.affected.map((a) => [a.component, a]))
  const isNew = !hasPart(p, s.by)
  let isMore = isNew
  for (const c of s.components) {
    const known = affected.get(c.component)
    if (known && rank(known.level) >= rank(c.level)) continue
    affected.set(c.component, c)
    isMore = true
  }
  if (!isMore) return p
  const isTitle = worst(s.components) > worst(p.affected) || (worst(s.components) === worst(p.affected) && s.components.length > p.affected.length)
  return { ...p, affected: [...affected.values()], title: isTitle ? s.title : p.title, by: isNew ? `${p.by}, ${s.by}`.slice(0, 200) : p.by }
}
function proposalIn(state: State, id: string): Proposal {
  const found = state.proposal.get(id)
  if (!found) throw new Refusal('not_found', `There is no proposal "${id}".`)
  return found
}

function publishing(state: State, at: string, by: string, proposal: Proposal, { title = proposal.title, text = firstWord(title) }: { title?: string; text?: string } = {}): { incident: Incident; proposal: Proposal } {
  const incident = opened(state, at, by, {
    title, text, affected: proposal.affected, evidence: proposal.evidence, impact: [{ from: proposal.at, to: null }], nextUpdateAt: new Date(Date.parse(at) + nextUpdateMs).toISOString(),
  })
  return { incident, proposal: { ...proposal, state: 'published', incident: incident.id } }
}

/** An incident that is monitored has just been felt again: its window begins anew. Others get the evidence too. */
function quietNoMore(state: State, components: readonly Affected[], seen: Evidence): Put[] {
  const touched = new Set(components.map((c) => c.component))
  return [...state.incident.values()].filter((i) => isOpen(i) && i.affected.some((a) => touched.has(a.component)))
    .map((i) => putIncident({ ...i, evidence: withMore(i.evidence, seen), quietSince: i.quietSince === null ? null : seen.at }))
}
