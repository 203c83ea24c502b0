/** Kiosks as their server sees them: logs on disk, a flusher that gives up on nothing, and beats that compare. This process is killed in drills. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beatKiosk, kioskBeatMs } from '#contract/kiosks.ts'
import { systemClock } from '#client/clock.ts'
import { newId } from '#client/id.ts'
import { chance, type Chance } from '#drills/chance.ts'
import { asker } from '#web/kiosk/ask.ts'
import { flusher } from '#web/kiosk/log/flush.ts'
import { accountant } from '#web/kiosk/log/reconcile.ts'
import type { Shelf } from '#web/kiosk/log/shelf.ts'
import { openDeviceLog } from './device-log.ts'
import { openForgetfulKiosk } from './forgetful-kiosk.ts'
import { pace } from './pace.ts'
import { kioskPlan, type Arrival } from './plan.ts'
import { recorder, type Recorder } from './recorder.ts'
import type { Role, Start } from './role.ts'

export interface Device {
  /** Somebody stands in front of it. */
  serve(dueMs: number, arrival: Arrival): Promise<void>
  unsent(): number
  stop(): void
}
export interface DeviceOptions { readonly kiosk: { readonly id: string; readonly token: string }; readonly url: string; readonly folder: string; readonly books: Recorder; readonly counts: { said: number; sent: number; failed: number }; /** Of when it tries again. */ readonly luck: Chance }

/** With the flusher, the requests and the accounts that the kiosk in the browser has; only its log is in a file. */
async function openKiosk({ kiosk, url, folder, books: { record }, counts, luck }: DeviceOptions): Promise<Device> {
  const log = await openDeviceLog(join(folder, `${kiosk.id}.log`))
  const ask = asker({ token: () => kiosk.token, fetch: (path, init) => fetch(`${url}${path as string}`, init) })
  const of = (o: { seq: number; id: string }) => ({ device: kiosk.id, log: log.id, seq: o.seq, id: o.id })
  let isOver = false
  // Unknown to the history when the last life was killed between writing and recording: it is on the disk, so it was written.
  for (const o of log.operations()) record({ type: 'written', ...of(o) })

  const shelf: Shelf = { ...log, async mark(results, nowMs) {
    await log.mark(results, nowMs)
    for (const result of results) {
      counts.sent++
      record({ type: 'receipt', ...of(result), state: result.state })
    }
  } }
  const flushing = flusher({ shelf, ask, clock: systemClock, wall: Date.now, random: luck.next, lock: (work) => work(), heard: (news) => { if (news !== 'reached') counts.failed++ } })
  const accounts = accountant(shelf)
  async function beat(): Promise<void> {
    for (await sleep(luck.below(kioskBeatMs)); !isOver; await sleep(kioskBeatMs)) {
      const [account, { count, oldest }] = await Promise.all([accounts.count(), shelf.waiting()])
      const { body } = await ask('POST', beatKiosk.path, { ...account, now: new Date().toISOString(), app: 'drill', unsent: count, oldestUnsentMs: oldest ? Math.max(0, Date.now() - Date.parse(oldest.at)) : null })
      const { missing = [] } = (body ?? {}) as { missing?: readonly number[] }
      if (missing.length > 0) await accounts.sendAgain(missing)
      if (missing.length > 0 || count > 0) flushing.wake()
    }
  }
  flushing.wake()
  void beat()
  const here: string[] = []
  return {
    async serve(dueMs, { isLeaving, who }) {
      const [leaves] = isLeaving ? here.splice(Math.floor(who * here.length), 1) : []
      const visit = leaves ?? newId()
      const operation = await log.write({
        id: newId(), type: leaves ? 'check_out' : 'check_in', visit, at: new Date().toISOString(), offsetMs: 0,
        body: leaves ? {} : { expected: false, name: `Guest ${log.operations().length} of ${kiosk.id.slice(-4)}`, language: 'en' },
      })
      record({ type: 'written', ...of(operation), dueMs })
      record({ type: 'said', ...of(operation) })
      counts.said++
      if (!leaves) here.push(visit)
      flushing.wake()
    },
    unsent: () => log.operations().filter(({ state }) => state === 'unsent').length,
    stop() {
      isOver = true
      flushing.stop()
    },
  }
}

export async function openKiosks({ address, seed, file, folder, naive }: Start): Promise<Role> {
  const books = recorder(file, 0)
  const counts = { said: 0, sent: 0, failed: 0 }
  const luck = chance(seed)
  const devices = await Promise.all(address.kiosks.map((kiosk, i) => (naive ? openForgetfulKiosk : openKiosk)({ kiosk, url: address.url, folder, books, counts, luck: luck.stream(`kiosk ${i}`) })))
  const comes = kioskPlan(luck.stream('who comes'), devices.length)
  const generator = pace((dueMs) => {
    const arrival = comes()
    void devices[arrival.kiosk]!.serve(dueMs, arrival)
  }, luck.stream('gaps').next)
  const unsent = (): number => devices.reduce((sum, d) => sum + d.unsent(), 0)
  return {
    rate: generator.rate,
    figures: () => ({ ...counts, unsentNow: unsent(), lagMs: generator.lagP99Ms() }),
    async settle(forMs) {
      generator.rate(0)
      for (const untilMs = Date.now() + forMs; unsent() > 0 && Date.now() < untilMs;) await sleep(50)
      return unsent() > 0 ? `${unsent()} operations are not on the server` : undefined
    },
    close() {
      for (const one of devices) one.stop()
      void generator.stop()
      books.close()
    },
  }
}
