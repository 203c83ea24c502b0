import { defineConfig } from 'vitest/config'

/** Real sockets, processes and browsers on a machine that others use too. What needed its second try is named at the end of the run: it is a defect of the test or of what it tests. */
const retry = 1

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: './test/setup-database.ts',
    setupFiles: './test/setup-guard.ts',
    projects: [
      {
        test: {
          name: 'unit',
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
          include: ['test/e2e/**/*.e2e.ts'],
          fileParallelism: false,
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry,
        },
      },
    ],
  },
})
