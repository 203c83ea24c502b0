import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HostPage {
  /** Of a site that is not the server's. */
  readonly url: string
  close(): Promise<void>
}

/** Rules that would reach the messenger if anything of the page could, and elements whose looks it must not change. */
const rude = `
  * { color: rgb(200, 0, 0) !important; font-family: monospace !important; letter-spacing: 5px !important; text-transform: uppercase; line-height: 3 }
  div, section, dialog, button { display: none; width: 3px; transform: rotate(20deg) }
  button, textarea, input, p, h2 { all: unset; font-size: 40px !important; background: lime !important }
  body { filter: sepia(1); transform: scale(.99) }
  body > :last-child { outline: 9px solid blue }
  :root { --paper: lime; --ink: lime; --accent: lime }`

/** A page that names the messenger as a site owner would; `?plain` leaves the rude rules out, `?bare` the script. `?then=` is run before the script. */
export async function serveHostPage(server: string, inbox: string): Promise<HostPage> {
  const html = (query: URLSearchParams): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A shop</title>
    <style>${query.has('plain') ? 'body { font: 16px Georgia, serif; margin: 40px; color: #333 }' : rude}</style>
    ${query.has('then') ? `<script>${query.get('then')}</script>` : ''}
    ${query.has('bare') ? '' : `<script src="${server}/messenger.js" data-inbox="${inbox}" ${query.has('theme') ? `data-theme="${query.get('theme')}"` : ''} async></script>`}
    </head><body><main><h1>A shop</h1><p>Something to buy.</p><label>Search <input></label><p>The end.</p></main></body></html>`
  const site: Server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html(new URL(request.url ?? '/', 'http://host').searchParams))
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    async close() {
      site.closeAllConnections()
      await new Promise((resolve) => site.close(resolve))
    },
  }
}
