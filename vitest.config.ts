import { defineConfig } from 'vitest/config'

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
          include: ['{contract,server,client,test,tools,bench}/**/*.test.ts', 'web/**/*.test.{ts,tsx}'],
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 30_000,   // a machine may be busy; what hangs is found all the same
          hookTimeout: 30_000,
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
        },
      },
    ],
  },
})
