/** The page behind the link of an alert. Looking acknowledges nothing: mail programs open links by themselves. It needs neither session nor database. */
import type { Alert } from '#contract/alerts.ts'
import { html, type Html } from '#server/http/html.ts'

const style = 'body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}h1{font-size:1.3rem}li{margin:1rem 0}pre{white-space:pre-wrap;font:inherit}'
  + 'button{font:inherit;padding:.8rem 1.4rem;border-radius:6px;border:0;background:#f5a524;color:#1c1917;cursor:pointer}button:focus-visible{outline:2px solid;outline-offset:2px}'
/** What the page's policy allows to be its style. */
export const ackStyle = style

export function ackPage({ name, alerts, action }: { name: string; alerts: readonly Alert[]; action: string }): string {
  const open = alerts.filter((a) => a.clearedAt === null && !a.acknowledged)
  return page(open.length > 0 ? 'Do you look after this?' : 'There is nothing to acknowledge any more', html`
    <ul>${alerts.map((a) => html`<li><strong>${a.component}, ${a.severity}</strong>${a.clearedAt !== null ? ' (over)' : a.acknowledged ? ` (${a.acknowledged.by} looks after it)` : ''}<pre>${a.evidence.split('\n', 1)[0]!}</pre>${a.whatToDo}</li>`)}</ul>
    ${open.length > 0 ? html`<form method="post" action="${action}"><button>I, ${name}, look after it</button></form>` : html`<p>Thank you, ${name}.</p>`}`)
}
export const noLinkPage = (): string => page('This link leads nowhere any more', html`<p>Open the operations page of Lodge instead; alerts can be acknowledged there.</p>`)

const page = (title: string, body: Html): string => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head>
<body><main><h1>${title}</h1>${body}</main></body></html>`.markup
