/**
 * P8 against the real thing: a real browser, a real server, a real PostgreSQL and a bad line between them. The oracle: what a
 * screen said is done ⊆ what the server has ⊆ the device's log, each once; one notice per visit and host.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '#client/id.ts'
import { openHouse, type House } from './house.ts'
import { walk } from './hand.ts'
import { startFaultProxy, type FaultProxy } from './proxy.ts'
import { scheduleOf, type Step } from './schedule.ts'
import { openTablet, type Tablet } from './tablet.ts'

export interface Verdict { schedules: number; said: number; onServer: number; lost: number; duplicated: number; unexplained: number; quarantined: number; failedScreens: number; kills: number; complaints: string[] }
export interface DrillOptions {
  schedules: number; seed: number
  tell: (what: string) => void
  /** Files served instead of the built kiosk's: a planted bug. */
  instead?: FaultProxy['instead']
  /** Stops at the first complaint: for planted bugs. */
  stopsEarly?: boolean
  /** How long the kiosk may take to send everything once the line is mended. */
  syncMs?: number
}

export async function drill({ schedules, seed, tell, instead, stopsEarly = false, syncMs = 90_000 }: DrillOptions): Promise<Verdict> {
  const house = await openHouse()
  const profile = await mkdtemp(join(tmpdir(), 'lodge-tablet-'))
  const proxy = await startFaultProxy(house.server.url)
  proxy.instead = instead
  const verdict: Verdict = { schedules: 0, said: 0, onServer: 0, lost: 0, duplicated: 0, unexplained: 0, quarantined: 0, failedScreens: 0, kills: 0, complaints: [] }
  let tablet: Tablet | undefined
  try {
    // Before the kiosk is paired: its list has them all from the start.
    const expected = new Map<number, string[]>()
    for (let i = 0; i < schedules; i++) {
      const names = Array.from({ length: 12 }, (_, n) => `Guest ${letters(seed + i)} ${letters(n)}`)
      await Promise.all(names.map((name) => house.expect(name)))
      expected.set(seed + i, names)
    }
    const kiosk = newId()
    tablet = await openTablet(profile, proxy.url)
    await pair(tablet, await house.pairingCode(kiosk))
    for (let i = 0; i < schedules; i++) {
      const s = seed + i
      const startMs = Date.now()
      const problems = await runOne({ house, proxy, tablet, kiosk, seed: s, names: expected.get(s)!, verdict, syncMs })
      verdict.schedules++
      for (const problem of problems) verdict.complaints.push(`seed ${s}: ${problem}`)
      tell(`schedule ${i + 1} of ${schedules} (seed ${s}, ${((Date.now() - startMs) / 1000).toFixed(1)} s): ${verdict.said} said, ${verdict.onServer} on the server, ${verdict.lost} lost, ${verdict.duplicated} duplicated${problems.length > 0 ? `\n  ${problems.join('\n  ')}` : ''}`)
      if (stopsEarly && problems.length > 0) break
    }
    return verdict
  } finally {
    await tablet?.close()
    await proxy.close()
    await house.stop()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** By hand, with the code; from then on it opens without a network. */
export async function pair(tablet: Tablet, code: string): Promise<void> {
  const page = tablet.page()
  await page.locator('[data-screen="pairing"] input').first().fill(code)
  await page.locator('[data-screen="pairing"] [data-primary]').click()
  await page.locator('[data-screen="start"]').waitFor()
  await page.evaluate(() => Promise.race([navigator.serviceWorker.ready.then(() => {}), new Promise<void>((resolve) => { setTimeout(resolve, 5_000) })]))
}

interface Scene { house: House; proxy: FaultProxy; tablet: Tablet; kiosk: string; seed: number; names: string[]; verdict: Verdict; syncMs: number }

async function runOne(scene: Scene): Promise<string[]> {
  const { proxy, tablet, seed } = scene
  const { steps } = scheduleOf(seed)
  const saidBefore = new Set(tablet.said)
  const logBefore = new Set((await tablet.log()).operations.map((o) => o.id))
  const here: string[] = []
  const poisoned = new Set<string>()
  let walkIns = 0
  const unused = [...scene.names]
  try {
    for (const step of steps) await play(scene, step, { here, unused, poisoned, nextWalkIn: () => `Walk ${letters(seed)} ${letters(walkIns++)}` })
  } finally {
    proxy.fault = 'pass'
  }
  await tablet.room(false)
  await tablet.skew(0)
  return judge(scene, { saidBefore, logBefore, poisoned })
}

interface Cast { here: string[]; unused: string[]; poisoned: Set<string>; nextWalkIn: () => string }

async function play({ house, proxy, tablet, verdict }: Scene, step: Step, { here, unused, poisoned, nextWalkIn }: Cast): Promise<void> {
  switch (step.do) {
    case 'fault': proxy.fault = step.fault; return
    case 'killBrowser': verdict.kills++; return tablet.kill()
    case 'killServer': verdict.kills++; return house.server.kill()
    case 'killDatabase': verdict.kills++; return house.server.killDatabase()
    case 'updateWorker': proxy.workerVersion++; await tablet.page().evaluate(() => { navigator.serviceWorker.getRegistration().then((r) => r?.update()).catch(() => {}) }).catch(() => {}); return   // not waited for: the line may hang
    case 'poison': await tablet.poison().then((id) => { poisoned.add(id) }, () => {}); return   // no room for poison either
    case 'fillUp': return tablet.room(true)
    case 'makeRoom': return tablet.room(false)
    case 'clock': return tablet.skew(step.skewMs)
    case 'checkIn':
    case 'walkIn':
    case 'checkOut': {
      const name = step.do === 'checkIn' ? unused.shift() : step.do === 'walkIn' ? nextWalkIn() : here.at(-1)
      if (name === undefined) return
      const kill = step.killAfterMs === undefined ? undefined : sleep(step.killAfterMs).then(() => tablet.kill())
      try {
        const { screen } = await walk(tablet, step.do === 'checkIn' ? 'expected' : step.do === 'walkIn' ? 'walkIn' : 'leaving', name)
        if (screen === 'failed') verdict.failedScreens++
        if (screen === 'done') here.push(name)
      } catch (error) {
        if (!kill) throw error
      }
      if (kill) { await kill; verdict.kills++ }
    }
  }
}

async function judge({ house, tablet, kiosk, seed, verdict, syncMs }: Scene, { saidBefore, logBefore, poisoned }: { saidBefore: ReadonlySet<string>; logBefore: ReadonlySet<string>; poisoned: ReadonlySet<string> }): Promise<string[]> {
  const problems: string[] = []
  // What the flusher does not send, the kiosk's own comparison with the server must find: that is why it gets a while.
  const untilMs = Date.now() + syncMs
  let { operations } = await tablet.log()
  for (; operations.some((o) => o.state === 'unsent') && Date.now() < untilMs; { operations } = await tablet.log()) await sleep(100)
  const mine = operations.filter((o) => !logBefore.has(o.id))
  const unsent = mine.filter((o) => o.state === 'unsent')
  if (unsent.length > 0) problems.push(`${unsent.length} operations are unsent ${syncMs / 1000} s after the line was mended: ${unsent.map((o) => `${o.type} ${o.id}`).join(', ')}`)
  const { visits, logs, notices } = await house.book(`${letters(seed)} `)
  const entries = [...logs.values()].flat()
  const times = new Map<string, number>()
  for (const { body } of entries) {
    const operation = (body as { operation?: string } | null)?.operation
    if (operation !== undefined) times.set(operation, (times.get(operation) ?? 0) + 1)
  }
  const said = [...tablet.said].filter((id) => !saidBefore.has(id))
  const logged = new Set(mine.map((o) => o.id))
  const quarantined = new Set(mine.filter((o) => o.state === 'quarantined').map((o) => o.id))
  for (const id of said) {
    if (!logged.has(id)) problems.push(`said and not in the device's log: ${id}`)
    if ((times.get(id) ?? 0) === 0) { verdict.lost++; problems.push(`said and lost: ${id}`) }
  }
  for (const [id, n] of times) {
    if (n > 1) { verdict.duplicated++; problems.push(`on the server ${n} times: ${id}`) }
    if (!logged.has(id) && !logBefore.has(id)) { verdict.unexplained++; problems.push(`on the server and in no log: ${id}`) }
  }
  for (const id of quarantined) if (!poisoned.has(id)) problems.push(`quarantined although it was sound: ${id} (${mine.find((o) => o.id === id)?.reason})`)
  for (const id of poisoned) if (!quarantined.has(id)) problems.push(`poison that is not in quarantine: ${id}`)
  const byName = Map.groupBy(visits, (v) => v.name)
  for (const [name, same] of byName) if (same.length > 1) { verdict.duplicated += same.length - 1; problems.push(`${same.length} visits of ${name}`) }
  for (const v of visits) {
    const told = notices.get(`${v.name} is here`) ?? 0
    const isDue = v.host !== null && v.arrivedAt !== null && v.leftAt === null
    if (told > 1 || isDue && told === 0) problems.push(`${told} notices for ${v.name}`)
  }
  if (unsent.length === 0) {
    const state = await house.unsent(kiosk)
    if (state.missing > 0) problems.push(`the server says that ${state.missing} are missing`)
  }
  verdict.said += said.length
  verdict.onServer += times.size
  verdict.quarantined += quarantined.size
  return problems
}

/** Names of letters only, and none the beginning of another: 0 → "Aaaa". */
function letters(n: number): string {
  let text = ''
  for (let i = 0; i < 4; i++, n = Math.floor(n / 26)) text = String.fromCharCode(97 + n % 26) + text
  return text[0]!.toUpperCase() + text.slice(1)
}
