/** A clock that a hotel's past can be written with: it starts days ago, is moved forward, and then goes with the real one. */
export interface TimeMachine {
  now(): number
  /** Never back. */
  travelTo(atMs: number): void
  comeHome(): void
}

export function timeMachine(): TimeMachine {
  let shiftMs = 0
  let floorMs = 0
  return {
    now: () => Date.now() - shiftMs,
    travelTo(atMs) { floorMs = Math.max(floorMs, atMs); shiftMs = Date.now() - floorMs },
    comeHome() { shiftMs = 0 },
  }
}
