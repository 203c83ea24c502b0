/** A PostgreSQL of its own, reached by the server through a fault proxy as if it stood elsewhere. */
import { availableParallelism } from 'node:os'
import pino from 'pino'
import type { Target } from '#server/db/connection.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { openFaultProxyBefore, type FaultProxy } from './proxy.ts'

export interface ApartDatabase {
  readonly superuser: Target
  readonly proxy: FaultProxy
  /** For the server, and for tools. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function startApart(home: string): Promise<ApartDatabase> {
  const embedded = await startEmbedded({ home, log: pino({ level: 'silent' }), settings: { track_commit_timestamp: 'on' } })
  const { user, database } = embedded.target
  const proxy = await openFaultProxyBefore(embedded.target)
  return {
    proxy, superuser: { ...embedded.superuser, database: database! },
    env: { DATABASE_URL: `postgres://${user}@127.0.0.1:${proxy.port}/${database}`, DATABASE_CORES: String(availableParallelism()) },
    async stop() {
      await proxy.close()
      await embedded.stop()
    },
  }
}
