/** Which backups stay: the newest of each of the last days and of each of the last weeks that have one. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readdir } from 'node:fs/promises'
import { listBackups, type Listed } from './manifest.ts'
import { blobsOf } from './verify.ts'

export interface Keep { readonly daily: number; readonly weekly: number }
const dayMs = 86_400_000

/** Days and weeks (from Monday) are those of UTC. Whatever is younger than a day before the newest stays: who takes two by hand wants both. */
export function kept<T extends Pick<Listed, 'takenAtMs'>>(backups: readonly T[], { daily, weekly }: Keep): T[] {
  const newestFirst = backups.toSorted((a, b) => b.takenAtMs - a.takenAtMs)
  const firstOfEach = (periodOf: (ms: number) => number, most: number): T[] => {
    const seen = new Map<number, T>()
    for (const one of newestFirst) if (!seen.has(periodOf(one.takenAtMs))) seen.set(periodOf(one.takenAtMs), one)
    return [...seen.values()].slice(0, most)
  }
  const stays = new Set([...newestFirst.filter((one) => one.takenAtMs > newestFirst[0]!.takenAtMs - dayMs), ...firstOfEach((ms) => Math.floor(ms / dayMs), daily), ...firstOfEach((ms) => Math.floor((ms / dayMs + 3) / 7), weekly)])
  return backups.filter((one) => stays.has(one))
}

/** Removes the others, what was broken off, and attachments that only they named. Returns the names of the removed. */
export async function prune(folder: string, keep: Keep): Promise<string[]> {
  const all = await listBackups(folder)
  const stays = new Set(kept(all, keep))
  const goes = all.filter((one) => !stays.has(one))
  for (const one of goes) await rm(one.folder, { recursive: true, force: true })
  for (const name of await readdir(folder).catch(() => [])) if (name.endsWith('Z.partial')) await rm(join(folder, name), { recursive: true, force: true })
  if (goes.length > 0) await sweep(folder, [...stays])
  return goes.map((one) => one.id)
}

async function sweep(folder: string, stays: readonly Listed[]): Promise<void> {
  const named = new Set((await Promise.all(stays.map((one) => blobsOf(one.folder)))).flat())
  const blobs = join(folder, 'blobs')
  for (const part of await readdir(blobs).catch(() => [])) {
    for (const sum of await readdir(join(blobs, part))) if (!named.has(sum)) await rm(join(blobs, part, sum), { force: true })
  }
}
