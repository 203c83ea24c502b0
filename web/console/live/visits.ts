/**
 * Visits as far as this tab knows them. An entry of `visits:<location>` says that a visit changed; what it is now is read
 * again, for all that changed at once and at most four times a second. Today's book is kept on the device.
 */
import type { QueryClient } from '@tanstack/react-query'
import type { Entry } from '#contract/entries.ts'
import { getVisit, listVisits, type Visit } from '#contract/visits.ts'
import type { Lodge } from '#client/lodge.ts'
import { read, write } from '../kept/preferences.ts'
import type { Shelf } from '../kept/shelf.ts'
import { dayIn } from '../visits/zone.ts'
import { openMissed } from './missed.ts'
import { ask, locationsQuery } from './queries.ts'
import { createStore, type Store } from './store.ts'

export type VisitNews = (visit: Visit, type: 'visit.waiting' | 'visit.checked_in') => void
export interface Visits {
  readonly store: Store<ReadonlyMap<string, Visit>>
  /** By location: until when what is known of today is known to be true. */
  readonly asOf: Store<ReadonlyMap<string, number>>
  /** Something changed and cannot be read: what is shown is of `asOf`. */
  readonly isBehind: Store<boolean>
  absorb(visits: readonly Visit[]): void
  /** Reads it again, at the latest a quarter of a second from now. */
  touch(visit: string): Promise<void>
  readBook(location: string, day: string, isToday: boolean): Promise<{ isWhole: boolean }>
  /** Arrivals and questions of the last minutes, each once. */
  onNews(fn: VisitNews): () => void
  close(): void
}
const lastKey = 'lodge:visits:location'
/** Where this device was last looking. */
export const lastLocation = (): string | undefined => read<string>(lastKey)
export const beAt = (location: string): void => { if (lastLocation() !== location) write(lastKey, location) }

interface Kept { asOf: number; visits: readonly Visit[] }

const everyMs = 250
const listEveryMs = 1000
/** More at once are read as a list. */
const oneByOneMax = 12
/** Of what the device kept: whatever the server says is newer. */
const keptHead = -1
const pageSize = 500
const pagesMax = 4
const knownMax = 4000
/** Changes of more places than this are not followed in every tab; of a place whose book is opened they are. */
const joinedMax = 30
const beforehandMax = 3
/** There is nothing to read, or not for this person: asked again it would be the same. */
const isNone = new Set(['not_found', 'forbidden'])
const isNewsMs = 10 * 60_000
const keptName = (location: string): string => `book:${location}`

export function openVisits({ lodge, queries, shelf }: { lodge: Lodge; queries: QueryClient; shelf: Shelf }): Visits {
  const store = createStore<ReadonlyMap<string, Visit>>(new Map())
  const asOf = createStore<ReadonlyMap<string, number>>(new Map())
  const joined = new Map<string, () => void>()
  /** Which day of each place has been read as today. */
  const readBooks = new Map<string, string>()
  const followers = new Set<VisitNews>()
  /** The offset of the last entry about a visit. */
  const told = new Map<string, number>()
  const missed = openMissed((ids, withBooks) => {
    if (lodge.status.state !== 'open') return
    for (const id of ids) mark(id)
    if (withBooks) void readAgain()
  })
  let booksFailed = 0
  const dirty = new Map<string, { done: (() => void)[]; news?: Parameters<VisitNews>[1] }>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let restUntilMs = 0

  function absorb(visits: readonly Visit[], head?: number): void {
    const next = new Map(store.get())
    for (const visit of visits) {
      if (head === undefined && (next.get(visit.id)?.head ?? -1) > visit.head) continue
      next.set(visit.id, head === undefined ? visit : { ...visit, head })
      if ((told.get(visit.id) ?? 0) > visit.head) mark(visit.id)
    }
    if (next.size > knownMax) {
      const spare = [...next.values()].filter((v) => v.status !== 'checked_in' && !visits.includes(v)).toSorted((a, b) => a.day.localeCompare(b.day))
      for (const { id } of spare.slice(0, next.size - knownMax / 2)) next.delete(id)
    }
    store.set(next)
  }
  function mark(visit: string, more: { done?: () => void; news?: Parameters<VisitNews>[1] | undefined } = {}): void {
    const before = dirty.get(visit)
    const news = more.news ?? before?.news
    dirty.set(visit, { done: [...before?.done ?? [], ...more.done ? [more.done] : []], ...(news && { news }) })
    timer ??= setTimeout(() => void flush(), Math.max(0, restUntilMs - Date.now()))
  }
  async function flush(): Promise<void> {
    const changed = new Map(dirty), begunMs = Date.now()
    dirty.clear()
    for (const visit of changed.keys()) told.delete(visit)
    if (changed.size > oneByOneMax) {
      restUntilMs = Date.now() + listEveryMs
      await readAgain()
    } else {
      restUntilMs = Date.now() + everyMs
      const outcomes = await Promise.all([...changed.keys()].map(async (visit) => lodge.call(getVisit, { params: { visit } })))
      absorb(outcomes.flatMap((outcome) => outcome.ok ? [outcome.value] : []))
      for (const [at, visit] of [...changed.keys()].entries()) {
        const outcome = outcomes[at]
        if (outcome && !outcome.ok && !isNone.has(outcome.code)) missed.add(visit, outcome.retryAfterMs)
        else missed.read(visit)
      }
    }
    certain(begunMs)
    timer = dirty.size > 0 ? setTimeout(() => void flush(), Math.max(0, restUntilMs - Date.now())) : undefined
    for (const [id, { done, news }] of changed) {
      for (const fn of done) fn()
      void queries.invalidateQueries({ queryKey: ['visit-log', id] })
      const visit = store.get().get(id)
      if (visit && news) for (const fn of followers) fn(visit, news)
    }
  }
  /** Today's books, and whatever other day is open. */
  async function readAgain(): Promise<void> {
    const done = missed.readingAll(), before = booksFailed
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['book'] }),
      ...locations().filter(({ id }) => readBooks.has(id)).map(async ({ id, zone }) => readBook(id, dayIn(zone, Date.now()), true).catch(() => {})),
    ])
    if (booksFailed === before) done()
  }
  function hear(entry: Entry, isNew: boolean): void {
    if (entry.type.startsWith('operation.')) {
      void queries.invalidateQueries({ queryKey: ['quarantine'] })
      void queries.invalidateQueries({ queryKey: ['kiosks'] })
    }
    const { visit, visits, series } = (entry.body ?? {}) as { visit?: string; visits?: string[]; series?: string | string[] }
    // Erased: names that this device knows are read again, also when it was away meanwhile.
    for (const id of Array.isArray(visits) ? visits : []) if ((store.get().get(id)?.head ?? entry.offset) < entry.offset) mark(id)
    if (typeof series === 'string' && isNew) {
      void queries.invalidateQueries({ queryKey: ['series', series] })
      for (const known of store.get().values()) if (known.series === series && known.head < entry.offset) mark(known.id)
      void readAgain()   // its visits may be new ones
    }
    if (!visit || (store.get().get(visit)?.head ?? -1) >= entry.offset) return
    told.set(visit, entry.offset)
    const isFresh = isNew && Date.now() - Date.parse(entry.at) < isNewsMs
    mark(visit, { news: isFresh && (entry.type === 'visit.waiting' || entry.type === 'visit.checked_in') ? entry.type : undefined })
  }
  function join(location: string, isLate: boolean): () => void {
    let joinedEpoch: string | undefined
    return lodge.join(`visits:${location}`, {
      fresh({ epoch, entries }) {
        // Another history: what is known may be of the one that is gone.
        if (joinedEpoch !== undefined && joinedEpoch !== epoch) absorb([...store.get().values()].filter((v) => v.location === location), keptHead)
        // A second start says that entries were lost; before a first one that came after the book was read, they were not heard.
        if (joinedEpoch !== undefined || isLate || readBooks.has(location)) void readAgain()
        joinedEpoch = epoch
        for (const entry of entries) if (entry.type === 'person.erased' || store.get().has((entry.body as { visit?: string } | null)?.visit ?? '')) hear(entry, false)
      },
      entries(entries) { for (const entry of entries) hear(entry, true) },
    })
  }

  async function readBook(location: string, day: string, isToday: boolean): Promise<{ isWhole: boolean }> {
    if (locations().findIndex(({ id }) => id === location) >= joinedMax) void followOne(location, true)
    const pages = async (query: { day?: string; status?: 'checked_in' }): Promise<boolean> => {
      let cursor: string | undefined
      for (let page = 0; page < pagesMax; page++) {
        const { visits, next } = await ask(lodge.call, listVisits, { query: { location, limit: pageSize, ...query, ...(cursor && { cursor }) } })
        absorb(visits)
        if (next === null) return true
        cursor = next
      }
      return false
    }
    const whole = await Promise.all([pages({ day }), ...isToday ? [pages({ status: 'checked_in' })] : []]).catch((error: unknown) => {
      booksFailed++
      missed.addBook()
      throw error
    })
    if (isToday) {
      readBooks.set(location, day)
      const gone = [...store.get().values()].filter((v) => v.location === location && v.head === keptHead)
      if (gone.length > 0) store.set(new Map([...store.get()].filter(([, v]) => !gone.includes(v))))
      certain()
    }
    return { isWhole: whole.every(Boolean) }
  }

  // What is kept
  const locations = () => queries.getQueryData(locationsQuery(lodge.call).queryKey) ?? []
  /** @param atMs all that was heard by then has been read; now, unless something is being read */
  function certain(atMs = timer === undefined ? Date.now() : undefined): void {
    if (atMs === undefined || lodge.status.state !== 'open' || readBooks.size === 0 || missed.store.get()) return
    asOf.set(new Map([...asOf.get(), ...[...readBooks.keys()].map((id) => [id, atMs] as const)]))
  }
  async function keep(): Promise<void> {
    certain()
    for (const { id, zone } of locations()) {
      const at = asOf.get().get(id)
      if (!readBooks.has(id) || at === undefined) continue
      const today = dayIn(zone, at)
      const visits = [...store.get().values()].filter((v) => v.location === id && (v.day === today || v.status === 'checked_in'))
      await shelf.keepList(keptName(id), { asOf: at, visits } satisfies Kept)
    }
  }
  async function followOne(id: string, isLate: boolean): Promise<void> {
    if (joined.has(id)) return
    joined.set(id, () => {})
    const kept = await shelf.list<Kept>(keptName(id))
    if (kept && !readBooks.has(id)) {
      asOf.set(new Map([[id, kept.asOf], ...asOf.get()]))
      absorb(kept.visits.filter((v) => !store.get().has(v.id)), keptHead)
    }
    if (joined.has(id)) joined.set(id, join(id, isLate))
  }
  async function follow(): Promise<void> {
    for (const { id } of locations().slice(0, joinedMax)) await followOne(id, false)
  }
  /** The book is at hand before it is opened, and when the line is cut. Of many places only where one was last. */
  async function readBeforehand(): Promise<void> {
    const all = locations(), last = lastLocation()
    if (lodge.status.state !== 'open') return
    for (const { id, zone } of all.filter((l) => all.length <= beforehandMax || l.id === last)) {
      const today = dayIn(zone, Date.now())
      if (readBooks.get(id) !== today) await readBook(id, today, true).catch(() => {})
    }
  }
  let keeping: ReturnType<typeof setTimeout> | undefined
  const offStore = store.follow(() => { keeping ??= setTimeout(() => { keeping = undefined; void keep() }, 1500) })
  const beats = [setInterval(certain, 10_000), setInterval(() => void readBeforehand().then(keep), 60_000)]
  const soon = setTimeout(() => void readBeforehand(), 3000)
  const offQueries = queries.getQueryCache().subscribe(({ query }) => { if (query.queryKey[0] === 'locations') void follow() })
  let wasOpen = false
  const offStatus = lodge.onStatus(({ state }) => {
    const isBack = state === 'open' && !wasOpen
    wasOpen = state === 'open'
    if (isBack) missed.retry()
    if (wasOpen) certain()
  })
  void queries.prefetchQuery(locationsQuery(lodge.call))

  return {
    store, asOf, isBehind: missed.store, absorb, readBook,
    touch: async (visit) => new Promise((resolve) => { mark(visit, { done: resolve }) }),
    onNews(fn) {
      followers.add(fn)
      return () => { followers.delete(fn) }
    },
    close() {
      offStore()
      offQueries()
      offStatus()
      for (const beat of beats) clearInterval(beat)
      for (const waiting of [timer, keeping, soon]) clearTimeout(waiting)
      missed.close()
      for (const leave of joined.values()) leave()
      joined.clear()
    },
  }
}
