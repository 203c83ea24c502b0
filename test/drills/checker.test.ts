import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { check } from '#drills/checker/check.ts'
import { lineOf, readEvents } from '#drills/checker/lines.ts'
import { chance } from '#drills/chance.ts'
import { mutations, spoil } from '#test/simulation/mutations.ts'
import { invent } from './invented.ts'
import { planted } from './planted.ts'

const seeds = 500
const everySeed = Array.from({ length: seeds }, (_, i) => i + 1)

describe('the history checker', () => {
  it('finds nothing in clean histories [DR1]', () => {
    for (const seed of everySeed) expect(check(invent(seed)), `seed ${seed}`).toEqual([])
  })

  it.each(Object.entries(planted))('finds: %s [DR1]', (_name, plant) => {
    let spoilt = 0
    for (const seed of everySeed) {
      const history = plant(invent(seed), chance(seed))
      if (!history) continue
      spoilt++
      expect(check(history), `seed ${seed}`).not.toEqual([])
    }
    expect(spoilt).toBeGreaterThan(seeds / 4)
  })

  it.each(Object.entries(mutations))('finds in these, too: %s [DR1]', (_name, mutate) => {
    for (const seed of everySeed) {
      const history = spoil(invent(seed), mutate, chance(seed))
      if (history) expect(check(history), `seed ${seed}`).not.toEqual([])
    }
  })

  describe('as files', () => {
    const folder = mkdtemp(join(tmpdir(), 'lodge-history-'))
    afterAll(async () => rm(await folder, { recursive: true }))

    it('survives being written by several processes, one of them killed in the middle of a line [DR2]', async () => {
      const { events, ...rest } = invent(7)
      const isKiosk = (e: { type: string }): boolean => ['written', 'said', 'receipt'].includes(e.type)
      const paths = [join(await folder, 'talk'), join(await folder, 'kiosks')]
      await writeFile(paths[0]!, events.filter((e) => !isKiosk(e)).map(lineOf).join(''))
      await writeFile(paths[1]!, `${events.filter(isKiosk).map(lineOf).join('')}{"atMs":9,"ty`)
      const read = await readEvents(paths)
      expect(read).toEqual(events)
      expect(check({ ...rest, events: read })).toEqual([])
    })

    it('are not read over damage [DR2]', async () => {
      const path = join(await folder, 'damaged')
      await writeFile(path, `{"atMs":1,"ty\n${lineOf({ atMs: 2, type: 'withdrawn', id: 'x' })}`)
      await expect(readEvents([path])).rejects.toThrow('no event')
    })
  })
})
