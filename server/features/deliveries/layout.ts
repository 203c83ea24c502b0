import type { Words } from './en.ts'

/** A mail in plain text and in HTML, from the same parts. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'quiet'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'link'; label: string; url: string }
  /** Of a file of the mail; text readers get `alt`. */
  | { kind: 'image'; cid: string; alt: string }
  | { kind: 'quote'; who?: string; aside?: string; text: string }

export const laidOut = (parts: readonly Part[], words: Words): { text: string; html: string } => ({
  text: `${parts.map(plain).join('\n\n')}\n`,
  html: `<!doctype html><html lang="${words.language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><body style="margin:0;padding:24px;background:#fbfaf8;color:#1c1917;font:15px/1.5 system-ui,sans-serif"><div style="max-width:600px;margin:0 auto" dir="auto">${parts.map(rich).join('')}</div></body></html>`,
})

function plain(part: Part): string {
  switch (part.kind) {
    case 'text': case 'quiet': return part.text
    case 'heading': return `— ${part.text} —`
    case 'link': return part.url
    case 'image': return part.alt
    case 'quote': return [...(part.who === undefined ? [] : [`${part.who}${part.aside === undefined ? '' : ` · ${part.aside}`}`]), ...part.text.split('\n').map((line) => `  ${line}`)].join('\n')
  }
}

function rich(part: Part): string {
  switch (part.kind) {
    case 'text': return `<p>${lines(part.text)}</p>`
    case 'quiet': return `<p style="color:#6b645e;font-size:13px">${lines(part.text)}</p>`
    case 'heading': return `<h2 style="font-size:13px;font-weight:600;color:#6b645e;border-top:1px solid #e7e4e0;padding-top:16px;margin:24px 0 8px">${escaped(part.text)}</h2>`
    case 'link': return `<p><a href="${escaped(part.url)}" style="display:inline-block;background:#f5a524;color:#1c1917;padding:10px 16px;border-radius:6px;text-decoration:none;font-weight:600">${escaped(part.label)}</a></p><p style="color:#6b645e;font-size:13px;word-break:break-all">${escaped(part.url)}</p>`
    case 'image': return `<p><img src="cid:${escaped(part.cid)}" alt="${escaped(part.alt)}" width="200" height="200" style="image-rendering:pixelated;background:#fff;border:8px solid #fff"></p>`
    case 'quote': return `<div style="margin:8px 0;padding:8px 12px;background:#ffffff;border:1px solid #e7e4e0;border-radius:10px" dir="auto">${part.who === undefined ? '' : `<div style="font-size:13px;color:#6b645e"><b>${escaped(part.who)}</b>${part.aside === undefined ? '' : ` · ${escaped(part.aside)}`}</div>`}${lines(part.text)}</div>`
  }
}

const lines = (text: string): string => escaped(text).replaceAll('\n', '<br>')
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c]!)
