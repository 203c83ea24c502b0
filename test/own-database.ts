/** A PostgreSQL of the test's own, which it may kill, freeze and make read-only; and a pool on it. */
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { openConnection } from '#server/db/connection.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'
import { openPool, type Pool } from '#server/db/pool.ts'
import type { Target } from '#server/db/connection.ts'

export interface OwnDatabase {
  readonly pool: Pool
  readonly target: Target
  /** SIGSTOP to all its processes: connects hang, statements hang, nothing is refused. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** SIGKILL to the postmaster; the supervisor brings it back at once. */
  kill(): void
  /** New transactions cannot write; connections that are open are ended. */
  setReadOnly(isReadOnly: boolean): Promise<void>
  close(): Promise<void>
}

export async function startOwnDatabase(max = 8): Promise<OwnDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-own-database-'))
  await chmod(folder, 0o755)   // as root PostgreSQL runs as somebody else, who must get in
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  const postgres = await startEmbedded({ home: join(folder, 'postgres'), log, orphanSeconds: 1 })
  await migrate(postgres.target)
  const pool = openPool({ connect: postgres.target, max, log, application: 'lodge test' })
  let frozen: number[] = []
  const thaw = async (): Promise<void> => { for (const pid of frozen.splice(0)) try { process.kill(pid, 'SIGCONT') } catch { /* it has ended */ } }
  const asSuperuser = async (text: string): Promise<void> => {
    const { client } = await openConnection(postgres.superuser, 'lodge test')
    try { await client.query(text) } finally { await client.end() }
  }
  return {
    pool, target: postgres.target, thaw,
    async freeze() {
      frozen = [postgres.pid]
      process.kill(postgres.pid, 'SIGSTOP')   // first: it must make no new ones
      for (const name of await readdir('/proc')) {
        const parent = /^\d+$/.test(name) ? /\) \S (\d+)/.exec(await readFile(`/proc/${name}/stat`, 'utf8').catch(() => ''))?.[1] : undefined
        if (Number(parent) === postgres.pid) { frozen.push(Number(name)); process.kill(Number(name), 'SIGSTOP') }
      }
    },
    kill() { try { process.kill(postgres.pid, 'SIGKILL') } catch { /* it is just being started again */ } },
    async setReadOnly(isReadOnly) {
      await asSuperuser(`alter role lodge_app set default_transaction_read_only = ${isReadOnly}`)
      await asSuperuser("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'lodge_app'")
    },
    async close() {
      await thaw()
      await pool.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
