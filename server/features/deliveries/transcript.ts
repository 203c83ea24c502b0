import type { Attachment, Entry } from '#contract/entries.ts'
import { idOf } from '#contract/ids.ts'
import { en, type Words } from './en.ts'
import type { Mail } from './deliveries.ts'
import { laidOut, type Part } from './layout.ts'

export interface Transcript {
  /** The delivery's. */
  id: string
  conversation: string
  to: string
  account: string
  contact: { id: string; name: string }
  /** From the first to the last, as the journal has them. */
  entries: readonly Entry[]
  /** Of users and teams, by id. */
  names: Readonly<Record<string, string>>
  /** For colleagues: with notes and assignments. A contact must never get that. */
  inside: boolean
}

type Line = { at: string } & ({ who: string; text: string; files: readonly Attachment[]; edited: boolean; deleted: boolean } | { event: string })

const linesMax = 2_000

/** Deletions and edits have been applied: a transcript never says what its author took back. */
export function transcriptMail({ id, conversation, to, account, contact, entries, names, inside }: Transcript, words: Words = en): Mail {
  const say = words.transcript
  const nameOf = (whom: string | null | undefined): string => whom === contact.id ? contact.name : names[whom ?? ''] ?? say.someone
  const lines = new Map<string, Line>()

  for (const entry of entries) {
    const name = entry.actor.startsWith('rule:') ? account : nameOf(idOf(entry.actor))   // the house speaks
    const event = (text: string): void => { lines.set(entry.id, { at: entry.at, event: text }) }
    if (entry.type === 'message.sent' || (entry.type === 'note.added' && inside)) {
      const who = entry.type === 'note.added' ? say.note(name) : name
      lines.set(entry.id, { at: entry.at, who, text: entry.body?.text ?? '', files: entry.body?.attachments ?? [], edited: false, deleted: !entry.body })
    } else if (entry.type === 'message.edited' || entry.type === 'note.edited') {
      const line = lines.get(entry.body?.message ?? '')
      if (entry.body && line && 'who' in line) Object.assign(line, { text: entry.body.text, edited: true })
    } else if (entry.type === 'message.deleted') {
      const line = lines.get(entry.body?.message ?? '')
      if (line && 'who' in line) line.deleted = true
    } else if (entry.type === 'conversation.erased') {
      for (const line of lines.values()) if ('who' in line) line.deleted = true
    } else if (entry.type === 'conversation.closed') {
      event(say.closed(name))
    } else if (entry.type === 'conversation.reopened') {
      event(entry.body?.because === 'snooze_over' ? say.woke : say.reopened(name))
    } else if (entry.type === 'conversation.assigned' && inside && entry.body) {
      const whom = entry.body.assignee ?? entry.body.team
      event(whom ? say.assigned({ name, to: nameOf(whom) }) : say.unassigned(name))
    }
  }

  const all = [...lines.values()]
  const shown = all.slice(-linesMax)
  const parts: Part[] = [{ kind: 'text', text: inside ? say.insideIntro(contact.name) : say.intro(account) }]
  if (shown.length < all.length) parts.push({ kind: 'quiet', text: say.leftOut(all.length - shown.length) })
  if (shown.length === 0) parts.push({ kind: 'quiet', text: say.empty })
  shown.forEach((line, i) => {
    if (line.at.slice(0, 10) !== shown[i - 1]?.at.slice(0, 10)) parts.push({ kind: 'heading', text: day(line.at, words) })
    parts.push(partOf(line, words))
  })
  return { id, to, kind: 'transcript', path: `/inbox/${conversation}`, subject: inside ? say.insideSubject(contact.name) : say.subject(account), ...laidOut(parts, words) }
}

function partOf(line: Line, words: Words): Part {
  const say = words.transcript
  if ('event' in line) return { kind: 'quiet', text: line.event }
  const { at, who, text, files, edited, deleted } = line
  const aside = edited && !deleted ? `${clock(at)} · ${say.edited}` : clock(at)
  const said = [...(text ? [text] : []), ...files.map(({ name, sizeBytes }) => say.file({ name, size: sizeOf(sizeBytes, words) }))]
  return { kind: 'quote', who, aside, text: deleted ? say.deleted : said.join('\n') }
}

const clock = (at: string): string => at.slice(11, 16)
const day = (at: string, words: Words): string => new Date(at).toLocaleDateString(words.language === 'en' ? 'en-GB' : words.language, { dateStyle: 'long', timeZone: 'UTC' })

function sizeOf(bytes: number, { language }: Words): string {
  const [value, unit] = bytes < 1_000 ? [bytes, 'byte'] as const : bytes < 1_000_000 ? [bytes / 1_000, 'kilobyte'] as const : [bytes / 1_000_000, 'megabyte'] as const
  return value.toLocaleString(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 })
}
