import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Real sockets, processes and browsers on a machine that others use too. What needed its second try is named at the end of the run: it is a defect of the test or of what it tests. */
const retry = 1
const cores = Math.min(4, Math.max(2, availableParallelism()))

export default defineConfig({
  test: {
    pool: 'forks',
    globalSetup: './test/setup-database.ts',
    setupFiles: './test/setup-guard.ts',
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          maxWorkers: cores + 1,   // half of their time they wait: for processes, outages and deadlines. Twice as many as cores would come late to those deadlines
          include: ['{contract,server,client,test,tools,bench,drills}/**/*.test.ts', 'web/**/*.test.{ts,tsx}'],
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 30_000,   // a machine may be busy; what hangs is found all the same
          hookTimeout: 30_000,
          retry,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 1 },
          include: ['test/e2e/**/*.e2e.ts'],
          globalSetup: './test/e2e/setup-browser.ts',
          maxWorkers: cores,   // a page, its server and its test take turns: one file at a time leaves half of the machine idle
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry,
        },
      },
    ],
  },
})
