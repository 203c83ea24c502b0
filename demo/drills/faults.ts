/** The faults that take something away for a moment: database, server, sockets. */
import type { Fault, Scene } from './scene.ts'

/** Lines that broke come back by themselves, and what was written meanwhile waits on its writer's device. @returns whether that is over */
function linesAreBack({ talk: { lines, said, waiting }, note, since, askedAtMs }: Scene): boolean {
  const lost = lines.filter((l) => (l.lostMs ?? 0) > askedAtMs)
  if (lost.length < lines.length) return false
  note('linesLost', { n: lost.length, atMs: since(Math.max(...lost.map((l) => l.lostMs!))) })
  const back = lost.flatMap((l) => l.backMs ?? [])
  if (back.length > 0) note('firstBack', { atMs: since(Math.min(...back)) })
  if (back.length < lines.length) return false
  note('allBack', { n: back.length, atMs: since(Math.max(...back)) })
  if (waiting().some((s) => s.sentMs < Math.max(...back))) return false
  const waited = said.filter((s) => s.sentMs >= askedAtMs && s.storedMs !== undefined && s.storedMs - s.sentMs > slowMs)
  if (waited.length > 0) note('waitedStored', { n: waited.length, atMs: since(Math.max(...waited.map((s) => s.storedMs!))) })
  return true
}
/** Who waits this long for an answer had no line. */
const slowMs = 300

export const database: Fault = {
  async make({ pull, begin }) {
    await pull({ pull: 'database' })
    begin('databaseKilled')
  },
  look({ watch, talk, note, has, since }) {
    const reason = watch.reasons.find((r) => /database/i.test(r))
    if (reason !== undefined) note('databaseAway', { text: reason })
    const kept = talk.said.filter((s) => s.keptMs !== undefined)
    const first = Math.min(...kept.map((s) => s.keptMs!))
    if (kept.length > 0) note('firstKept', { atMs: since(first) })
    if (!has('databaseAway') || reason !== undefined || watch.metric('lodge_database_up') !== 1) return false
    note('databaseBack')
    if (kept.some((s) => s.storedMs === undefined) || watch.reasons.length > 0) return false
    if (kept.length > 0) note('keptStored', { n: kept.length, atMs: since(Math.max(...kept.map((s) => s.storedMs!))) })
    return true
  },
}

export const server: Fault = {
  make({ killServer, begin }) {
    killServer()
    begin('serverKilled')
  },
  look(scene) {
    const { server: { goneAtMs, startedAtMs }, since, note, watch } = scene
    if (goneAtMs !== undefined) note('serverGone', { atMs: since(goneAtMs) })
    if (goneAtMs !== undefined && startedAtMs !== undefined && startedAtMs >= goneAtMs) note('serverStarted', { atMs: since(startedAtMs) })
    const isThere = scene.has('serverStarted') && watch.answers
    if (isThere) note('serverAnswers')
    if (isThere && watch.reasons.length === 0) note('ready')
    return linesAreBack(scene) && scene.has('ready') && watch.reasons.length === 0
  },
}

export const sockets: Fault = {
  async make({ pull, begin }) {
    const n = await pull({ pull: 'sockets' })
    begin('socketsDropped', { n })
  },
  look: (scene) => linesAreBack(scene) && scene.watch.reasons.length === 0,
}
