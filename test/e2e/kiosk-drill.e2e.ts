/** A few schedules of `npm run test:kiosk`, and the bugs that it must catch. */
import { expect, it } from 'vitest'
import { drill } from './kiosk/drill.ts'
import { plantedBugs } from './kiosk/planted.ts'

const quiet = (): void => {}

it('[P8] loses and doubles no check-in that a screen confirmed', { timeout: 240_000 }, async () => {
  // A full disk and poison; kills of browser, server and database; a hotspot, lost answers and a clock that jumps.
  for (const [seed, schedules] of [[1, 1], [3, 1], [14, 1]] as const) {
    const verdict = await drill({ schedules, seed, tell: quiet })
    expect(verdict.complaints).toEqual([])
    expect(verdict).toMatchObject({ lost: 0, duplicated: 0, unexplained: 0, schedules })
  }
})

it.each([['removesEarly', 4, /in no log/], ['earlySuccess', 1, /said and lost/], ['blocks', 12, /are unsent/]] as const)('[P8] catches a kiosk that %s', { timeout: 120_000 }, async (bug, seed, complaint) => {
  const verdict = await drill({ schedules: 1, seed, tell: quiet, instead: await plantedBugs[bug](), stopsEarly: true, syncMs: 15_000 })
  expect(verdict.complaints.join('\n')).toMatch(complaint)
})
