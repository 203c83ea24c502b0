import { createServer } from 'node:net'
import { execFileSync } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readConfig } from '#server/config.ts'
import { ensureStatusProcess, stopStatusProcess } from '#server/status/process.ts'
import { onDatabase, take, testFolder } from '#test/backup.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { startSmtpPeer } from '#test/smtp-peer.ts'
import { fillWorld } from '#test/world.ts'
import { judgeAddresses, judgeCertificate } from './addresses.ts'
import { judgeBackups } from './backed-up.ts'
import { judgeDurability, judgeSkew } from './database.ts'
import { examinations, examine, type Finding } from './diagnosis.ts'
import { judgeMemory, judgeSpace, judgeSync } from './machine.ts'

vi.setConfig({ testTimeout: 60_000 })
let data: Awaited<ReturnType<typeof testFolder>>
let database: TestDatabase
beforeAll(async () => { data = await testFolder('doctor'); database = await createTestDatabase({ max: 1 }); await fillWorld(database.db) })
afterAll(async () => { await database.drop(); await data.remove() })

const settings = (env: Record<string, string> = {}) => readConfig({ LODGE_DATA: data.path, PORT: '1', ...env })
/** By what it looked at; without a database unless one is given. */
const ask = async (env: Record<string, string> = {}, isEmbedded = true): Promise<Map<string, Finding[]>> =>
  Map.groupBy(await onDatabase(database.target, (client) => examine({ config: settings(env), now: Date.now, client, why: undefined, isEmbedded })), (f) => f.about)
const level = (finding: Finding | readonly Finding[]): string[] => [finding].flat().map((f) => `${f.level} ${f.about}`)

describe('the doctor', () => {
  it('[BU11] says of each thing in a sentence how it is, and what to do where it is not well', async () => {
    const all = [...(await ask()).values()].flat()
    expect(all.length).toBeGreaterThanOrEqual(examinations.length - 2)
    for (const f of all) {
      expect(f.text, f.about).toMatch(/^(?:[A-Z0-9/"]|fsync|full_page_writes).*\.$/)
      expect(f.level === 'ok', f.text).toBe(f.todo === undefined)
    }
  })
  it('[BU11] finds a database that may lose what it acknowledged', async () => {
    // The tests' own cluster runs without fsync, which is just what this is to find.
    expect((await ask()).get('durability')).toEqual([expect.objectContaining({ level: 'bad', text: expect.stringContaining('fsync is off') as string, todo: "alter system set fsync = 'on'; select pg_reload_conf();" }), expect.objectContaining({ text: expect.stringContaining('full_page_writes') as string })])
    expect(level(judgeDurability({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', autovacuum: 'on' }))).toEqual(['ok durability'])
    expect(level(judgeDurability({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'off', autovacuum: 'off' }))).toEqual(['bad durability', 'bad durability'])
  })
  it('[BU11] looks at the disk of the second spool too, and whether the status page is open', async () => {
    const [alone, all] = [await ask(), await ask({ LODGE_SPOOL: tmpdir(), STATUS_PORT: '0' })]
    expect(all.get('disk space')!.length).toBe(alone.get('disk space')!.length + 1)
    expect(level(alone.get('status page')!)).toEqual(['warn status page'])
    expect(level(all.get('status page')!)).toEqual(['ok status page'])
    const page = await ensureStatusProcess({ data: data.path, port: 0, watches: 'http://127.0.0.1:1', env: { PATH: process.env['PATH'], LOG_LEVEL: 'silent' }, version: '1' })
    try { expect((await ask()).get('status page')).toEqual([expect.objectContaining({ level: 'ok', text: `It is open at ${page.url}.` })]) } finally { await stopStatusProcess(join(data.path, 'status')) }
  })
  it('[BU11] finds a database that does not answer, and looks at the rest all the same', async () => {
    const found = Map.groupBy(await examine({ config: settings(), now: Date.now, client: undefined, why: 'connect ECONNREFUSED.', isEmbedded: false }), (f) => f.about)
    expect(found.get('database')).toEqual([expect.objectContaining({ level: 'bad', text: 'The external database cannot be reached: connect ECONNREFUSED.' })])
    expect(found.get('disk space')).toBeDefined()
    expect(found.get('connections')).toBeUndefined()
  })
  it('[BU11] does not miss what the first start makes, and finds a folder for backups that takes none', async () => {
    const file = join(data.path, 'file')
    await writeFile(file, '')
    const fresh = async (folder: string) => Map.groupBy(await examine({ config: settings({ BACKUP_FOLDER: folder }), now: Date.now, client: undefined, why: '', isEmbedded: true, isNew: true }), (f) => f.about)
    const found = await fresh(join(data.path, 'one', 'two'))
    expect(found.get('database')).toEqual([{ level: 'warn', about: 'database', text: 'There is no database yet.', todo: 'The first start makes it.' }])
    expect(found.get('backups')).toBeUndefined()
    expect((await fresh(join(file, 'below'))).get('backups')).toEqual([expect.objectContaining({ level: 'bad' })])
  })
  it('[BU11] names the statement that limits an external role, and more connections than there are', async () => {
    expect((await ask({}, false)).get('role')).toEqual([expect.objectContaining({ level: 'warn', todo: expect.stringMatching(/^alter role lodge_app connection limit \d+;$/) as string })])
    expect((await ask({ DATABASE_CONNECTIONS: '5000' }, false)).get('connections')).toEqual([expect.objectContaining({ level: 'bad', text: expect.stringContaining('DATABASE_CONNECTIONS is 5000') as string })])
  })
  it('[BU11] finds keys that others may read, and a folder that is none', async () => {
    await writeFile(join(data.path, 'keys'), 'k', { mode: 0o644 })
    await chmod(join(data.path, 'keys'), 0o644)
    expect((await ask()).get('keys')).toEqual([expect.objectContaining({ level: 'bad', todo: expect.stringContaining('chmod 600') as string })])
    await chmod(join(data.path, 'keys'), 0o600)
    expect(level((await ask()).get('keys')!)).toEqual(['ok keys'])
    expect(level((await ask({ LODGE_DATA: join(data.path, 'keys') })).get('data folder')!)).toEqual(['bad data folder'])
    expect(level((await ask({ LODGE_DATA: join(data.path, 'none') })).get('data folder')!)).toEqual(['warn data folder'])
  })
  it('[BU11] tries the mail server, and never shows its password', async () => {
    expect(level((await ask()).get('mail')!)).toEqual(['warn mail'])
    const closed = await new Promise<number>((resolve) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address() as { port: number }; s.close(() => resolve(port)) }) })
    const [refused] = (await ask({ SMTP_URL: `smtp://user:s3cret@127.0.0.1:${closed}`, MAIL_FROM: 'desk@example.com' })).get('mail')!
    expect(refused).toMatchObject({ level: 'bad', about: 'mail' })
    expect(JSON.stringify(refused)).not.toContain('s3cret')
    const peer = await startSmtpPeer()
    try { expect(level((await ask({ SMTP_URL: peer.url, MAIL_FROM: 'desk@example.com' })).get('mail')!)).toEqual(['ok mail']) } finally { await peer.close() }
  })
  it('[BU11] knows the backups of the folder', async () => {
    const into = join(data.path, 'elsewhere')
    expect(level((await ask({ BACKUP_FOLDER: into })).get('backups')!)).toEqual(['bad backups'])
    await take(database.target, { into, dataFolder: data.path })
    expect(level((await ask({ BACKUP_FOLDER: into })).get('backups')!)).toEqual(['ok backups', 'warn backups'])   // on the disk of the data
  })
})

describe('what the doctor thinks', () => {
  const gb = 2 ** 30
  it('[BU11] of the machine', () => {
    expect([256 * 2 ** 20, 0.7 * gb, 2 * gb].map((bytes) => judgeMemory(bytes).level)).toEqual(['bad', 'warn', 'ok'])
    expect([[0.4 * gb, 100 * gb], [4 * gb, 100 * gb], [8 * gb, 100 * gb], [50 * gb, 100 * gb]].map(([free, all]) => judgeSpace(free!, all!, '/x').level)).toEqual(['bad', 'bad', 'warn', 'ok'])
    expect([0.01, 2, 30, 300].map((ms) => judgeSync(ms).level)).toEqual(['warn', 'ok', 'warn', 'bad'])
    expect([0, 1_999, -5_000, 5_000].map((ms) => judgeSkew(ms).level)).toEqual(['ok', 'ok', 'warn', 'warn'])
    expect(judgeSkew(5_000).text).toBe('Its clock is 5 s ahead of this one.')
  })
  it('[BU11] of addresses', () => {
    const of = (more: Partial<Parameters<typeof judgeAddresses>[0]>) => level(judgeAddresses({ host: '127.0.0.1', publicUrl: undefined, trustProxy: false, tlsCert: undefined, ...more }))
    expect(of({})).toEqual(['ok PUBLIC_URL'])
    expect(of({ host: '0.0.0.0' })).toEqual(['warn PUBLIC_URL', 'warn TLS'])
    expect(of({ publicUrl: 'http://desk.example.com' })).toEqual(['bad PUBLIC_URL'])
    expect(of({ publicUrl: 'https://desk.example.com' })).toEqual(['ok PUBLIC_URL', 'warn TRUST_PROXY'])
    expect(of({ publicUrl: 'https://desk.example.com', trustProxy: '127.0.0.1' })).toEqual(['ok PUBLIC_URL'])
    expect(of({ publicUrl: 'https://desk.example.com', host: '0.0.0.0', trustProxy: true })).toEqual(['ok PUBLIC_URL', 'warn TRUST_PROXY'])
    expect(of({ publicUrl: 'https://desk.example.com', host: '0.0.0.0', tlsCert: 'x' })).toEqual(['ok PUBLIC_URL'])
  })
  it('[BU11] of backups', () => {
    const nowMs = Date.parse('2026-11-26T12:00:00Z'), hour = 3_600_000
    const of = (more: Partial<Parameters<typeof judgeBackups>[0]>) => level(judgeBackups({ isScheduled: true, lastAtMs: nowMs - 9 * hour, rehearsal: { atMs: nowMs - 24 * hour, isEqual: true }, isOnSameDisk: false, isNew: false, nowMs, ...more }))
    expect(of({})).toEqual(['ok backups', 'ok rehearsal'])
    expect(of({ lastAtMs: undefined })).toEqual(['bad backups'])
    expect(of({ lastAtMs: undefined, isNew: true })).toEqual([])
    expect(of({ lastAtMs: nowMs - 27 * hour })).toEqual(['bad backups', 'ok rehearsal'])
    expect(of({ isScheduled: false, rehearsal: undefined })).toEqual(['warn backups', 'ok backups', 'warn rehearsal'])
    expect(of({ rehearsal: { atMs: nowMs, isEqual: false } })).toEqual(['ok backups', 'bad rehearsal'])
    expect(of({ rehearsal: { atMs: nowMs - 40 * 24 * hour, isEqual: true } })).toEqual(['ok backups', 'warn rehearsal'])
  })
  const hasOpenssl = (() => { try { execFileSync('openssl', ['version'], { stdio: 'ignore' }); return true } catch { return false } })()
  it.skipIf(!hasOpenssl)('[BU11] of a certificate (needs openssl to make one)', async () => {
    const [key, cert] = [join(data.path, 'tls.key'), join(data.path, 'tls.pem')]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-days', '90', '-subj', '/CN=desk.example.com', '-addext', 'subjectAltName=DNS:desk.example.com'], { stdio: 'ignore' })
    const pem = await readFile(cert, 'utf8')
    const dayMs = 86_400_000
    const of = (host: string | undefined, inDays: number): string => judgeCertificate(pem, host, Date.now() + inDays * dayMs).level
    expect([of('desk.example.com', 1), of(undefined, 1), of('other.example.com', 1), of('desk.example.com', 80), of('desk.example.com', 91), of('desk.example.com', -2)]).toEqual(['ok', 'ok', 'bad', 'warn', 'bad', 'bad'])
  })
})
