/** Between the demo's page `/drills` and who makes the faults. No part of the API: it is there in a demo only, on this machine only. */

export const demoDrills = ['database', 'server', 'sockets', 'disk', 'leak'] as const
export type DemoDrill = (typeof demoDrills)[number]

/** What can be seen in a drill; the page has a sentence for each. */
export const sights = [
  'databaseKilled', 'databaseAway', 'firstKept', 'databaseBack', 'keptStored',
  'serverKilled', 'serverGone', 'serverStarted', 'serverAnswers', 'ready',
  'socketsDropped', 'linesLost', 'firstBack', 'allBack', 'waitedStored',
  'diskNearlyFull', 'filesRefused', 'bookingsRefused', 'diskFull', 'fullSeen', 'storedMeanwhile', 'diskFreed', 'bookingsAgain',
  'leakOn', 'leakTaken', 'leakNamed', 'labelPaused', 'leakOff', 'allTaken',
] as const
export type Sight = (typeof sights)[number]

/** `atMs`: since the fault. */
export interface Sighting { readonly what: Sight; readonly atMs: number; readonly n?: number; readonly text?: string }

/** The guests' and colleagues' own notes of what was acknowledged to them, compared with the journal. */
export interface Verdict {
  /** Until everything was as before; null when it was not within the time that a drill has. */
  readonly tookMs: number | null
  readonly sent: number
  /** Acknowledged, and in the journal. */
  readonly stored: number
  /** Acknowledged, and not in the journal. */
  readonly lost: number
  readonly doubled: number
  readonly disordered: number
  /** The longest that a message was in no one's hands but its writer's: until it was kept or stored. */
  readonly slowestMs: number
}

export interface DrillRun {
  readonly drill: DemoDrill
  /** When the fault was made; before that the guests come in. */
  readonly faultAtMs?: number
  readonly sightings: readonly Sighting[]
  /** At the end. */
  readonly verdict?: Verdict
  /** It could not be done, and why. */
  readonly failed?: string
}

/** A line of `/demo/drills/news`. `runs`: the last one of each drill, the newest last. */
export interface DrillNews { readonly runs: readonly DrillRun[]; /** What cannot be done here. */ readonly missing: readonly DemoDrill[] }
export const isRunning = ({ verdict, failed }: DrillRun): boolean => verdict === undefined && failed === undefined
