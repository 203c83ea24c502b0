/** The panel without its screens: what it was told, since when it does not know, and what can be done at it. */
import { bookAtPanel, checkInAtPanel, endAtPanel, getPanel, pairPanel, panelBeatMs, type PanelState } from '#contract/bookings.ts'
import { caller, type Outcome } from '#client/call.ts'
import { newId } from '#client/id.ts'
import type { Paired } from '#web/ui/preact-pairing.ts'
import { createStore, type Store } from '#web/ui/preact-store.ts'
import { forgetPairing, keepPairing, keepTold, pairingOf, toldOf, type Told } from './kept.ts'

export type Done = 'booked' | 'checked_in' | 'ended'
export interface PanelNow {
  readonly phase: 'pairing' | 'fetching' | 'ready'
  readonly told: Told | undefined
  /** The last thing that was asked came back with nothing. */
  readonly isOffline: boolean
  readonly isBusy: boolean
  readonly said: { readonly done: Done; readonly untilMs?: number } | { readonly code: string } | undefined
}
export interface Panel {
  readonly now: Store<PanelNow>
  /** Milliseconds since 1970 by the server's clock, as far as it is known. */
  clock(): number
  pair(code: string): Promise<Paired>
  book(minutes: number): Promise<void>
  checkIn(booking: string): Promise<void>
  end(booking: string): Promise<void>
  /** Reads it again as soon as may be. */
  look(): void
  /** Of its pairing. */
  token(): string | undefined
}

const answerMs = 8_000
/** After an answer that did not come it is asked sooner than the beat. */
const againMs = 3_000
const saidMs = 8_000
const passing = new Set(['unreachable', 'unavailable', 'overloaded', 'draining'])
const spaceOf = (path: string): string | undefined => /^\/panel\/([0-9a-f-]{36})\/?$/.exec(path)?.[1]
const pause = async (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

export function startPanel(): Panel {
  let pairing = pairingOf(spaceOf(location.pathname))
  const kept = pairing && toldOf(pairing.space)
  const now = createStore<PanelNow>({ phase: pairing ? kept ? 'ready' : 'fetching' : 'pairing', told: kept, isOffline: false, isBusy: false, said: undefined })
  const call = caller({ url: location.origin, bearer: async () => pairing?.token ?? '' })
  let timer: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined
  let hush: ReturnType<typeof setTimeout> | undefined
  let isAsking = false
  let isStale = false

  function hear(state: PanelState): void {
    const heardAtMs = Date.now()
    const told: Told = { state, heardAtMs, offsetMs: Date.parse(state.asOf) - heardAtMs }
    now.set({ told, phase: 'ready', isOffline: false })
    if (pairing) keepTold(pairing.space, told)
    // An answer that hangs is none.
    clearTimeout(silence)
    silence = setTimeout(() => now.set({ isOffline: true }), panelBeatMs + answerMs)
  }
  function unpaired(): void {
    if (pairing) forgetPairing(pairing.space)
    pairing = undefined
    clearTimeout(timer)
    clearTimeout(silence)
    now.set({ phase: 'pairing', told: undefined, isOffline: false })
  }
  const isRefused = (outcome: Outcome<unknown>): boolean => !outcome.ok && (outcome.code === 'unauthenticated' || outcome.code === 'forbidden')
  async function ask(): Promise<void> {
    clearTimeout(timer)
    if (!pairing) return
    if (isAsking) {
      isStale = true
      return
    }
    isAsking = true
    isStale = false
    const outcome = await call(getPanel, {}, { timeoutMs: answerMs })
    isAsking = false
    if (outcome.ok) hear(outcome.value)
    else if (isRefused(outcome)) return unpaired()
    else now.set({ isOffline: true })
    timer = setTimeout(() => void ask(), isStale ? 0 : outcome.ok ? panelBeatMs : againMs)
  }
  function say(said: PanelNow['said']): void {
    now.set({ said })
    clearTimeout(hush)
    if (said) hush = setTimeout(() => now.set({ said: undefined }), saidMs)
  }
  /** The same id until there is an answer: what was done is done once. */
  async function act(once: () => Promise<Outcome<PanelState>>, done: (state: PanelState) => PanelNow['said']): Promise<void> {
    if (now.now.isBusy) return
    if (now.now.isOffline) return say({ code: 'offline' })
    now.set({ isBusy: true, said: undefined })
    let outcome = await once()
    for (let tries = 0; tries < 2 && !outcome.ok && passing.has(outcome.code); tries++) {
      await pause(800)
      outcome = await once()
    }
    now.set({ isBusy: false })
    if (outcome.ok) {
      hear(outcome.value)
      say(done(outcome.value))
    } else if (isRefused(outcome)) unpaired()
    else {
      if (outcome.code === 'unreachable') now.set({ isOffline: true })
      say({ code: outcome.code })
      void ask()
    }
  }
  function run(): void {
    if (!pairing) return
    const { space } = pairing
    if (spaceOf(location.pathname) !== space) history.replaceState(null, '', `/panel/${space}`)
    void ask()
  }
  addEventListener('online', () => void ask())
  addEventListener('offline', () => now.set({ isOffline: true }))
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') void ask() })
  queueMicrotask(run)

  return {
    now,
    clock: () => Date.now() + (now.now.told?.offsetMs ?? 0),
    look: () => void ask(),
    token: () => pairing?.token,
    async pair(code) {
      const outcome = await call(pairPanel, { body: { code } })
      if (!outcome.ok) return outcome.code === 'rate_limited' ? 'later' : outcome.code === 'link_used' || outcome.code === 'invalid' ? 'wrong' : 'unreachable'
      pairing = outcome.value
      keepPairing(pairing)
      now.set({ phase: 'fetching', told: undefined })
      run()
      return 'paired'
    },
    async book(minutes) {
      const id = newId()
      await act(async () => call(bookAtPanel, { body: { id, minutes } }, { timeoutMs: answerMs }), (state) => ({ done: 'booked', ...(state.now && { untilMs: Date.parse(state.now.endsAt) }) }))
    },
    async checkIn(booking) {
      const id = newId()
      await act(async () => call(checkInAtPanel, { params: { booking }, body: { id } }, { timeoutMs: answerMs }), () => ({ done: 'checked_in' }))
    },
    async end(booking) {
      const id = newId()
      await act(async () => call(endAtPanel, { params: { booking }, body: { id } }, { timeoutMs: answerMs }), () => ({ done: 'ended' }))
    },
  }
}
