import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openConnection, type Target } from './connection.ts'
import { startEmbedded, type Embedded } from './embedded.ts'
import { prepareHome } from './home.ts'
import { copyCluster, putBack, readPhysical } from './physical.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const log = pino({ level: 'silent' })
let folder = '', home = ''
let postgres: Embedded
const start = (): Promise<Embedded> => startEmbedded({ home, log, settings: { shared_buffers: '128MB' } })
async function query<R extends object>(target: Target, text: string): Promise<R[]> {
  const { client } = await openConnection(target, 'physical.test')
  try { return (await client.query<R>(text)).rows } finally { await client.end() }
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodge-physical-'))
  await chmod(folder, 0o755)
  home = join(folder, 'postgres')
  postgres = await start()
  await query(postgres.target, 'create table counted (n bigint primary key generated always as identity, filling text not null)')
})
afterAll(async () => { await postgres.stop(); await rm(folder, { recursive: true, force: true }) })

const copy = (into = join(folder, 'copies'), now = Date.now) => copyCluster({ superuser: postgres.superuser, home: { cluster: join(postgres.folder, 'data') }, into, beforeLodge: '9.9.9', schemaVersion: 8, now })

describe('the quick copy of the embedded database', () => {
  it('[BU9] taken while somebody writes, it starts, and has everything up to its end, whole', async () => {
    let isWriting = true, acknowledged = 0
    const writing = (async () => {
      const { client } = await openConnection(postgres.target, 'writer')
      while (isWriting) acknowledged = (await client.query<{ n: number }>("insert into counted (filling) select repeat('x', 500) from generate_series(1, 50) returning n")).rows.at(-1)!.n
      await client.end()
    })()
    await expect.poll(() => acknowledged).toBeGreaterThan(500)
    const before = acknowledged
    const { folder: copied, copy: told } = await copy()
    isWriting = false
    await writing
    expect(acknowledged, 'nobody wrote meanwhile, so this proves little').toBeGreaterThan(before)
    expect(told).toMatchObject({ kind: 'physical', postgres: '18', beforeLodge: '9.9.9', schemaVersion: 8 })
    expect(await query(postgres.superuser, 'select slot_name from pg_replication_slots')).toEqual([])   // an abandoned one would keep the log until the disk is full
    await query(postgres.target, 'create table later (n int)')
    await postgres.stop()

    expect(await readPhysical(copied, '18')).toEqual(told)
    const old = await putBack(copied, await prepareHome(home), 'test')
    expect(existsSync(join(old!, 'PG_VERSION'))).toBe(true)
    postgres = await start()
    const [found] = await query<{ n: number; last: number }>(postgres.target, 'select count(*) as n, max(n) as last from counted')
    expect(found!.n).toBe(found!.last)   // no hole
    expect(found!.last).toBeGreaterThanOrEqual(before)
    expect(await query(postgres.target, "select to_regclass('later') as t")).toEqual([{ t: null }])
    expect(await query(postgres.superuser, 'select sum(checksum_failures) as failures from pg_stat_database')).toEqual([{ failures: '0' }])
    await query({ ...postgres.superuser, database: 'lodge' }, 'create extension amcheck')
    expect(await query({ ...postgres.superuser, database: 'lodge' }, "select bt_index_check('counted_pkey', true)::text as checked")).toEqual([{ checked: '' }])
    await query(postgres.target, "insert into counted (filling) values ('and on')")
  })

  it('[BU9] keeps the last two', async () => {
    const into = join(folder, 'kept')
    for (const at of ['2026-11-24', '2026-11-25', '2026-11-26']) await copy(into, () => Date.parse(`${at}T10:00:00Z`))
    expect((await readdir(into)).sort()).toEqual(['2026-11-25T10-00-00Z-schema-8', '2026-11-26T10-00-00Z-schema-8'])
  })

  it('[BU9] without its label, or of another version, it is refused', async () => {
    const { folder: copied } = await copy(join(folder, 'refused'))
    await expect(readPhysical(copied, '17')).rejects.toThrow('is of PostgreSQL 18, and this version of Lodge brings 17')
    await rm(join(copied, 'data', 'backup_label'))
    await expect(readPhysical(copied, '18')).rejects.toThrow(/damaged: parts of it are missing/)
    await rm(join(copied, 'physical.json'))
    await expect(readPhysical(copied, '18')).rejects.toThrow(/is no whole copy/)
  })
})
