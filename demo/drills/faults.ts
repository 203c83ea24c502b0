/** The faults that take something away for a moment: database, server, sockets. */
import type { Fault, Scene } from './scene.ts'

/** Lines that broke come back by themselves, and what was written meanwhile waits on its writer's device. */
function lines({ talk, note, has, since, nowMs }: Scene, faultAtMs: number): boolean {
  const open = talk.openLines()
  if (open < talk.lines) note('linesLost', { n: talk.lines - open })
  if (!has('linesLost')) return false
  if (open > 0 && open < talk.lines) note('firstBack')
  if (open < talk.lines) return false
  note('firstBack')
  note('allBack', { n: talk.lines })
  const waited = talk.said.filter((s) => s.sentMs >= faultAtMs && since(s.sentMs) <= nowMs() && (s.storedMs ?? Infinity) - s.sentMs > 400)
  if (talk.waiting().length > 0 && waited.some((s) => s.storedMs === undefined)) return false
  note('waitedStored', { n: waited.length })
  return true
}

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
    return talk.openLines() === talk.lines
  },
}

let faultAtMs = 0

export const server: Fault = {
  make({ killServer, begin }) {
    killServer()
    begin('serverKilled')
    faultAtMs = Date.now()
  },
  look(scene) {
    const { server: { goneAtMs, startedAtMs }, since, note, watch } = scene
    if (goneAtMs !== undefined) note('serverGone', { atMs: since(goneAtMs) })
    if (goneAtMs !== undefined && startedAtMs !== undefined && startedAtMs >= goneAtMs) note('serverStarted', { atMs: since(startedAtMs) })
    const isThere = scene.has('serverStarted') && watch.answers
    if (isThere) note('serverAnswers')
    if (isThere && watch.reasons.length === 0) note('ready')
    return lines(scene, faultAtMs) && scene.has('ready') && watch.reasons.length === 0
  },
}

export const sockets: Fault = {
  async make({ pull, begin }) {
    faultAtMs = Date.now()
    const n = await pull({ pull: 'sockets' })
    begin('socketsDropped', { n })
  },
  look: (scene) => lines(scene, faultAtMs) && scene.watch.reasons.length === 0,
}
