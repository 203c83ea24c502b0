import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

const resolutionMs = 10

/** How the event loop did since it was asked last: delay beyond the usual (99th percentile), and the share of time it was busy. */
export function loopMeter(): { read: () => { p99Ms: number; utilisation: number }; stop: () => void } {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  let last = performance.eventLoopUtilization()
  return {
    read() {
      const p99Ms = delays.count === 0 ? 0 : Math.max(0, delays.percentile(99) / 1e6 - resolutionMs)
      delays.reset()
      const now = performance.eventLoopUtilization()
      const { utilization: utilisation } = performance.eventLoopUtilization(now, last)
      last = now
      return { p99Ms, utilisation }
    },
    stop: () => { delays.disable() },
  }
}
