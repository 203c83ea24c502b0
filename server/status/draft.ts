/** A post-mortem out of the record: what is known stands in it, what only people know is asked for. */
import type { Incident } from '#contract/status.ts'
import type { State } from './book.ts'
import { componentsOf } from './components.ts'
import { durationMs } from './uptime.ts'

const states = { investigating: 'investigating', identified: 'identified', monitoring: 'monitoring', resolved: 'resolved' } as const
const levelWords = { works: 'worked', slow: 'was slow', disrupted: 'was disrupted', down: 'was down' } as const
const remedies = { done: 'Done', in_progress: 'In progress', scheduled: 'Scheduled' } as const
export const minute = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
export function lasted(ms: number): string {
  const minutes = Math.round(ms / 60_000), d = Math.floor(minutes / 1440), h = Math.floor(minutes / 60) % 24, m = minutes % 60
  return [d > 0 && `${d} d`, h > 0 && `${h} h`, (m > 0 || minutes === 0) && `${m} min`].filter(Boolean).join(' ')
}

/** Each run of blanks is looked at once: `\s*\n\s*` begins anew at each blank of a long one. */
const oneLine = (text: string): string => text.replace(/\s+/g, (run) => run.includes('\n') ? ' ' : run)

export function draftPostmortem(incident: Incident, state: State, nowMs: number): string {
  const names = new Map(componentsOf(state).map((c) => [c.id, c.name]))
  const lines = [
    ...incident.impact.flatMap(({ from, to }) => [{ at: from, text: 'First felt.' }, ...(to === null ? [] : [{ at: to, text: 'No longer felt.' }])]),
    ...incident.timeline,
    ...incident.updates.map((u) => ({ at: u.at, text: `${u.state === null ? 'Update' : `Said to be ${states[u.state]}`}${u.text ? `: ${u.text}` : '.'}` })),
  ].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  const firstWord = incident.updates[0]?.at, felt = incident.impact.map((i) => i.from).toSorted()[0]
  const silence = firstWord !== undefined && felt !== undefined ? Date.parse(firstWord) - Date.parse(felt) : undefined
  return [
    '## What happened', `${incident.title}. ${incident.affected.map((a) => `${names.get(a.component) ?? a.component} ${levelWords[a.level]}`).join(', ')}.`,
    '## How long', incident.impact.length === 0 ? 'When it was felt is not recorded.'
      : `${lasted(durationMs(incident.impact, nowMs))} in all: ${incident.impact.map((i) => `${minute(i.from)} to ${i.to === null ? 'now' : minute(i.to)}`).join('; ')}.`,
    ...(silence === undefined ? [] : [silence >= 0 ? `The first public word came ${lasted(silence)} after it began.` : `It was announced ${lasted(-silence)} before it began.`]),
    ...(incident.early === null ? [] : [`It was called resolved before its time: ${incident.early}`]),
    ...(incident.recurrenceOf.length === 0 ? [] : ['## Seen before', incident.recurrenceOf.map((id) => `- ${state.incident.get(id)?.title ?? id} (${id})`).join('\n')]),
    '## Timeline', lines.map((l) => `- ${minute(l.at)}: ${oneLine(l.text)}`).join('\n'),
    '## Cause', incident.cause || '(Say here what caused it.)',
    ...(incident.evidence.length === 0 ? [] : ['## What the watchdogs saw', incident.evidence.map((e) => `- ${minute(e.at)}: ${oneLine(e.text)}`).join('\n')]),
    '## What we do about it', incident.remediation.length === 0 ? '(Say here what was done and what will be.)' : incident.remediation.map((r) => `- ${remedies[r.state]}: ${r.text}`).join('\n'),
  ].join('\n\n')
}
