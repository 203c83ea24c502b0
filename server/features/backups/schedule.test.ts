import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import pino from 'pino'
import { advisoryLocks } from '#server/db/advisory.ts'
import { claimLease } from '#server/db/node-lease.ts'
import { getOperations, takeBackup } from '#contract/operations.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { onDatabase, take, testFolder } from '#test/backup.ts'
import { startTestServer } from '#test/server.ts'
import { ada, fillWorld, iris } from '#test/world.ts'
import { backupSchedule, lastDueMs } from './backups.ts'
import { idOf, listBackups } from './manifest.ts'
import { kept } from './retention.ts'

vi.setConfig({ testTimeout: 120_000 })
const log = pino({ level: 'silent' })
const day = (text: string): { takenAtMs: number } => ({ takenAtMs: Date.parse(text) })

describe('retention', () => {
  it('[BU7] keeps the newest of each of the last days and weeks, and always the newest', () => {
    const all = Array.from({ length: 60 }, (_, i) => day(new Date(Date.parse('2026-11-26T03:30:00Z') - i * 86_400_000).toISOString())).reverse()
    const stays = kept([...all, day('2026-11-26T14:00:00Z')], { daily: 7, weekly: 4 }).map((b) => new Date(b.takenAtMs).toISOString().slice(0, 13))
    expect(stays).toEqual(['2026-11-08T03', '2026-11-15T03', '2026-11-20T03', '2026-11-21T03', '2026-11-22T03', '2026-11-23T03', '2026-11-24T03', '2026-11-25T03', '2026-11-26T03', '2026-11-26T14'])   // Sundays are the newest of their weeks
    expect(kept([day('2020-01-01T00:00:00Z')], { daily: 1, weekly: 0 })).toHaveLength(1)
    expect(kept([day('2026-11-26T09:00:00Z'), day('2026-11-26T10:00:00Z')], { daily: 1, weekly: 0 })).toHaveLength(2)   // somebody took two
    expect(kept([], { daily: 7, weekly: 4 })).toEqual([])
  })
  it('[BU7] counts days that have a backup, however long ago: who was off for a month loses nothing', () => {
    const old = ['2026-09-01', '2026-09-02', '2026-09-03'].map((d) => day(`${d}T03:30:00Z`))
    expect(kept([...old, day('2026-11-26T03:30:00Z')], { daily: 7, weekly: 4 })).toHaveLength(4)
  })
})

it('[BU7] is due once a day at its time', () => {
  const at = (text: string): number => lastDueMs('03:30', new Date(text).getTime())   // by this machine's clock
  expect(at('2026-11-26T03:29:59')).toBe(new Date('2026-11-25T03:30:00').getTime())
  expect(at('2026-11-26T03:30:00')).toBe(new Date('2026-11-26T03:30:00').getTime())
})

describe('the schedule', () => {
  let database: TestDatabase
  let data: Awaited<ReturnType<typeof testFolder>>, backups: typeof data
  beforeAll(async () => { database = await createTestDatabase({ max: 2 }); await fillWorld(database.db) })
  afterAll(() => database.drop())
  beforeEach(async () => { [data, backups] = [await testFolder('data'), await testFolder('backups')]; await writeFile(join(data.path, 'keys'), 'k') })
  afterEach(async () => { await data.remove(); await backups.remove() })
  const schedule = (now: () => number) => backupSchedule({ lease: () => database.db.lease('backup', 5_000), keep: { daily: 2, weekly: 0 }, at: '03:30', now, log, into: backups.path, dataFolder: data.path, keys: join(data.path, 'keys'), lodge: '0.0.0' })
  const local = (text: string): number => new Date(text).getTime()

  it('[BU7] takes the first at once, then one when it is due, whoever took the last', async () => {
    let nowMs = Date.now()
    const s = schedule(() => nowMs)
    await s.round()
    expect(await listBackups(backups.path)).toHaveLength(1)
    expect(s.state()).toMatchObject({ failures: 0, isRunning: false, last: { sizeBytes: expect.any(Number) as number } })
    await s.round()
    expect(await listBackups(backups.path)).toHaveLength(1)
    nowMs += 24 * 3_600_000   // its time came by; the snapshot's own clock is the database's
    await expect.poll(() => idOf(new Date())).not.toBe((await listBackups(backups.path))[0]!.id)   // names have seconds
    await s.round()
    await expect.poll(async () => (await listBackups(backups.path)).length).toBeLessThanOrEqual(2)
    expect(s.state().last!.takenAtMs).toBeGreaterThan(local('2026-01-01T00:00:00'))
    expect(database.db.stats().held).toEqual([])   // the connection went back
  })

  it('[BU7] does not make up for days at which it was off, unless the last one is older than two', async () => {
    const taken = await take(database.target, { into: backups.path, dataFolder: data.path })
    let nowMs = Date.parse(taken.manifest.takenAt) + 30 * 3_600_000
    await schedule(() => nowMs).round()
    expect(await listBackups(backups.path)).toHaveLength(1)
    nowMs += 20 * 3_600_000
    await expect.poll(() => idOf(new Date())).not.toBe((await listBackups(backups.path))[0]!.id)
    await schedule(() => nowMs).round()
    expect((await listBackups(backups.path)).at(-1)!.id).not.toBe(idOf(new Date(taken.manifest.takenAt)))
  })

  it('[BU7] says when it fails, leaves nothing behind, and tries again', async () => {
    const s = schedule(Date.now)
    await rm(backups.path, { recursive: true })
    await writeFile(backups.path, 'a file where a folder should be')
    await expect(s.round()).rejects.toThrow(/EEXIST|ENOTDIR/)
    expect(s.state()).toMatchObject({ failures: 1, isRunning: false, lastError: expect.stringMatching(/EEXIST|ENOTDIR/) as string })
    await rm(backups.path)
    await s.round()
    expect(s.state()).toMatchObject({ failures: 1, lastError: undefined })
    expect((await readdir(backups.path)).filter((n) => n.endsWith('.partial'))).toEqual([])
  })

  it('[BU7] a stop does not wait for it, a lost connection ends it, and nothing is left behind', async () => {
    await onDatabase(database.target, (client) => client.query("insert into marks (account_id, topic, reader) select gen_random_uuid(), repeat('x', 1000), g::text from generate_series(1, 2000) g"))
    try {
      for (const how of ['stop', 'terminate'] as const) {
        const s = backupSchedule({ lease: () => database.db.lease('backup', 5_000), keep: { daily: 2, weekly: 0 }, at: '03:30', now: Date.now, log, into: backups.path, dataFolder: data.path, keys: join(data.path, 'keys'), lodge: '0.0.0', bytesPerSecond: 50_000 })
        const round = s.round().then(() => 'ended', () => 'failed')
        await expect.poll(async () => (await readdir(join(backups.path, (await readdir(backups.path)).find((n) => n.endsWith('.partial')) ?? 'none', 'tables')).catch((): string[] => [])).includes('public.marks.copy.zst'), { timeout: 40_000 }).toBe(true)   // each table before it is synced to a disk that others may keep busy
        expect(s.state()).toMatchObject({ isRunning: true, progress: { done: expect.any(Number) as number } })
        if (how === 'stop') s.stop()
        else await onDatabase(database.target, (client) => client.query("select pg_terminate_backend(pid) from pg_stat_activity where query like 'copy %' and datname = current_database()"))
        expect(await round).toBe(how === 'stop' ? 'ended' : 'failed')
        expect(s.state()).toMatchObject({ isRunning: false, failures: how === 'stop' ? 0 : 1 })
        expect((await readdir(backups.path)).filter((n) => n !== 'blobs')).toEqual([])
        await expect.poll(() => database.db.stats().held).toEqual([])
      }
    } finally {
      await onDatabase(database.target, (client) => client.query('delete from marks'))
    }
  })

  it('[OP11] takes one when somebody asks, whenever the next is due; who asks while one is under way is told so', async () => {
    await take(database.target, { into: backups.path, dataFolder: data.path })
    const s = schedule(Date.now)
    await s.round()
    expect(s.state()).toMatchObject({ kept: 1, isRunning: false })
    let pokes = 0
    s.onAsked(() => { pokes++ })
    await expect.poll(() => idOf(new Date())).not.toBe((await listBackups(backups.path))[0]!.id)
    expect([s.ask(), s.ask(), pokes, s.state().isRunning]).toEqual([true, false, 1, true])
    await s.round()
    expect(s.state()).toMatchObject({ kept: 2, isRunning: false, progress: undefined })
    await s.round()
    expect(await listBackups(backups.path)).toHaveLength(2)   // asked for once
    for (const { folder } of await listBackups(backups.path)) await rm(folder, { recursive: true })
    await s.round()
    expect(s.state().kept).toBe(1)   // none was there any more
    expect([local('2026-11-26T03:29:00'), local('2026-11-26T03:31:00')].map((ms) => schedule(() => ms).nextMs())).toEqual([local('2026-11-26T03:30:00'), local('2026-11-27T03:30:00')])
  })

  it('[BU7] one at a time: who comes second leaves it', async () => {
    const lease = await database.db.lease('other node', 5_000)
    await lease.client.query('select pg_advisory_lock($1)', [advisoryLocks.backup])
    const s = schedule(Date.now)
    await s.round()
    expect([await listBackups(backups.path), s.state().failures]).toEqual([[], 0])
    lease.destroy()
    await s.round()
    expect(await listBackups(backups.path)).toHaveLength(1)
  })

  it('[BU7] [BG1] keeps no node from its part of the connections, however long it takes', async () => {
    const backup = await database.db.lease('backup', 5_000)
    await backup.client.query('select pg_advisory_lock($1)', [advisoryLocks.backup])
    const lease = await claimLease({ target: database.target, node: 'a', incarnation: '1', application: 'lodge/a/1', budget: 9, isAlone: false, log })
    await lease.renew(Object.assign(database.db, { setMax() {}, books: () => ({ open: 1 }) }))
    expect(lease.connections).toBeGreaterThan(0)
    await lease.release(database.db)
    backup.destroy()
  })

  it('[BU7] removes attachments that no backup names any more', async () => {
    const first = await take(database.target, { into: backups.path, dataFolder: data.path })
    const sum = 'ab'.padEnd(64, '0')
    await mkdir(join(backups.path, 'blobs', 'ab'), { recursive: true })
    await writeFile(join(backups.path, 'blobs', 'ab', sum), '')
    await rename(first.folder, join(backups.path, '2020-01-01T03-30-00Z'))
    const second = await take(database.target, { into: backups.path, dataFolder: data.path, keep: { daily: 1, weekly: 0 } })
    expect(second.removed).toEqual(['2020-01-01T03-30-00Z'])
    expect(await readdir(join(backups.path, 'blobs', 'ab'))).toEqual([])
  })
})

it('[BU7] [OP11] a server with a folder for backups takes them, its metrics tell their age, and its operator may take one more', async () => {
  const [data, backups] = [await testFolder('data'), await testFolder('backups')]
  await writeFile(join(data.path, 'keys'), 'k')
  // Its own first round comes within a minute, by chance: now late in it, or it would take ours away.
  const server = await startTestServer({ random: () => 0.99, folder: data.path, backups: { into: backups.path, at: '03:30', keep: { daily: 1, weekly: 0 }, keys: join(data.path, 'keys') } })
  try {
    const metric = async (name: string): Promise<number | undefined> => {
      const line = (await (await fetch(`${server.url}/metrics`)).text()).split('\n').find((one) => one.startsWith(`${name} `))
      return line === undefined ? undefined : Number(line.split(' ')[1])
    }
    expect(await metric('lodge_backup_age_seconds')).toBeUndefined()
    await server.app.backups!.round()
    expect(await metric('lodge_backup_age_seconds')).toBeLessThan(60)
    expect(await metric('lodge_backup_failures_total')).toBe(0)
    expect(await metric('lodge_backup_rehearsal_age_seconds')).toBeUndefined()

    const shown = async () => { const outcome = await server.callAs(ada)(getOperations, {}); return outcome.ok ? outcome.value.backups : undefined }
    expect(await shown()).toMatchObject({ folder: backups.path, kept: 1, isRunning: false, failure: null, rehearsal: null, last: { sizeBytes: expect.any(Number) as number } })
    await expect.poll(() => idOf(new Date())).not.toBe((await listBackups(backups.path))[0]!.id)
    expect(await server.callAs(iris)(takeBackup, {})).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await server.callAs(ada)(takeBackup, {})).toMatchObject({ ok: true, value: { backups: { isRunning: true } } })
    expect(await server.callAs(ada)(takeBackup, {})).toMatchObject({ ok: false, code: 'wrong_status' })
    await expect.poll(async () => (await shown())?.kept, { timeout: 30_000 }).toBe(2)
  } finally {
    await server.close()
    await data.remove()
    await backups.remove()
  }
})
