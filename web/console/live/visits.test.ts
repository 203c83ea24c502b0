import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Visit } from '#contract/visits.ts'
import type { Observer } from '#client/topics.ts'
import type { Lodge, Status } from '#client/lodge.ts'
import type { Shelf } from '../kept/shelf.ts'
import { locationsQuery, newQueries } from './queries.ts'
import { openVisits } from './visits.ts'

interface Asked { path: string }
type Answer = { ok: true; value: unknown } | { ok: false; status: number; code: string; message: string; retryAfterMs?: number }

const visitOf = (id: string, head: number, status: string): Visit => ({ id, head, status, location: 'l0', day: '2026-03-10' }) as unknown as Visit
const refused: Answer = { ok: false, status: 503, code: 'overloaded', message: 'Too much is going on.', retryAfterMs: 2000 }

/** A server of which one says what it answers. */
function open(places = 1) {
  const server = { isRefusing: false, visits: new Map<string, Visit>(), reads: 0 }
  const topics = new Map<string, Observer>()
  const call = async ({ path }: Asked, { params }: { params?: { visit: string } } = {}): Promise<Answer> => {
    if (path === '/locations') return { ok: true, value: { locations: Array.from({ length: places }, (_, n) => ({ id: `l${n}`, zone: 'UTC' })) } }
    server.reads++
    if (server.isRefusing) return refused
    const visit = server.visits.get(params?.visit ?? '')
    if (params?.visit) return visit ? { ok: true, value: visit } : { ok: false, status: 404, code: 'not_found', message: '' }
    return { ok: true, value: { visits: [...server.visits.values()], next: null } }
  }
  const lodge = {
    status: { state: 'open' }, call,
    onStatus: (fn: (status: Status) => void) => { fn({ state: 'open' } as Status); return () => {} },
    join: (topic: string, observer: Observer) => { topics.set(topic, observer); return () => {} },
  } as unknown as Lodge
  const queries = newQueries()
  const visits = openVisits({ lodge, queries, shelf: { list: async () => undefined, keepList: async () => {} } as unknown as Shelf })
  /** What the server has changed, told as entries. */
  const change = (changed: readonly Visit[]): void => {
    for (const visit of changed) server.visits.set(visit.id, visit)
    topics.get('visits:l0')?.entries?.(changed.map(({ id, head }) => ({ offset: head, type: 'visit.checked_in', at: new Date().toISOString(), body: { visit: id } })) as never)
  }
  return { server, topics, visits, change, queries, lodge }
}
const statusOf = ({ visits }: ReturnType<typeof open>, id: string): string | undefined => visits.store.get().get(id)?.status
const age = ({ visits }: ReturnType<typeof open>, place = 'l0'): number => Date.now() - (visits.asOf.get().get(place) ?? 0)

/** The server answers again: what it holds back no more is there, and the book is of now. */
async function catchesUp(desk: ReturnType<typeof open>, id: string): Promise<void> {
  desk.server.isRefusing = false
  await vi.advanceTimersByTimeAsync(35_000)
  expect(statusOf(desk, id)).toBe('checked_in')
  expect(desk.visits.isBehind.get()).toBe(false)
  expect(age(desk)).toBeLessThan(10_001)
  desk.visits.close()
}

beforeEach(() => { vi.useFakeTimers({ now: Date.parse('2026-03-10T10:00:00Z') }) })
afterEach(() => { vi.useRealTimers() })

it('[VS11] a change that could not be read is read later while the socket stays open, and until then the book is as old as it is', async () => {
  const desk = open()
  await vi.advanceTimersByTimeAsync(100)
  await desk.visits.readBook('l0', '2026-03-10', true)
  desk.server.isRefusing = true
  desk.change([visitOf('v', 1, 'checked_in')])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(desk.visits.isBehind.get()).toBe(true)
  expect(age(desk)).toBeGreaterThanOrEqual(59_000)
  expect(desk.server.reads).toBeLessThan(60)
  await catchesUp(desk, 'v')
})

it('[VS11] so is a burst of changes, whose books could not be read', async () => {
  const desk = open()
  await vi.advanceTimersByTimeAsync(100)
  await desk.visits.readBook('l0', '2026-03-10', true)
  desk.server.isRefusing = true
  desk.change(Array.from({ length: 20 }, (_, n) => visitOf(`v${n}`, n + 1, 'checked_in')))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(desk.visits.isBehind.get()).toBe(true)
  expect(age(desk)).toBeGreaterThanOrEqual(19_000)
  await catchesUp(desk, 'v19')
})

it('[VS11] hears the changes of a book that is open, of however many places', async () => {
  const desk = open(40)
  await desk.queries.fetchQuery(locationsQuery(desk.lodge.call))
  await vi.advanceTimersByTimeAsync(100)
  expect(desk.topics.size).toBe(30)
  await desk.visits.readBook('l35', '2026-03-10', true)
  await vi.advanceTimersByTimeAsync(100)
  expect([...desk.topics.keys()].slice(30)).toEqual(['visits:l35'])
  desk.server.visits.set('late', visitOf('late', 1, 'checked_in'))
  desk.topics.get('visits:l35')?.fresh({ epoch: 'e', entries: [] } as never)
  await vi.advanceTimersByTimeAsync(100)
  expect(statusOf(desk, 'late')).toBe('checked_in')
  desk.visits.close()
})
