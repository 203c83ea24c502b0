/** The style of /api, on the tokens of the screens. */
export const style = `
* { box-sizing: border-box }
html { scroll-padding-top: 16px }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.45 'Inter Variable', Inter, system-ui, sans-serif }
body { display: grid; grid-template-columns: 220px minmax(0, 860px); gap: 40px; padding-inline: 24px }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding-block: 24px; border-inline-end: 1px solid var(--line) }
nav a { display: block; color: var(--muted); text-decoration: none; padding: 2px 8px 2px 0; overflow: hidden; text-overflow: ellipsis }
nav a:hover { color: var(--ink) }
nav h2 { font-size: 12px; color: var(--muted); margin: 16px 0 4px }
h2::first-letter { text-transform: capitalize }
main { padding-block: 24px 96px }
h1 { font-size: 28px; margin: 0 0 8px } h2 { font-size: 20px; margin: 48px 0 12px } h3 { font-size: 16px; margin: 0 0 4px }
section > h3 { margin-top: 24px } h4 { font-size: 12px; color: var(--muted); margin: 16px 0 4px }
article { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin-block: 12px }
p { margin: 4px 0 12px } .call { margin-bottom: 4px; overflow-wrap: anywhere } .call b { color: var(--accent-ink) } .for { color: var(--muted) }
a { color: var(--accent-ink) } a:focus-visible { outline: 2px solid var(--accent-ink); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
td, th { text-align: start; vertical-align: top; padding: 6px 12px 6px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
thead th { border: 0; color: var(--muted); font-size: 12px; font-weight: 500 }
td:first-child { width: 24% } td:nth-child(2) { width: 34% }
tr:target, article:target { background: var(--note) }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, monospace }
pre { background: var(--raised); border-radius: 6px; padding: 12px; overflow-x: auto }
@media (max-width: 760px) { body { display: block } nav { position: static; height: auto; border: 0; padding-bottom: 0 } nav div { display: none } }
`
