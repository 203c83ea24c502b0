import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openConnection, type Target } from './connection.ts'
import { startEmbedded, type Embedded, type EmbeddedOptions } from './embedded.ts'
import { hasProcess } from './has-process.ts'

vi.setConfig({ testTimeout: 60_000 })   // processes start here, and the machine may be busy

let home = ''
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-embedded-'))
  await chmod(folder, 0o755)
  home = join(folder, 'postgres')
})
afterAll(() => rm(join(home, '..'), { recursive: true, force: true }))

const log = pino({ level: 'silent' })
const start = (options: Partial<EmbeddedOptions> = {}): Promise<Embedded> => startEmbedded({ home, log, settings: { shared_buffers: '128MB' }, ...options })

/** Another Lodge on the same data, which is killed. Resolves with the process number of its PostgreSQL. */
async function startAndKill(orphanSeconds: number): Promise<number> {
  const code = `
    const { startEmbedded } = await import('#server/db/embedded.ts')
    const { default: pino } = await import('pino')
    const { pid } = await startEmbedded({ home: ${JSON.stringify(home)}, log: pino({ level: 'silent' }), orphanSeconds: ${orphanSeconds} })
    console.log(pid)
    setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data') as [Buffer]
  child.kill('SIGKILL')
  await once(child, 'close')
  return Number(line.toString())
}

async function query<R extends object>(target: Target, text: string): Promise<R[]> {
  const { client } = await openConnection(target, 'embedded.test')
  try {
    return (await client.query<R>(text)).rows
  } finally {
    await client.end()
  }
}

describe('the embedded PostgreSQL', () => {
  it('starts on nothing, keeps what is written, and is entered by a role that is no superuser', async () => {
    const first = await start()
    await query(first.target, 'create table kept (n int); insert into kept values (1)')
    expect(await query(first.target, 'select rolsuper from pg_roles where rolname = current_user')).toEqual([{ rolsuper: false }])
    await first.stop()
    expect(hasProcess(first.pid)).toBe(false)

    const second = await start()
    expect(await query(second.target, 'select n from kept')).toEqual([{ n: 1 }])
    await second.stop()
  })

  it('refuses a second Lodge on the same data and names the first', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow(`Lodge already runs on this data, process ${process.pid}`)
    expect(await query(first.target, 'select 1 as n')).toEqual([{ n: 1 }])
    await first.stop()
  })

  it('adopts the PostgreSQL of a Lodge that was killed, and notices when that one dies', async () => {
    const pid = await startAndKill(10)
    const postgres = await start()
    expect(postgres.pid).toBe(pid)
    process.kill(pid, 'SIGKILL')
    await vi.waitFor(() => expect(postgres.restarts).toBe(1), { timeout: 10_000 })
    expect(await query(postgres.target, 'select n from kept')).toEqual([{ n: 1 }])
    await postgres.stop()
  })

  it('does not outlive a killed Lodge for ever when nobody adopts it', async () => {
    const pid = await startAndKill(1)
    expect(hasProcess(pid)).toBe(true)
    const ended = vi.waitFor(() => expect(hasProcess(pid)).toBe(false), { timeout: 10_000, interval: 100 })
    // A zombie counts as alive until its new parent reaps it, which not every container's first process does; the lock file tells too.
    await Promise.race([ended, vi.waitFor(() => expect(existsSync(join(home, 'data', 'postmaster.pid'))).toBe(false), { timeout: 10_000, interval: 100 })])
  })

  it('brings PostgreSQL back when it is killed, and says since when it was down', async () => {
    const postgres = await start()
    await query(postgres.target, 'insert into kept values (2)')
    process.kill(postgres.pid, 'SIGKILL')
    await vi.waitFor(() => expect(postgres.downSinceMs).toBeTypeOf('number'), { interval: 1 })
    await vi.waitFor(() => expect(postgres.downSinceMs).toBeUndefined(), { timeout: 10_000 })
    expect(postgres.restarts).toBe(1)
    expect(await query(postgres.target, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }])
    await postgres.stop()
  })

  it('ends also while PostgreSQL is recovering from the loss of a backend, which makes its own shutdown hang', async () => {
    for (const delayMs of [20, 50]) {
      const postgres = await start({ fastMs: 500 })
      const { client } = await openConnection(postgres.superuser, 'embedded.test')
      client.on('error', () => {})
      const { rows: [row] } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      process.kill(row!.pid, 'SIGKILL')
      await new Promise((done) => { setTimeout(done, delayMs) })
      const fromMs = performance.now()
      await postgres.stop()
      expect(performance.now() - fromMs).toBeLessThan(8_000)
      expect(hasProcess(postgres.pid)).toBe(false)
    }
  })

  it('can be stopped while it is being brought back', async () => {
    const postgres = await start()
    process.kill(postgres.pid, 'SIGKILL')
    await vi.waitFor(() => expect(postgres.downSinceMs).toBeTypeOf('number'), { interval: 1 })
    await postgres.stop()
    expect(hasProcess(postgres.pid)).toBe(false)
  })
})
