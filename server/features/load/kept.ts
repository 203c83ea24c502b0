/**
 * What was paused by hand, in a small file of the data folder: a restart at the worst moment must not bring it back. And what this node
 * could take: after a restart it is asked for the most, and has not measured anything yet.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Yielding } from '#server/kernel/governor.ts'
import { yielding } from '#server/kernel/governor.ts'

interface Kept { paused: readonly Yielding[]; why?: string | undefined; resumesPerSecond?: number | undefined }

export function keptLoad(path: string, log: { warn(o: object, m: string): void }) {
  let kept: Kept = read(path)
  function write(change: Partial<Kept>): void {
    kept = { ...kept, ...change }
    try {
      writeFileSync(`${path}.new`, JSON.stringify(kept))
      renameSync(`${path}.new`, path)
    } catch (error) {
      log.warn({ err: error }, 'What is paused, and what this node can take, could not be kept: it holds until the next restart')
    }
  }
  return { get paused() { return kept.paused }, get why() { return kept.why }, get resumesPerSecond() { return kept.resumesPerSecond }, write }
}

function read(path: string): Kept {
  try {
    const { paused, why, resumesPerSecond } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>
    return { paused: yielding.filter((kind) => paused?.includes(kind)), ...(typeof why === 'string' && { why }), ...(Number.isFinite(resumesPerSecond) && { resumesPerSecond }) }
  } catch {
    return { paused: [] }   // none was ever kept, or it is damaged: nothing is paused
  }
}
