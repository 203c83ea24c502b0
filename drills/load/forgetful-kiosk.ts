/** The control: a kiosk as it was in 2019, with its queue in memory, three tries and a visitor who was told at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import { caller } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { sendOperations } from '#contract/kiosks.ts'
import type { Device, DeviceOptions } from './kiosks.ts'

const tries = 3
const betweenMs = 1_000

export async function openForgetfulKiosk({ kiosk, url, books: { record }, counts }: DeviceOptions): Promise<Device> {
  const call = caller({ url, bearer: async () => kiosk.token })
  const log = newId()
  let seq = 0, waiting = 0
  return {
    async serve() {
      const operation = { id: newId(), seq: ++seq, type: 'check_in', visit: newId(), at: new Date().toISOString(), offsetMs: 0, body: { expected: false, name: `Guest ${seq} of ${kiosk.id.slice(-4)}`, language: 'en' } }
      const of = { device: kiosk.id, log, seq: operation.seq, id: operation.id }
      record({ type: 'said', ...of })
      counts.said++
      waiting++
      for (let i = 0; i < tries; i++, await sleep(betweenMs)) {
        const answer = await call(sendOperations, { body: { log, operations: [operation] } }, { timeoutMs: 3_000 })
        if (answer.ok) {
          counts.sent++
          record({ type: 'receipt', ...of, state: answer.value.results[0]?.state ?? 'applied' })
          break
        }
        counts.failed++
      }
      waiting--   // and forgotten
    },
    unsent: () => waiting,
    stop() {},
  }
}
