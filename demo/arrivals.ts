/** Guests of the demo who arrive by themselves, at a kiosk in the courtyard, and leave again. It uses the API as a kiosk does. */
import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { getAbout } from '#contract/about.ts'
import { beatKiosk, getSnapshot, kioskBeatMs, sendOperations } from '#contract/kiosks.ts'
import { digestOf } from '#contract/log-digest.ts'
import { createVisit } from '#contract/visits.ts'
import { caller } from '#client/call.ts'
import { mailOf, visitors } from './visits.ts'

interface Options { url: string; kioskToken: string; /** A colleague's, who expects new guests when none are left. */ token: string; location: string; hosts: readonly string[] }

const within = (fromMs: number, toMs: number): Promise<void> => sleep(fromMs + Math.random() * (toMs - fromMs))

export async function arrivals({ url, kioskToken, token, location, hosts }: Options): Promise<never> {
  const kiosk = caller({ url, bearer: async () => kioskToken }), colleague = caller({ url, bearer: async () => token })
  const log = newId(), sent: string[] = []
  let invited = 0
  const send = async (type: 'check_in' | 'check_out', visit: string, body: object): Promise<void> => {
    const operation = { id: newId(), seq: sent.length + 1, type, visit, at: new Date().toISOString(), offsetMs: 0, body }
    const outcome = await kiosk(sendOperations, { body: { log, operations: [operation] } })
    if (outcome.ok) sent.push(operation.id)
  }
  const about = await kiosk(getAbout, {})
  const app = about.ok ? about.value.build : ''
  const beating = async (): Promise<never> => {
    for (;;) {
      await kiosk(beatKiosk, { body: { log, now: new Date().toISOString(), app, unsent: 0, oldestUnsentMs: null, fromSeq: 1, uptoSeq: sent.length, count: sent.length, digest: digestOf(sent) } })
      await sleep(kioskBeatMs)
    }
  }
  void beating()
  for (;;) {
    await within(20_000, 60_000)
    const snapshot = await kiosk(getSnapshot, {})
    if (!snapshot.ok) continue
    const today = snapshot.value.visits.filter((v) => v.day === snapshot.value.visits[0]?.day)
    const expected = today.filter((v) => v.status === 'expected').sort((a, b) => String(a.expectedAt).localeCompare(String(b.expectedAt)))
    const next = expected[0]
    if (next) await send('check_in', next.id, { expected: true, name: next.name })
    if (expected.length < 4) {
      const [name, company, note] = visitors[invited % visitors.length]!
      await colleague(createVisit, { body: { id: newId(), location, name, company, email: mailOf(name), note, host: hosts[invited % hosts.length]!, expectedAt: new Date(Date.now() + (1 + invited++ % 3) * 600_000).toISOString() } })
    }
    const here = today.filter((v) => v.status === 'checked_in')
    if (here.length > 6) await send('check_out', here[Math.floor(Math.random() * here.length)]!.id, {})
  }
}
