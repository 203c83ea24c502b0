/** How large a drill is. `full` is for two cores; `quick` is the same house for `npm test`. */
export interface Scale {
  readonly name: 'full' | 'quick'
  /** Sockets of visitors in all; so many of them talk, the others wait. */
  readonly visitors: number
  readonly talkers: number
  readonly agents: number
  readonly kiosks: number
  readonly messagesPerSecond: number
  readonly peakPerSecond: number
  readonly checkInsPerSecond: number
  readonly bookingsPerSecond: number
  /** Before the fault, to know what is usual. */
  readonly beforeSeconds: number
  /** How long an outage lasts. */
  readonly faultSeconds: number
  /** Watched after the end of the fault. */
  readonly afterSeconds: number
  /** zendesk: database reads per resumed topic. What comes back within 50 ms shares a read: of few, few do. */
  readonly readsPerTopicMax: number
  /** proxyclick: so soon at the latest a message is refused that cannot be kept. A broken server answers after seconds. */
  readonly refusalMaxMs: number
  /** So much later than the table says people, bookings and messages may be back. What is broken does not come back at all. */
  readonly backSlackSeconds: number
  /** serraview: one booking in so many leaks; so often so long with the leak and without. */
  readonly leakEvery: number
  readonly leakCycles: number
  readonly leakSeconds: number
  /** serraview: how much longer than without the leak the 99th percentile may take. That of forty bookings is the slowest of them, whatever the machine does meanwhile. */
  readonly leakSlackMs: number
  /** starved: how long the house has half of the processor time that it needs. */
  readonly starvedSeconds: number
  /** The house has no more of them, however many the machine has, so that runs can be compared. */
  readonly cores: number
  /** The control's load doubles so often at most, until it breaks. */
  readonly controlSteps: number
}

export const scales: Readonly<Record<Scale['name'], Scale>> = {
  full: {
    name: 'full', visitors: 8_000, talkers: 1_200, agents: 200, kiosks: 20, messagesPerSecond: 300, peakPerSecond: 600, checkInsPerSecond: 4, bookingsPerSecond: 40,
    beforeSeconds: 20, faultSeconds: 120, afterSeconds: 75, readsPerTopicMax: 0.05, refusalMaxMs: 100, backSlackSeconds: 0, leakEvery: 50, leakCycles: 3, leakSeconds: 20, leakSlackMs: 5, starvedSeconds: 60, cores: 2, controlSteps: 2,
  },
  quick: {
    name: 'quick', visitors: 400, talkers: 120, agents: 20, kiosks: 4, messagesPerSecond: 60, peakPerSecond: 120, checkInsPerSecond: 2, bookingsPerSecond: 20,
    beforeSeconds: 5, faultSeconds: 10, afterSeconds: 15, readsPerTopicMax: 1, refusalMaxMs: 500, backSlackSeconds: 20, leakEvery: 20, leakCycles: 1, leakSeconds: 8, leakSlackMs: 150, starvedSeconds: 10, cores: 2, controlSteps: 2,
  },
}
