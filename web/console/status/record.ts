/** The record of an incident as lines that people edit. */
import type { Incident } from '#contract/status.ts'

const words = { done: 'done', in_progress: 'in progress', scheduled: 'scheduled' } as const
export const remediesAsText = (all: Incident['remediation']): string => all.map((r) => `${words[r.state]}: ${r.text.replace(/\s*\n\s*/g, ' ')}`).join('\n')
export const timelineAsText = (all: Incident['timeline']): string => all.map((l) => `${l.at.slice(0, 16).replace('T', ' ')} ${l.text.replace(/\s*\n\s*/g, ' ')}`).join('\n')

const linesOf = (text: string): string[] => text.split('\n').map((l) => l.trim()).filter(Boolean)
/** @returns the line that is not of the right form, as a string */
export function remediesFrom(text: string): Incident['remediation'] | string {
  const found: Incident['remediation'] = []
  for (const line of linesOf(text)) {
    const [, said, rest] = /^(done|in progress|scheduled):\s*(.+)$/i.exec(line) ?? []
    if (said === undefined || rest === undefined) return line
    found.push({ state: said.toLowerCase().replace(' ', '_') as Incident['remediation'][number]['state'], text: rest })
  }
  return found
}
export function timelineFrom(text: string): Incident['timeline'] | string {
  const found: Incident['timeline'] = []
  for (const line of linesOf(text)) {
    const [, day, time, rest] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)Z?\s+(.+)$/.exec(line) ?? []
    const at = Date.parse(`${day}T${time}:00Z`)
    if (rest === undefined || Number.isNaN(at)) return line
    found.push({ at: new Date(at).toISOString(), text: rest })
  }
  return found
}
