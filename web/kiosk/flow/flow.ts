/** Where the visitor is, and what the next screen is. Every decision is made here and now, from what is on the device. */
import { createStore, type Store } from '#web/ui/preact-store.ts'
import type { Kiosk } from '../kiosk.ts'
import { inTime } from '../log/device.ts'
import { findByCode, findByName, findHost, findLeaving, findLeavingByCode, statusOf, type Expected, type Present } from '../snapshot/find.ts'
import { asExpected, newDraft, withType, type Draft } from './draft.ts'
import { operationOf } from './operation.ts'
import { stepAfter, type Step } from './steps.ts'

/** Screens beside the questions. `unknown`: not on the list; `already`: checked in before; `failed`: this device could not keep it. */
export type Place = Step | 'start' | 'scan' | 'email' | 'unknown' | 'unknownHost' | 'saving' | 'already' | 'done' | 'left' | 'waiting' | 'reception' | 'failed'
export interface Journey {
  readonly place: Place
  readonly draft: Draft
  readonly past: readonly Place[]
  /** The last answer could not be used; the screen says so. */
  readonly isWrong: boolean
}
export interface Flow {
  readonly journey: Store<Journey>
  begin(kind: Draft['kind']): void
  go(place: Place): void
  back(): void
  /** The question of this place is answered. */
  answer(change?: Partial<Draft>): void
  /** A code that a camera or a hand-held scanner read. */
  code(text: string): void
  email(address: string): void
  leaveOutHost(): void
  /** From "not on the list" to "just visiting", with the name that was typed. */
  asWalkIn(): void
  again(): void
  reset(): void
  /** Told when a visitor is done. */
  onReset(fn: () => void): () => void
}

/** The list is usually at hand; a visitor does not wait for it longer than this, and the server looks again. */
const watchMs = 3_000

/** Screens one cannot go back from. */
const ends: ReadonlySet<Place> = new Set(['start', 'saving', 'already', 'done', 'left', 'waiting', 'reception', 'failed'])
export const isEnd = (place: Place): boolean => ends.has(place)

export function startFlow(kiosk: Kiosk, language: () => string): Flow {
  const first = (): Journey => ({ place: 'start', draft: newDraft('expected'), past: [], isWrong: false })
  const journey = createStore<Journey>(first())
  const resets = new Set<() => void>()
  const snapshot = () => kiosk.state.now.snapshot!

  function go(place: Place, draft = journey.now.draft): void {
    const { place: from, past } = journey.now
    journey.set({ place, draft, isWrong: false, past: isEnd(place) ? [] : from === 'saving' ? past : [...past, from] })
  }
  const next = (step: Step, draft: Draft): void => {
    const following = stepAfter(step, draft, snapshot())
    if (following) go(following, draft)
    else void finish(draft)
  }

  function arrive(draft: Draft, visit: Expected): void {
    const known = asExpected(draft, visit, snapshot())
    const status = statusOf(visit, kiosk.locals)
    if (status === 'checked_in') go('already', known)
    // Asked for before, so nothing is recorded now.
    else if (status === 'waiting') go('waiting', { ...known, operation: '' })
    else go('confirm', known)
  }
  const leave = (draft: Draft, leaving: Present): void => go('confirm', { ...draft, kind: 'leaving', leaving, visit: leaving.id, name: leaving.name, company: leaving.company })

  function lookFor(draft: Draft, company?: string): void {
    if (draft.kind === 'leaving') {
      const found = findLeaving(snapshot(), kiosk.locals, draft.name, company)
      if (found.is === 'one') leave(draft, found.visit)
      else go(found.is === 'several' ? 'company' : 'unknown', draft)
      return
    }
    const found = findByName(snapshot(), kiosk.locals, draft.name, kiosk.now(), company)
    if (found.is === 'one') arrive(draft, found.visit)
    else go(found.is === 'several' ? 'company' : 'unknown', draft)
  }
  /** True when the text was a code. */
  function tryCode(text: string, draft: Draft): boolean {
    if (draft.kind === 'leaving') {
      const leaving = findLeavingByCode(snapshot(), kiosk.locals, text)
      if (leaving) leave(draft, leaving)
      return leaving !== undefined
    }
    const visit = findByCode(snapshot(), kiosk.locals, text, kiosk.now())
    if (visit) arrive(draft, visit)
    return visit !== undefined
  }

  let isFinishing = false
  async function finish(draft: Draft): Promise<void> {
    if (isFinishing) return
    isFinishing = true
    journey.set({ place: 'saving', draft })
    try {
      const watched = draft.kind === 'leaving' ? undefined : await inTime(import('../snapshot/watch.ts'), watchMs).then(({ watchedAs }) => watchedAs(snapshot(), draft), () => undefined)
      const { happened, visit } = operationOf(draft, snapshot(), language(), watched)
      const isKept = await kiosk.record(happened, visit)
      go(!isKept ? 'failed' : visit.status === 'checked_in' ? 'done' : visit.status === 'waiting' ? 'waiting' : 'left', draft)
    } catch {
      go('failed', draft)
    } finally {
      isFinishing = false
    }
  }

  return {
    journey,
    begin(kind) {
      const { location } = snapshot()
      go(kind === 'walkIn' && location.walkIns === 'no' ? 'reception' : 'name', newDraft(kind))
    },
    go,
    back() {
      const { past } = journey.now
      if (past.length > 0) journey.set({ place: past.at(-1)!, past: past.slice(0, -1), isWrong: false })
    },
    answer(change = {}) {
      const { place, draft: before } = journey.now
      const draft = { ...(change.type ? withType(before, change.type) : before), ...change }
      const looks = draft.kind !== 'walkIn'
      if (place === 'name' && tryCode(draft.name, draft)) return
      if (place === 'name' && looks) return lookFor(draft)
      if (place === 'company' && looks) return lookFor(draft, draft.company)
      if (place === 'host') {
        const host = findHost(snapshot(), draft.hostName)
        if (!host && draft.hostName.trim() !== '') return go('unknownHost', { ...draft, host: undefined })
        return next('host', { ...draft, host })
      }
      next(place as Step, draft)
    },
    code(text) {
      const { place, draft } = journey.now
      if (!tryCode(text, place === 'start' ? newDraft('expected') : draft)) journey.set({ isWrong: true })
    },
    email(address) {
      const { draft } = journey.now
      import('../snapshot/watch.ts').then(({ returningAs }) => returningAs(snapshot(), address), () => undefined).then((known) => {
        if (journey.now.place !== 'email') return
        if (!known) return journey.set({ isWrong: true, draft: { ...draft, email: address } })
        next('name', { ...draft, isReturning: true, email: address, name: known.name, company: known.company, phone: known.phone ?? '' })
      }, () => journey.set({ isWrong: true }))
    },
    leaveOutHost: () => next('host', { ...journey.now.draft, host: undefined }),
    asWalkIn() {
      const { name } = journey.now.draft
      if (snapshot().location.walkIns === 'no') return go('reception')
      next('name', newDraft('walkIn', name))
    },
    again: () => void finish(journey.now.draft),
    reset() {
      journey.set(first())
      for (const fn of resets) fn()
    },
    onReset(fn) {
      resets.add(fn)
      return () => { resets.delete(fn) }
    },
  }
}
