/** Kiosks as their server sees them: logs on disk, a flusher that gives up on nothing, and beats that compare. This process is killed in drills. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { caller } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { chance, type Chance } from '#drills/chance.ts'
import { digestOf } from '#contract/log-digest.ts'
import { beatKiosk, operationsMax, sendOperations } from '#contract/kiosks.ts'
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

const beatMs = 5_000
const retryMs = { least: 500, most: 3_000 }
/** As the real one (web/kiosk/log/flush.ts): what the server only keeps is asked for again after so long, the oldest sooner, and all of it when one is done. */
const keptMs = { least: 3_000, most: 4_500, oldest: 1_000 }

async function openKiosk({ kiosk, url, folder, books: { record }, counts, luck }: DeviceOptions): Promise<Device> {
  const log = await openDeviceLog(join(folder, `${kiosk.id}.log`))
  const call = caller({ url, bearer: async () => kiosk.token, random: luck.next })
  const of = (o: { seq: number; id: string }) => ({ device: kiosk.id, log: log.id, seq: o.seq, id: o.id })
  let isOver = false
  // Unknown to the history when the last life was killed between writing and recording: it is on the disk, so it was written.
  for (const o of log.operations) record({ type: 'written', ...of(o) })

  const unsent = () => log.operations.filter((o) => log.isUnsent(o.id))
  const againMs = new Map<string, number>()
  async function flush(): Promise<void> {
    for (; !isOver; await sleep(100)) {
      const batch = unsent().filter(({ id }) => (againMs.get(id) ?? 0) <= Date.now()).slice(0, operationsMax)
      if (batch.length === 0) continue
      const answer = await call(sendOperations, { body: { log: log.id, operations: batch } })
      if (!answer.ok) {
        counts.failed++
        await sleep(luck.between(retryMs.least, retryMs.most))
        continue
      }
      let isOldest = true
      for (const { id, seq, state } of answer.value.results) {
        if (state === 'kept') {
          againMs.set(id, Date.now() + (isOldest ? keptMs.oldest : luck.between(keptMs.least, keptMs.most)))
          isOldest = false
          continue
        }
        if (againMs.has(id)) againMs.clear()
        log.receipt(id)
        counts.sent++
        record({ type: 'receipt', ...of({ id, seq }), state })
      }
    }
  }
  async function beat(): Promise<void> {
    for (await sleep(luck.below(beatMs)); !isOver; await sleep(beatMs)) {
      const sent = log.operations.filter((o) => !log.isUnsent(o.id)), uptoSeq = log.operations.find((o) => log.isUnsent(o.id))?.seq ?? log.operations.length + 1
      const known = sent.filter((o) => o.seq < uptoSeq)
      await call(beatKiosk, { body: { log: log.id, now: new Date().toISOString(), app: 'drill', unsent: log.operations.length - sent.length, oldestUnsentMs: null, fromSeq: 1, uptoSeq: uptoSeq - 1, count: known.length, digest: digestOf(known.map((o) => o.id)) } })
    }
  }
  void flush()
  void beat()
  const here: string[] = []
  return {
    async serve(dueMs, { isLeaving, who }) {
      const [leaves] = isLeaving ? here.splice(Math.floor(who * here.length), 1) : []
      const visit = leaves ?? newId()
      const operation = await log.write({
        id: newId(), type: leaves ? 'check_out' : 'check_in', visit, at: new Date().toISOString(), offsetMs: 0,
        body: leaves ? {} : { expected: false, name: `Guest ${log.operations.length} of ${kiosk.id.slice(-4)}`, language: 'en' },
      })
      record({ type: 'written', ...of(operation), dueMs })
      record({ type: 'said', ...of(operation) })
      counts.said++
      if (!leaves) here.push(visit)
    },
    unsent: () => unsent().length,
    stop() { isOver = true },
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
