/** What a page is made from, and how times, durations and links are written on it. Links are relative, so that the page can stand in any folder and behind any proxy. */
import { html, type Html } from '#server/http/html.ts'
import type { State } from '../book.ts'
import { ar } from './ar.ts'
import { en, type Words } from './en.ts'

export const languages: readonly Words[] = [en, ar]
/** The process's own look at Lodge; undefined: it has not looked yet, or does not look (a published folder). */
export interface Seen { readonly level: 'works' | 'disrupted' | 'down'; readonly sinceMs: number; readonly reasons: readonly string[] }
export interface View {
  readonly state: State
  readonly since: string | undefined
  readonly nowMs: number
  readonly words: Words
  readonly seen: Seen | undefined
  /** Address within the language's part, `incidents/x/`; `` is the first page. */
  readonly path: string
  /** Whether it takes subscribers: not without a mail server, and not in a folder. */
  readonly takesMail: boolean
  /** Written into a folder: nothing behind it answers. */
  readonly isStatic: boolean
}

const depth = (path: string): number => path.split('/').length - 1
/** From this page to another of the same language. */
export const link = (v: View, to: string): string => `${'../'.repeat(depth(v.path))}${to}` || './'
/** From this page to what all languages share. */
export const asset = (v: View, to: string): string => `${'../'.repeat(depth(v.path) + (v.words === en ? 0 : 1))}${to}`
export const inLanguage = (v: View, words: Words): string => asset(v, `${words === en ? '' : `${words.language}/`}${v.path}`) || './'

const formats = new Map<string, Intl.DateTimeFormat>()
function format(words: Words, style: 'moment' | 'clock' | 'day' | 'month'): Intl.DateTimeFormat {
  const key = `${words.language} ${style}`
  const known = formats.get(key)
  if (known) return known
  const of: Intl.DateTimeFormatOptions = style === 'clock' ? { hour: '2-digit', minute: '2-digit' } : style === 'day' ? { dateStyle: 'long' } : style === 'month' ? { month: 'long', year: 'numeric' } : { dateStyle: 'medium', timeStyle: 'short' }
  const made = new Intl.DateTimeFormat(words.language === 'en' ? 'en-GB' : words.language, { ...of, timeZone: 'UTC' })
  formats.set(key, made)
  return made
}
/** In UTC, and says so; a script puts it into the reader's zone. */
export const moment = (v: View, at: string, style: 'moment' | 'clock' = 'moment'): Html =>
  html`<time datetime="${at}" data-as="${style}">${format(v.words, style).format(Date.parse(at))} UTC</time>`
export const day = (v: View, at: string): string => format(v.words, 'day').format(Date.parse(at))
export const month = (v: View, at: string): string => format(v.words, 'month').format(Date.parse(at))

/** `in 12 minutes`; a script counts on. */
export function until(v: View, at: string): Html {
  const ms = Date.parse(at) - v.nowMs
  const [value, unit] = Math.abs(ms) < 5_400_000 ? [ms / 60_000, 'minute'] as const : Math.abs(ms) < 129_600_000 ? [ms / 3_600_000, 'hour'] as const : [ms / 86_400_000, 'day'] as const
  return html`<time datetime="${at}" data-until>${new Intl.RelativeTimeFormat(v.words.language, { numeric: 'always' }).format(Math.round(value), unit)}</time>`
}
interface DurationFormat { format(of: Record<string, number>): string }
/** `10 hr, 35 min` */
export function lasting(words: Words, ms: number): string {
  const total = Math.max(1, Math.round(ms / 60_000))
  const of = { ...(total >= 1440 && { days: Math.floor(total / 1440) }), ...(total % 1440 >= 60 && { hours: Math.floor((total % 1440) / 60) }), ...(total % 60 > 0 && { minutes: total % 60 }) }
  // TypeScript's library does not know it yet.
  const { DurationFormat } = Intl as unknown as { DurationFormat: new (language: string, o: object) => DurationFormat }
  return new DurationFormat(words.language, { style: 'short' }).format(of)
}

const address = /https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?]/g
function withLinks(text: string): readonly Html[] {
  const parts: Html[] = []
  let end = 0
  for (const { 0: url, index } of text.matchAll(address)) {
    parts.push(html`${text.slice(end, index)}`, html`<a href="${url}" rel="nofollow noopener">${url}</a>`)
    end = index + url.length
  }
  return [...parts, html`${text.slice(end)}`]
}
/** Text as people write it: paragraphs, lines with `-` or `*` in front, `##` headings, addresses. Nothing else means anything. */
export function prose(text: string): Html {
  const blocks = text.replace(/\r\n?/g, '\n').split(/\n{2,}/).filter((b) => b.trim())
  return html`<div class="prose" dir="auto">${blocks.map((block) => {
    const lines = block.split('\n').filter((l) => l.trim())
    const heading = lines.length === 1 ? /^#{1,6} +(.+)$/.exec(lines[0]!) : null
    if (heading) return html`<h3>${heading[1]!}</h3>`
    if (lines.every((l) => /^\s*(?:[-*•]|\d+\.)\s+/.test(l))) return html`<ul>${lines.map((l) => html`<li>${withLinks(l.replace(/^\s*(?:[-*•]|(?=\d))\s*/, ''))}</li>`)}</ul>`
    return html`<p>${lines.map((l, i) => html`${i > 0 ? html`<br>` : html``}${withLinks(l)}`)}</p>`
  })}</div>`
}
