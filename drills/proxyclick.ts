/**
 * Proxyclick, 20 March 2019: the storage of the messaging system is gone, events are rejected, and what kiosks did meanwhile is
 * never synchronised. Here: the database's disk is full, then read-only, and back after a while; kiosks and server are killed inside
 * it, and for a time the spool's disk is full as well.
 */
import type { Event } from './checker/history.ts'
import { atMost, bar, losses, none, type Drill, type Stage } from './drill.ts'
import { signalDatabase } from './postgres.ts'
import { openProbe } from './probe.ts'
import { goodput } from './series.ts'

/** A start takes some seconds, of which five are patience with the database. */
const reopensWithinS = 20

export const proxyclick: Drill = {
  name: 'proxyclick',
  roles: ['talk', 'crowd', 'kiosks'],
  off: ['spool'],
  disks: { databaseMb: 900, spoolMb: 128 },
  components: ['messenger', 'inbox', 'visits'],   // kiosks go on

  async run(stage) {
    const { scale, house, hands, mark, wait, crashServer, notes } = stage
    const probe = await openProbe(house, stage.recorder)
    const sixth = scale.faultSeconds / 6
    notes['faultMs'] = mark('the database’s disk is full')
    await house.disks.database!.fill()
    await wait(sixth)
    mark('the kiosks are killed, and start again')
    await hands.kiosks!.dieAndStart()
    await wait(sixth)
    mark('the database’s disk is read-only')
    await makeReadOnly(stage)
    await wait(sixth)
    notes['bothMs'] = mark('the spool’s disk is full as well')
    await house.disks.spool!.fill()
    const answers = await probe.ask(sixth * 1000)
    const refusals = answers.filter((a) => a.what === 'refused')
    notes['refusals'] = refusals.length
    notes['refusalMs'] = Math.max(...answers.filter((a) => a.what === 'refused' || a.what === 'nothing').map((a) => a.tookMs), 0)
    mark(`of ${answers.length} messages ${refusals.length} were refused, the slowest answer took ${Math.round(Math.max(0, ...answers.map((a) => a.tookMs)))} ms`)
    await house.disks.spool!.free()
    await wait(sixth / 2)
    await crashServer()
    const killedMs = Date.now()
    const isBack = await stage.until(() => stage.readiness.at(-1)!.state === 'not ready' && stage.readiness.at(-1)!.atMs > killedMs, Math.max(sixth, reopensWithinS))
    if (isBack) notes['reopenedMs'] = Date.now() - killedMs
    mark(isBack ? 'the server answers again, without a database' : `the server did not open without its database in ${Math.round((Date.now() - killedMs) / 1000)} s`)
    await wait(sixth / 2)
    await house.disks.database!.writable()
    await house.disks.database!.free()
    notes['returnMs'] = mark('the disks are back')
    await stage.until(() => stage.readiness.at(-1)!.state === 'ready', 60)
    mark('the server is ready')
    probe.close()
    await wait(scale.afterSeconds)
  },

  bars({ events, violations, notes, seconds, startMs, scale }) {
    const { lost, duplicated, reordered, other } = losses(violations)
    const at = (ms: number): number => Math.floor((ms - startMs) / 1000)
    const open = goodput(seconds, at(notes['faultMs']!) + 1, at(notes['bothMs']!) - 1)
    return [
      none('messages and check-ins lost', lost), none('duplicated', duplicated), none('reordered', reordered), none('other broken promises', other),
      none('confirmed before it was on a disk', violations.filter((v) => v.rule === 'I11' || v.what.startsWith('said before')).length),
      bar('messages confirmed within 5 s while the database is away', '≥ 90 %', `${Math.round(open * 100)} %`, open >= 0.9),
      atMost('open again after the server was killed, without its database', reopensWithinS, notes['reopenedMs'] === undefined ? undefined : notes['reopenedMs'] / 1000, 's'),
      atMost('everything synchronised after the return of the disks', 10 + scale.backSlackSeconds, synchronisedAfterMs(events, notes['returnMs']!) / 1000, 's'),
      atMost('refusals with both disks gone', scale.refusalMaxMs, (notes['refusals'] ?? 0) > 0 ? notes['refusalMs'] : undefined, 'ms'),
    ]
  },

  broken({ violations, scale }) {
    const { lost } = losses(violations)
    return { isBroken: lost > 0, found: `${lost} confirmed check-ins and messages are missing, at the first step of the load, ${scale.messagesPerSecond} messages a second` }
  },
}

/** A file system with a file open for writing stays writable: PostgreSQL goes first, and its supervisor may be just starting it. */
async function makeReadOnly({ house, until, mark }: Stage): Promise<void> {
  let why = ''
  const isDone = await until(async () => {
    await signalDatabase(house, 'SIGKILL')
    return house.disks.database!.readOnly().then(() => true, (error: Error) => { why = error.message; return false })
  }, 10)
  if (!isDone) throw new Error(`The database’s disk cannot be made read-only: ${why}`)
  mark('PostgreSQL is gone and cannot start')
}

/** When the last of what was asked for before the return was stored for good. Infinity: something never was. */
function synchronisedAfterMs(events: readonly Event[], returnMs: number): number {
  const open = new Set<string>(), known = new Set<string>()   // a device tells of its whole log in each of its lives
  let lastMs = returnMs
  for (const e of events) {
    if ((e.type === 'offered' || e.type === 'written') && e.atMs < returnMs) {
      if (!known.has(e.id)) open.add(e.id)
      known.add(e.id)
    } else if (e.type === 'withdrawn') open.delete(e.id)
    else if ((e.type === 'acked' || e.type === 'receipt' || e.type === 'refused') && open.delete(e.id)) lastMs = Math.max(lastMs, e.atMs)
  }
  return open.size > 0 ? Infinity : lastMs - returnMs
}
