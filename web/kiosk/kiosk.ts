/** The kiosk without its screens: log, flusher, sign of life and list, and what the screens may know of them. */
import { getKioskVisit, pairKiosk, type Snapshot } from '#contract/kiosks.ts'
import { systemClock, type Clock } from '#client/clock.ts'
import type { Paired } from '#web/ui/preact-pairing.ts'
import { createStore, type Store } from '#web/ui/preact-store.ts'
import { asker } from './ask.ts'
import { beats } from './beat.ts'
import { openDevice } from './log/device.ts'
import { flusher } from './log/flush.ts'
import type { Happened, LocalVisit } from './log/kept.ts'
import { pageLock } from './log/lock.ts'
import { record } from './log/record.ts'
import { idbShelf } from './log/shelf-idb.ts'
import { fetchSnapshot } from './snapshot/fetch.ts'
import { keepSnapshot, keptSnapshot } from './snapshot/sealed.ts'

export interface KioskState {
  /** `broken`: this device cannot keep anything, so nobody can be checked in here. */
  readonly phase: 'opening' | 'pairing' | 'fetching' | 'ready' | 'broken'
  readonly snapshot: Snapshot | undefined
  /** The last request was answered. */
  readonly isReachable: boolean
  /** The server does not know this device any more. It goes on recording. */
  readonly isUnpaired: boolean
  /** When the server last said that the list is the newest; by the kiosk's clock. */
  readonly listedAtMs: number | undefined
  readonly offsetMs: number | undefined
  /** The build that the server wants kiosks to run. */
  readonly build: string | undefined
  /** What the house says of a disturbance; as last heard. */
  readonly notice: { readonly title: string; readonly text: string } | null
}
interface Pairing { readonly kiosk: string; readonly token: string }

export interface Kiosk {
  readonly state: Store<KioskState>
  readonly locals: ReadonlyMap<string, LocalVisit>
  /** Milliseconds since 1970 by the server's clock, as far as it is known. */
  now(): number
  pair(code: string): Promise<Paired>
  /** True when it is on the disk. */
  record(happened: Omit<Happened, 'at' | 'offsetMs'>, visit: Omit<LocalVisit, 'arrivedAt' | 'changedAt'>): Promise<boolean>
  /** What the server says of a visit: undefined while it does not know it, `unreachable` when it does not answer. */
  ask(visit: string): Promise<{ status: string; told: boolean } | 'unreachable' | undefined>
  /** The server said so. */
  learn(visit: string, status: LocalVisit['status']): void
}

/** Runs on whatever the wall clock does. */
const steadyClock: Clock = { ...systemClock, now: () => performance.now() }
const day = 86_400_000
const reopenMs = 10_000

export function startKiosk(): Kiosk {
  const device = openDevice()
  const shelf = idbShelf(device)
  const state = createStore<KioskState>({ phase: 'opening', snapshot: undefined, isReachable: false, isUnpaired: false, listedAtMs: undefined, offsetMs: undefined, build: undefined, notice: null })
  const locals = new Map<string, LocalVisit>()
  let pairing: Pairing | undefined
  const ask = asker({ token: () => pairing?.token })
  const heard = (news: 'reached' | 'unreached' | 'unpaired'): void => {
    const isReachable = news !== 'unreached'
    const isUnpaired = news === 'unreached' ? state.now.isUnpaired : news === 'unpaired'
    if (isReachable !== state.now.isReachable || isUnpaired !== state.now.isUnpaired) state.set({ isReachable, isUnpaired })
  }
  const flushing = flusher({ shelf, ask, clock: steadyClock, wall: Date.now, random: Math.random, lock: pageLock('lodge-kiosk-flush'), heard })
  const beating = beats({ shelf, ask, heard, state, look: lookAgain, resend: flushing.wake, remember: keepPairing })

  async function refresh(): Promise<void> {
    const snapshot = await fetchSnapshot(ask, heard)
    if (!snapshot || !pairing) return
    state.set({ snapshot, listedAtMs: Date.now(), phase: 'ready' })
    await keepSnapshot(device, snapshot)
  }
  /** What could not be fetched, the next beat asks for; what could not be kept, since the storage was just taken away, is kept by the beat that finds a new log. */
  function lookAgain(): void { refresh().catch(() => {}) }
  /** Also after the storage was lost under the running page: the new log belongs to the same kiosk. */
  async function keepPairing(): Promise<void> {
    const { now } = state
    if (pairing) await (await device.database()).put('meta', pairing, 'pairing')
    if (now.snapshot) await keepSnapshot(device, now.snapshot)
  }
  function run(): void {
    state.set({ phase: state.now.snapshot ? 'ready' : 'fetching' })
    flushing.wake()
    beating.start()
    lookAgain()
  }
  async function open(): Promise<void> {
    const db = await device.database().catch(async () => device.reopen())
    pairing = await db.get('meta', 'pairing') as Pairing | undefined
    const nowMs = Date.now()
    for (const visit of await db.getAll('visits')) {
      if (nowMs - visit.changedAt < 2 * day) locals.set(visit.id, visit)
      else await db.delete('visits', visit.id)
    }
    const snapshot = await keptSnapshot(device).catch(() => undefined)
    if (snapshot) state.set({ snapshot, listedAtMs: Date.parse(snapshot.asOf) })
    if (pairing) run()
    else state.set({ phase: 'pairing' })
    const tidy = (): void => { shelf.prune(Date.now() - 30 * day, Date.now() - day).catch(() => {}) }
    tidy()
    setInterval(tidy, day / 4)
  }
  const tryToOpen = (): void => {
    open().catch(() => {
      state.set({ phase: 'broken' })
      setTimeout(tryToOpen, reopenMs)
    })
  }
  tryToOpen()

  addEventListener('online', flushing.wake)
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') flushing.wake() })
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  return {
    state, locals,
    now: () => Date.now() + (state.now.offsetMs ?? 0),
    async pair(code) {
      const { status, body } = await ask('POST', pairKiosk.path, { code })
      const { kiosk, token } = (body ?? {}) as Partial<Pairing>
      if (status !== 200 || !kiosk || !token) return status >= 500 || status < 400 ? 'unreachable' : status === 429 ? 'later' : 'wrong'
      pairing = { kiosk, token }
      try {
        await keepPairing()
      } catch {
        state.set({ phase: 'broken' })
        return 'paired'
      }
      state.set({ isUnpaired: false })
      run()
      return 'paired'
    },
    async record(happened, visit) {
      const nowMs = Date.now()
      const before = locals.get(visit.id)
      const local: LocalVisit = { ...visit, arrivedAt: visit.status === 'checked_in' ? new Date(nowMs).toISOString() : before?.arrivedAt ?? null, changedAt: nowMs }
      try {
        await record(device, { ...happened, at: new Date(nowMs).toISOString(), offsetMs: state.now.offsetMs ?? null }, local)
      } catch {
        return false
      }
      locals.set(visit.id, local)
      flushing.wake()
      return true
    },
    async ask(visit) {
      const deadline = wait(5_000).then(() => ({ status: 0, body: undefined }))
      const { status, body } = await Promise.race([ask('GET', getKioskVisit.path.replace(':visit', visit)), deadline])
      const known = (body ?? {}) as { status?: string; told?: boolean }
      if (status === 200 && typeof known.status === 'string') return { status: known.status, told: known.told === true }
      // Not paired any more: what is recorded here reaches nobody until it is.
      return status >= 400 && status < 500 && status !== 401 ? undefined : 'unreachable'
    },
    learn(visit, status) {
      const known = locals.get(visit)
      if (!known || known.status === status) return
      const changed = { ...known, status, changedAt: Date.now() }
      locals.set(visit, changed)
      device.database().then(async (db) => db.put('visits', changed)).catch(() => {})
    },
  }
}
