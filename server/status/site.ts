/** Every address of the page and what stands there: for the process that serves it, and for a folder. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Book } from './book.ts'
import { pageOf } from './components.ts'
import { atom, incidentJson, statusJson } from './pages/feeds.ts'
import { historyPage, homePage, yearsOf } from './pages/home.ts'
import { incidentPage, maintenancePage } from './pages/incident.ts'
import { en } from './pages/en.ts'
import { languages, type Seen, type View } from './pages/view.ts'

export interface Told { readonly type: string; readonly body: string | Buffer; readonly maxAgeS: number }
export interface SiteOptions { readonly book: Book; readonly now: () => number; readonly seen: () => Seen | undefined; readonly takesMail: boolean; readonly isStatic: boolean; /** Where it stands, when nobody has said so. */ readonly base: () => string }

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const inPackage = createRequire(import.meta.url).resolve
const page = (body: string): Told => ({ type: 'text/html; charset=utf-8', body, maxAgeS: 0 })

export function site({ book, now, seen, takesMail, isStatic, base }: SiteOptions) {
  const viewOf = (words: View['words'], path: string): View => ({ state: book.state, since: book.since, nowMs: now(), words, seen: seen(), path, takesMail, isStatic })
  const files: Record<string, () => Promise<Told>> = {
    'style.css': async () => ({ type: 'text/css; charset=utf-8', body: await readFile(root('web/ui/tokens.css'), 'utf8') + await readFile(root('web/status/status.css'), 'utf8'), maxAgeS: 300 }),
    'page.js': async () => ({ type: 'text/javascript; charset=utf-8', body: await readFile(root('web/status/page.js')), maxAgeS: 300 }),
    'lantern.svg': async () => ({ type: 'image/svg+xml', body: await readFile(root('web/console/lantern.svg')), maxAgeS: 86_400 }),
    'inter.woff2': async () => ({ type: 'font/woff2', body: await readFile(inPackage('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')), maxAgeS: 86_400 }),
    'arabic.woff2': async () => ({ type: 'font/woff2', body: await readFile(inPackage('@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2')), maxAgeS: 86_400 }),
    'feed.atom': async () => ({ type: 'application/atom+xml; charset=utf-8', body: atom(book.state, now(), baseUrl()), maxAgeS: 30 }),
    'status.json': async () => ({ type: 'application/json; charset=utf-8', body: statusJson(book.state, now(), seen()), maxAgeS: 0 }),
  }
  const baseUrl = (): string => `${(pageOf(book.state).url ?? base()).replace(/\/+$/, '')}/`

  return {
    viewOf,
    baseUrl,
    /** @param path without the slash in front. undefined: there is no such page */
    async at(path: string): Promise<Told | undefined> {
      if (Object.hasOwn(files, path)) return files[path]!()
      const words = languages.find((l) => l !== en && path.startsWith(`${l.language}/`)) ?? en
      const within = words === en ? path : path.slice(words.language.length + 1)
      const view = viewOf(words, within)
      if (within === '') return page(homePage(view))
      const [, kind, id, rest] = /^(incidents|maintenances|history)\/([^/]+)\/((?:index\.json)?)$/.exec(within) ?? []
      if (id === undefined) return undefined
      if (kind === 'history') return rest === '' && /^\d{4}$/.test(id) ? page(historyPage(view, id)) : undefined
      const incident = kind === 'incidents' ? book.state.incident.get(id) : undefined
      if (incident) return rest === '' ? page(incidentPage(view, incident)) : words === en ? { type: 'application/json; charset=utf-8', body: incidentJson(incident), maxAgeS: 0 } : undefined
      const maintenance = kind === 'maintenances' && rest === '' ? book.state.maintenance.get(id) : undefined
      return maintenance && page(maintenancePage(view, maintenance))
    },
    /** All that `at` knows. */
    paths(): string[] {
      const pages = ['', ...yearsOf({ state: book.state, nowMs: now() }).map((y) => `history/${y}/`), ...[...book.state.incident.keys()].map((id) => `incidents/${id}/`), ...[...book.state.maintenance.keys()].map((id) => `maintenances/${id}/`)]
      return [...Object.keys(files), ...languages.flatMap((l) => pages.map((p) => (l === en ? p : `${l.language}/${p}`))), ...[...book.state.incident.keys()].map((id) => `incidents/${id}/index.json`)]
    },
  }
}
export type Site = ReturnType<typeof site>
