import { useMemo } from 'react'
import { cancelVisit, changeVisit, checkInVisit, checkOutVisit, confirmVisit, decideVisit, eraseVisit, restoreVisit, type Visit } from '#contract/visits.ts'
import { cancelSeries } from '#contract/visit-series.ts'
import type { Ack } from '#contract/commands.ts'
import { newId, type Outcome } from '#client/lodge.ts'
import type { Live } from '../live/live.ts'
import { useLive } from '../live/live-context.ts'
import { overlay } from '../live/overlay.ts'
import { createStore } from '../live/store.ts'
import { passing, refusalOf, tell, tellIfRefused, tellUndo, type Refusal } from '../shell/notices.ts'
import { t } from '../words.ts'

export interface VisitChange {
  name?: string; company?: string; email?: string | null; phone?: string | null; note?: string; host?: string | null; visitorType?: string | null
  expectedAt?: string; leavingAt?: string | null; fields?: Record<string, string>
}
export interface VisitVerbs {
  checkIn(visit: Visit): void
  checkOut(visit: Visit): void
  letIn(visit: Visit): void
  /** Resolves to why it did not go; nothing else tells it. */
  refuse(visit: Visit, reason: string): Promise<Refusal | undefined>
  cancel(visit: Visit): void
  /** @param from the first day that is cancelled; today unless said otherwise */
  cancelSeries(visit: Visit, series: string, from: string | undefined): void
  /** Takes a cancellation back. */
  restore(visit: Visit): void
  /** Resolves to why it was refused; nothing else tells it. */
  change(visit: Visit, to: VisitChange): Promise<Refusal | undefined>
  erase(visit: Visit): void
}

interface Sent { went: boolean; refusal?: Refusal }
/** Visits about which something is on its way. */
export const underway = createStore<ReadonlySet<string>>(new Set())
const laid = overlay<Visit>((one, other) => one.head > other.head)
const againAfterMs = [0, 400, 1200, 3000]
const sleep = async (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

/** An answer that did not come may mean that it was done: the same id is sent again, and counts once. */
export async function insist<R>(once: () => Promise<Outcome<R>>): Promise<Outcome<R>> {
  let outcome: Outcome<R> | undefined
  for (const ms of againAfterMs) {
    await sleep(ms)
    outcome = await once()
    if (outcome.ok || !passing.has(outcome.code)) return outcome
  }
  return outcome!
}

export function useVisitVerbs(): VisitVerbs {
  const live = useLive()
  return useMemo(() => verbsOf(live), [live])
}

/** Without a time of this device: its clock may be wrong, the server's is the one of the book. */
function verbsOf({ lodge, visits }: Live): VisitVerbs {
  const { call } = lodge
  /** @param kept what to say when the server keeps it only, because its database is away: nobody is told that it stands in the book before it does */
  const ask = async (visit: Visit, once: () => Promise<Outcome<unknown>>, kept?: string): Promise<Sent> => {
    underway.set(new Set([...underway.get(), visit.id]))
    const outcome = await insist(once)
    const isKept = outcome.ok && (outcome.value as Partial<Ack>).state === 'kept'
    if (isKept) tell(kept ?? t('tick_kept'))
    else if (outcome.ok || outcome.code === 'wrong_status') await visits.touch(visit.id)
    underway.set(new Set([...underway.get()].filter((id) => id !== visit.id)))
    return { went: outcome.ok && !isKept, ...(!outcome.ok && { refusal: refusalOf(outcome.code) }) }
  }
  const send = async (...[visit, once, kept]: Parameters<typeof ask>): Promise<boolean> => {
    let isDone = false
    await tellIfRefused(async () => {
      const { went, refusal } = await ask(visit, once, kept)
      isDone = went
      return refusal
    })
    return isDone
  }
  /** A key pressed twice is one check-in. */
  const run = async (visit: Visit, once: () => Promise<Outcome<unknown>>, kept?: string): Promise<boolean> => !underway.get().has(visit.id) && send(visit, once, kept)
  /** Changes wait for each other: the later one wins. */
  const queues = new Map<string, Promise<unknown>>()
  const queue = async (visit: Visit, once: () => Promise<Outcome<unknown>>): Promise<Sent> => {
    const mine = (queues.get(visit.id) ?? Promise.resolve()).then(async () => ask(visit, once))
    queues.set(visit.id, mine)
    const answer = await mine
    if (queues.get(visit.id) === mine) queues.delete(visit.id)
    return answer
  }
  const params = ({ id }: Visit): { params: { visit: string } } => ({ params: { visit: id } })
  const change = async (visit: Visit, to: VisitChange): Promise<Sent> => {
    const id = newId()
    const shown = (): Visit => visits.store.get().get(visit.id) ?? visit
    visits.absorb([laid.lay(visit.id, shown(), to)])   // shown at once, and put back if it is refused
    const answer = await queue(visit, async () => call(changeVisit, { ...params(visit), body: { id, ...to } }))
    visits.absorb([laid.settle(visit.id, shown(), to, answer.went) ?? shown()])
    return answer
  }

  const say = (visit: Visit, once: () => Promise<Outcome<unknown>>, done: () => void, kept?: string): void => void run(visit, once, kept).then((went) => { if (went) done() })

  const restore = (visit: Visit): void => {
    const id = newId()
    say(visit, async () => call(restoreVisit, { ...params(visit), query: { id } }), () => tell(t('didRestore', { name: visit.name })))
  }

  return {
    checkIn(visit) {
      const id = newId()
      say(visit, async () => call(checkInVisit, { ...params(visit), body: { id } }), () => tell(t('didCheckIn', { name: visit.name })), t('keptCheckIn', { name: visit.name }))
    },
    checkOut(visit) {
      const id = newId()
      const back = async (): Promise<unknown> => {
        const other = newId()
        return send(visit, async () => call(confirmVisit, { ...params(visit), body: { id: other } }))
      }
      say(visit, async () => call(checkOutVisit, { ...params(visit), body: { id } }), () => tellUndo(t('didCheckOut', { name: visit.name }), () => void back()), t('keptCheckOut', { name: visit.name }))
    },
    letIn(visit) {
      const id = newId()
      say(visit, async () => call(decideVisit, { ...params(visit), body: { id, approved: true } }), () => tell(t('didLetIn', { name: visit.name })))
    },
    async refuse(visit, reason) {
      const id = newId()
      const { went, refusal } = await ask(visit, async () => call(decideVisit, { ...params(visit), body: { id, approved: false, reason } }))
      if (went) tell(t('didRefuse', { name: visit.name }))
      return refusal
    },
    cancel(visit) {
      const id = newId()
      say(visit, async () => call(cancelVisit, { ...params(visit), body: { id } }), () => tellUndo(t('didCancelVisit', { name: visit.name }), () => restore(visit)))
    },
    cancelSeries(visit, series, from) {
      const id = newId()
      say(visit, async () => call(cancelSeries, { params: { series }, body: { id, ...(from && { from }) } }), () => tell(t('didCancelSeries', { name: visit.name })))
    },
    restore,
    erase(visit) {
      const id = newId()
      say(visit, async () => call(eraseVisit, { ...params(visit), query: { id } }), () => tell(t('didErase')))
    },
    async change(visit, to) {
      const { went, refusal } = await change(visit, to)
      const back = Object.fromEntries(Object.keys(to).map((key) => [key, visit[key as keyof Visit]])) as VisitChange
      if (went) tellUndo(t('didSave'), () => void tellIfRefused(async () => (await change({ ...visit, ...to }, back)).refusal))
      return refusal
    },
  }
}
