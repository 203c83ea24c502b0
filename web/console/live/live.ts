/** What a signed-in tab holds: one connection, the rows and threads it feeds, and what the device keeps. */
import type { QueryClient } from '@tanstack/react-query'
import { listEntries, type InboxView } from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import type { PeopleView } from '#contract/people.ts'
import { idbOutbox } from '#client/browser/idb-outbox.ts'
import { connect, TicketDenied, type Lodge, type PendingCommand, type Status } from '#client/lodge.ts'
import { openDrafts, type Drafts } from '../kept/drafts.ts'
import { openTicks, type Ticks } from '../kept/ticks.ts'
import { openShelf, shelfEntries, shelfRows, type Shelf } from '../kept/shelf.ts'
import { cannedQuery, inboxesQuery, keptQueries, newQueries, peopleQuery, queriesOf, readAgain } from './queries.ts'
import { openDeletions, type Deletions } from './deletions.ts'
import { createRows, type Rows } from './rows.ts'
import { askTicket, type Session } from './session.ts'
import { createStore, type Store } from './store.ts'
import { openThreads, type Threads } from './threads.ts'
import { openUploads, type Uploads } from './uploads.ts'
import { openVisits, type Visits } from './visits.ts'

export interface Live {
  readonly session: Session
  /** `user:<id>` */
  readonly me: string
  readonly lodge: Lodge
  readonly status: Store<Status>
  readonly outbox: Store<readonly PendingCommand[]>
  readonly rows: Rows
  readonly threads: Threads
  readonly visits: Visits
  readonly ticks: Ticks
  /** The line is cut, and has not come back yet. */
  readonly away: Store<boolean>
  readonly presence: Store<PeopleView['presence']>
  readonly drafts: Drafts
  readonly uploads: Uploads
  readonly deletions: Deletions
  readonly shelf: Shelf
  readonly queries: QueryClient
  close(): void
}

declare const __BUILD__: string

/** An own command leaves the outbox a moment before the view pushes the row it changed. */
const lingerMs = 1500
/** So long an open line may be gone before anybody is told that nothing can be changed. */
const blinkMs = 3000

export function openLive(session: Session): Live {
  const me = `user:${session.user.id}`
  const lodge = connect({
    url: location.origin, app: `console ${__BUILD__}`, outbox: idbOutbox(`lodge-outbox-${session.user.id}`),
    ticket: async () => {
      const outcome = await askTicket()
      if (outcome.ok && outcome.value.user.id === session.user.id) return outcome.value
      if (outcome.ok || outcome.code === 'unauthenticated') throw new TicketDenied('The session has ended')
      throw new Error(outcome.message)
    },
  })
  const shelf = openShelf(session.user.id)
  const queries = newQueries()
  const rows = createRows()
  const status = createStore(lodge.status)
  const outbox = createStore(lodge.outbox.list())
  const presence = createStore<PeopleView['presence']>({})
  const away = createStore(false)
  const ends: (() => void)[] = []

  let wasOpen = false
  let blink: ReturnType<typeof setTimeout> | undefined
  ends.push(lodge.onStatus((now) => {
    status.set(now)
    if (now.state === 'open' || now.state === 'ended') {
      clearTimeout(blink)
      blink = undefined
      away.set(now.state === 'ended')
    } else if (wasOpen && !away.get()) blink ??= setTimeout(() => away.set(true), navigator.onLine ? blinkMs : 0)
    else if (now.state === 'waiting' && blink === undefined) away.set(true)
    // Whatever could not be read while the server was away is read now.
    if (now.state === 'open' && !wasOpen) void queries.refetchQueries({ predicate: (q) => q.state.status === 'error' })
    wasOpen = now.state === 'open'
  }))

  ends.push(() => clearTimeout(blink))

  let lingering: readonly PendingCommand[] = []
  ends.push(lodge.outbox.onChange(() => {
    const list = lodge.outbox.list()
    const gone = outbox.get().filter((c) => !list.some((l) => l.id === c.id))
    outbox.set(list)
    lingering = [...lingering, ...gone]
    if (gone.length > 0) setTimeout(() => {
      lingering = lingering.filter((c) => !gone.includes(c))
      rows.overlay([...lingering, ...outbox.get()])
    }, lingerMs)
    rows.overlay([...lingering, ...list])
  }))
  rows.overlay(outbox.get())

  ends.push(lodge.join('settings', {
    fresh() { for (const name of new Set(Object.values(queriesOf).flat())) void readAgain(queries, [name]) },
    entries(entries) {
      for (const { type, body } of entries) if (type === 'settings.changed' && body) for (const name of queriesOf[String(body.what)] ?? []) void readAgain(queries, [name])
    },
  }))
  ends.push(lodge.watch('people', (body) => { presence.set((body as PeopleView).presence) }))
  ends.push(watchInboxes(lodge, rows, queries))
  ends.push(keepOnShelf(lodge, rows, shelf, queries))
  const visits = openVisits({ lodge, queries, shelf })
  const ticks = openTicks({ lodge, user: session.user.id, touch: visits.touch })
  const drafts = openDrafts(session.user.id)
  const uploads = openUploads({ lodge, drafts })
  const deletions = openDeletions(lodge, session.user.id)
  ends.push(() => visits.close(), () => ticks.close(), () => uploads.close(), () => deletions.close())

  return {
    session, me, lodge, status, away, outbox, rows, presence, shelf, queries, visits, ticks, drafts, uploads, deletions,
    threads: openThreads(lodge, rows, shelf),
    close() {
      for (const end of ends) end()
      lodge.close()
    },
  }
}

/** Watches the view of every inbox there is; after a reconnect the pages are read again, since a view has no gaps filled. */
function watchInboxes(lodge: Lodge, rows: Rows, queries: QueryClient): () => void {
  const watched = new Map<string, () => void>()
  const follow = (): void => {
    const inboxes = queries.getQueryData(inboxesQuery(lodge.call).queryKey) ?? []
    for (const { id } of inboxes) {
      if (watched.has(id)) continue
      let pushes = 0
      watched.set(id, lodge.watch(`inbox:${id}`, (body, _version, { fresh }) => {
        rows.patch(id, body as InboxView)
        if (fresh && pushes++ > 0) void queries.invalidateQueries({ queryKey: ['list'] })
      }))
    }
  }
  const off = queries.getQueryCache().subscribe(({ query }) => { if (query.queryKey[0] === 'inboxes') follow() })
  void queries.prefetchQuery(inboxesQuery(lodge.call))
  void queries.prefetchQuery(peopleQuery(lodge.call))
  void queries.prefetchQuery(cannedQuery(lodge.call))
  return () => {
    off()
    for (const end of watched.values()) end()
  }
}

/** Opens with what was kept, and keeps what is newer: rows a second after a change, threads one by one while nothing else happens. */
function keepOnShelf(lodge: Lodge, rows: Rows, shelf: Shelf, queries: QueryClient): () => void {
  void shelf.rows().then((kept) => { rows.absorb({ conversations: kept.map((k) => k.row), marks: Object.fromEntries(kept.map((k) => [k.id, k.mark])) }) })
  for (const name of keptQueries) void shelf.list(name).then((list) => { if (list && !queries.getQueryData([name])) queries.setQueryData([name], list, { updatedAt: 0 }) })
  const offQueries = queries.getQueryCache().subscribe(({ type, query }) => {
    const name = String(query.queryKey[0])
    if (type === 'updated' && query.state.status === 'success' && query.state.dataUpdatedAt > 0 && keptQueries.includes(name)) void shelf.keepList(name, query.state.data)
  })

  let timer: ReturnType<typeof setTimeout> | undefined
  let heads: Map<string, number> | undefined
  const keep = async (): Promise<void> => {
    const { rows: all, marks } = rows.store.get()
    const newest = [...all.values()].sort((a, b) => b.lastAt.localeCompare(a.lastAt)).slice(0, shelfRows)
    await shelf.keepRows(newest.map((row) => ({ id: row.id, row, mark: marks.get(row.id) ?? 0 })))
    heads ??= new Map(await shelf.heads())
    for (const { id, head } of newest) {
      if (lodge.status.state !== 'open' || (heads.get(id) ?? 0) >= head) continue
      await idle()
      const outcome = await lodge.call(listEntries, { params: { conversation: id }, query: { before: head + 1, limit: shelfEntries } })
      if (!outcome.ok) return
      heads.set(id, head)
      const kept = await shelf.thread(id)
      const last = outcome.value.entries.at(-1)?.offset ?? 0
      if (last > (kept?.head ?? 0)) await shelf.keepThread({ people: [], ...kept, id, epoch: outcome.value.epoch, head: last, entries: outcome.value.entries as Entry[] })
    }
  }
  let isKeeping = false
  let isStale = false
  const later = (): void => {
    isStale = true
    if (isKeeping) return
    isKeeping = true
    timer = setTimeout(() => {
      isStale = false
      void keep().finally(() => {
        isKeeping = false
        if (isStale) later()
      })
    }, 3000)
  }
  const off = rows.store.follow(later)
  return () => {
    off()
    offQueries()
    clearTimeout(timer)
  }
}

const idle = async (): Promise<void> => new Promise((resolve) => {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(() => setTimeout(resolve, 100), { timeout: 2000 })
  else setTimeout(resolve, 300)
})
