/** Figures in words, for alerts and the command line. The page has words of its own, in the reader's language. */
import type { PromiseId, Unit } from '#contract/operations.ts'

export const promiseNames: Readonly<Record<PromiseId, string>> = {
  P1: 'Durable', P2: 'Gapless', P3: 'Bounded', P4: 'Nothing leaks', P5: 'Storm-proof', P6: 'Ramped', P7: 'Open', P8: 'Offline', P9: 'Truthful', P10: 'Ordered degradation', P11: 'Reports agree', P12: 'No refresh', P13: 'Fair',
}
const figureNames: Readonly<Record<string, string>> = {
  acceptMs: 'Time until a message is stored', waitingCommands: 'Messages waiting to be stored', deliveryMs: 'Time until a message arrives', deliveryFailures: 'Trial messages in a row that did not arrive',
  linesDown: 'Mail servers and carriers that do not answer', databaseConnections: 'Connections to the database', waitingForDatabase: 'Callers waiting for the database', longestHeldMs: 'Longest hold of a connection', leaksTakenBack: 'Leaked connections taken back since the start',
  loopDelayMs: 'Delay of the event loop', returnWindowS: 'Time until everybody would be back', gateInUse: 'Work at the database at once', gateWaitMs: 'Wait before the database', databaseAwayS: 'Database away',
  spoolCommands: 'Kept on disk, not stored yet', spoolOldestS: 'Oldest of what is kept', spoolDead: 'Disks that keep nothing', backupAgeS: 'Age of the newest backup', diskRoom: 'Steps towards a full disk', setAside: 'Kept and could not be applied', kiosksSilent: 'Silent kiosks', kiosksUnsentS: 'Oldest check-in that has not come',
  healthMs: 'Time until the server answers', givenWay: 'Kinds of work that gave way', pausedWork: 'Kinds of work paused by hand', reportsLagS: 'Lists and reports are behind by', olderScreens: 'Open screens of the version before', olderScreensS: 'Longest that a screen has been behind', busiestShare: 'Connections of the busiest account', refusedForLeaking: 'Kinds of work paused for leaking',
}
export const tellFigure = (id: string): string => figureNames[id] ?? id

const rounded = (n: number): string => (Math.abs(n) >= 100 ? Math.round(n) : Math.round(n * 10) / 10).toLocaleString('en')
export function tellDuration(value: number, unit: Unit): string {
  switch (unit) {
    case 'ms': return value >= 10_000 ? tellDuration(value / 1000, 's') : `${rounded(value)} ms`
    case 's': return value >= 36_000 ? `${rounded(value / 3600)} h` : value >= 600 ? `${rounded(value / 60)} min` : `${rounded(value)} s`
    case 'bytes': return `${rounded(value / 2 ** 20)} MB`
    case 'perSecond': return `${rounded(value)} a second`
    case 'percent': return `${rounded(value)} %`
    case 'count': return rounded(value)
  }
}
