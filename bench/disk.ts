import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const everyMs = 10
const block = Buffer.alloc(8192, 'lodge')

/**
 * How long the disk itself takes, while somebody else is measured: 8 kB and an fdatasync, a hundred times a second, in a file
 * beside the database. @returns ends it and tells the 99th percentile in ms
 */
export function watchDisk(folder: string): () => number {
  const path = join(folder, 'disk-probe')
  const file = openSync(path, 'w')
  writeSync(file, Buffer.alloc(1 << 20))   // or each write would make the file longer, and that is more than a sync of data
  fdatasyncSync(file)
  const times: number[] = []
  const timer = setInterval(() => {
    const startMs = performance.now()
    writeSync(file, block, 0, block.length, times.length % 128 * block.length)
    fdatasyncSync(file)
    times.push(performance.now() - startMs)
  }, everyMs)
  return () => {
    clearInterval(timer)
    closeSync(file)
    unlinkSync(path)
    return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? NaN
  }
}
