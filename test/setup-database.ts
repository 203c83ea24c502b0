/** One PostgreSQL for the whole run, with a migrated template that `createTestDatabase` clones. Ends with the run. */
import { mkdtemp, rm } from 'node:fs/promises'
import { chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { TestProject } from 'vitest/node'
import { openConnection, type Target } from '#server/db/connection.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext { superuser: Target; template: string }
}

const template = 'lodge_template'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-test-'))
  chmodSync(folder, 0o755)   // as root PostgreSQL runs as somebody else, who must get in
  const postgres = await startEmbedded({
    home: join(folder, 'postgres'), log: pino({ level: 'silent' }), orphanSeconds: 1,
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: 200, shared_buffers: '128MB' },   // never survives the run
  })
  const { client } = await openConnection(postgres.superuser, 'lodge test')
  await client.query(`create database ${template} owner lodge_app`)
  await client.end()
  await migrate({ ...postgres.target, database: template })
  project.provide('superuser', postgres.superuser)
  project.provide('template', template)
  return async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
