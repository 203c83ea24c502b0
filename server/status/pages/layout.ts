import type { Level } from '#contract/status.ts'
import { html, type Html } from '#server/http/html.ts'
import { pageOf } from '../components.ts'
import { asset, inLanguage, languages, link, moment, type View } from './view.ts'

const paths: Record<Level | 'maintained', string> = {
  works: 'M20 6 9 17l-5-5', slow: 'M12 6v6l4 2M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20', disrupted: 'M12 9v4M12 17h.01M10.3 3.9 1.8 18a2 2 0 0 0 1.7 3h17a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0',
  down: 'M18 6 6 18M6 6l12 12', maintained: 'M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.8-3.8a6 6 0 0 1-7.9 7.9l-6.9 6.9a2.1 2.1 0 0 1-3-3l6.9-6.9a6 6 0 0 1 7.9-7.9z',
}
export const icon = (of: Level | 'maintained'): Html => html`<svg class="icon ${of}" viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${paths[of]}"/></svg>`
const lantern = html`<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#f5a524"/><g fill="#1c1917"><path d="M16 3.6a2.9 2.9 0 0 1 2.9 2.9c0 .5-.1 1-.4 1.4l4.9 3.1c.9.5.5 1.8-.5 1.8H9.100c-1 0-1.400-1.300-.5-1.800l4.900-3.100a2.900 2.900 0 0 1 2.500-4.300Z"/><path d="M10.200 14.200h1.700v9.300h-1.700zM20.100 14.200h1.700v9.300h-1.700z"/><path d="M16 14.900c2 2.300 2.900 3.600 2.900 5.100a2.900 2.900 0 0 1-5.800 0c0-1.500.9-2.800 2.900-5.100Z"/><rect x="8.200" y="24.600" width="15.600" height="2.600" rx="1.300"/></g></svg>`

/** A whole page. @param title of this page; the first page has none of its own */
export function layout(v: View, title: string | undefined, body: Html): string {
  const { words } = v
  const name = words.title(pageOf(v.state).name)
  const refresh = v.isStatic ? html`` : html`<noscript><meta http-equiv="refresh" content="60"></noscript>`
  return `<!doctype html>${html`<html lang="${words.language}" dir="${words.direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title === undefined ? name : `${title} · ${name}`}</title>
<link rel="stylesheet" href="${asset(v, 'style.css')}"><link rel="icon" href="${asset(v, 'lantern.svg')}"><link rel="alternate" type="application/atom+xml" title="${name}" href="${asset(v, 'feed.atom')}">${refresh}<script src="${asset(v, 'page.js')}" defer></script></head>
<body data-stale="${words.stale}" data-offline="${words.offline}"${v.isStatic ? html` data-static` : html``}><header><a class="name" href="${link(v, '')}">${lantern}<span>${name}</span></a><nav><a href="${link(v, `history/${new Date(v.nowMs).getUTCFullYear()}/`)}">${words.history}</a>${languages.filter((l) => l !== words).map((l) => html`<a href="${inLanguage(v, l)}" lang="${l.language}" hreflang="${l.language}">${l.ownName}</a>`)}</nav></header>
<main>${body}</main>
<footer><p>${words.writtenAt} ${moment(v, new Date(v.nowMs).toISOString())}</p><p><a href="${asset(v, 'feed.atom')}">${words.feed}</a> · <a href="${asset(v, 'status.json')}">${words.json}</a></p></footer></body></html>`.markup}`
}

export const message = (v: View, title: string, text: string, form?: Html): string => layout(v, title, html`<section class="message"><h1>${title}</h1><p>${text}</p>${form ?? html`<p><a href="${link(v, '')}">${v.words.home}</a></p>`}</section>`)
