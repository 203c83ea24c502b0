import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it, vi } from 'vitest'
import { announceBlob, uploadBytes } from '#contract/blobs.ts'
import { openConversation, sendMessage, addNote } from '#contract/conversations.ts'
import { inviteUser } from '#contract/people.ts'
import { createVisit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { checkWhole } from '#server/features/diagnosis/diagnosis.ts'
import { emptyDatabase, everything, onDatabase, restore, take, testFolder, type EmptyDatabase } from '#test/backup.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ben, frontDoor, iris, kit, lobby, mara, otto, quay, website } from '#test/world.ts'
import { exportAccount } from './account-export.ts'
import { checkVersion, isEmpty, restoreBeside } from './restore.ts'
import { differing, rehearse } from './rehearse.ts'
import { idOf, readManifest, type Manifest } from './manifest.ts'
import { verifyBackup } from './verify.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let server: TestServer
let data: Awaited<ReturnType<typeof testFolder>>, backups: typeof data
let empty: EmptyDatabase
const conversation = newId()
beforeAll(async () => {
  data = await testFolder('data')
  server = await startTestServer({ folder: data.path })
  await writeFile(join(data.path, 'keys'), 'ticket test secret\n', { mode: 0o600 })
  const visitor = server.callAs(mara)
  await value(visitor(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
  for (const text of ['Is breakfast included?', 'Line\nbreak\ttab \\ back "quoted" 张伟 🛎', '\\N \\. \\x41']) await value(visitor(sendMessage, { params: { conversation }, body: { id: newId(), text } }))
  await value(server.callAs(kit)(addNote, { params: { conversation }, body: { id: newId(), text: 'Asks early' } }))
  await value(server.callAs(kit)(createVisit, { body: { id: newId(), location: lobby.id, name: 'Somebody', expectedAt: new Date().toISOString() } }))
  await upload(mara, conversation, 'menu')
  await server.app.feed.settled()
})
afterAll(async () => { await server.close(); await data.remove() })
beforeEach(async () => { backups = await testFolder('backups'); empty = await emptyDatabase() })
afterEach(async () => { await empty.drop(); await backups.remove() })

async function upload(who: typeof mara, into: string, content: string): Promise<string> {
  const bytes = new TextEncoder().encode(content)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const id = newId()
  await value(server.callAs(who)(announceBlob, { body: { id, conversation: into, name: `${content}.txt`, mediaType: 'text/plain', sizeBytes: bytes.length, sha256 } }))
  await value(server.callAs(who)(uploadBytes, { params: { blob: id }, query: { offset: 0 }, body: bytes }))
  return sha256
}
const takeNow = (more: Partial<Parameters<typeof take>[1]> = {}) => take(server.database.target, { into: backups.path, dataFolder: data.path, ...more })
const rowsOf = ({ tables }: Manifest, name: string): number => tables.find((t) => t.name === name)!.rows
const problems = (target: EmptyDatabase['target']): Promise<string[]> => onDatabase(target, async (client) =>
  (await checkWhole({ client, dataFolder: data.path, sample: 10 })).filter((f) => f.level === 'bad').map((f) => `${f.about}: ${f.text}`))

describe('a backup', () => {
  it('[BU1] of the same second as another is beside it, and overwrites nothing', async () => {
    const others = Array.from({ length: 10 }, (_, i) => join(backups.path, idOf(new Date(Date.now() + i * 1_000))))
    for (const folder of others) await mkdir(folder)
    const { folder, manifest } = await takeNow()
    expect(others).not.toContain(folder)
    expect(await readManifest(folder)).toEqual(manifest)
  })
  it('[BU1] [BU3] restored is the same, row for row, with its sequences, in a whole database with a new epoch', async () => {
    const { folder, manifest } = await takeNow()
    const before = await everything(server.database.target)
    const { epoch } = await restore(folder, empty.target)
    expect(await everything(empty.target)).toEqual(before)
    expect(epoch).not.toBe(manifest.epoch)
    expect(await problems(empty.target)).toEqual([])
    const sequences = (target: EmptyDatabase['target']) => onDatabase(target, async (client) => (await client.query('select schemaname, sequencename, last_value from pg_sequences order by 1, 2')).rows)
    expect(await sequences(empty.target)).toEqual(await sequences(server.database.target))
    const definitions = (target: EmptyDatabase['target']) => onDatabase(target, async (client) => (await client.query(`
      select conrelid::regclass::text as of, conname as name, pg_get_constraintdef(oid) as text from pg_constraint where connamespace::regnamespace::text in ('public', 'auth')
      union all select tablename, indexname, indexdef from pg_indexes where schemaname in ('public', 'auth') order by 1, 2, 3`)).rows)
    expect(await definitions(empty.target)).toEqual(await definitions(server.database.target))
  })

  it('[BU1] is one moment, whoever writes meanwhile', async () => {
    let isWriting = true, written = 0
    const writing = (async () => {
      while (isWriting) {
        const id = newId()
        await value(server.callAs(mara)(openConversation, { body: { id: newId(), conversation: id, inbox: website.id } }))
        await value(server.callAs(mara)(sendMessage, { params: { conversation: id }, body: { id: newId(), text: `Number ${written++}` } }))
      }
    })()
    let inJournal = 0
    const late = newId()
    const { folder, manifest } = await takeNow({ async onSnapshot() {
      inJournal = (await onDatabase(server.database.target, async (client) => (await client.query<{ n: number }>('select count(*) as n from journal')).rows[0]!)).n
      await value(server.callAs(mara)(sendMessage, { params: { conversation }, body: { id: late, text: 'After the snapshot' } }))
      await expect.poll(() => written).toBeGreaterThan(5)
    } })
    const more = written
    await expect.poll(() => written).toBeGreaterThan(more)   // it went on after the backup as well
    isWriting = false
    await writing
    expect(rowsOf(manifest, 'journal')).toBeLessThanOrEqual(inJournal)
    await restore(folder, empty.target)
    expect(await problems(empty.target)).toEqual([])   // no hole, nobody ahead of the journal, every foreign key
    await onDatabase(empty.target, async (client) => {
      expect((await client.query('select 1 from journal where id = $1', [late])).rows).toEqual([])
      const { rows: [torn] } = await client.query<{ n: number }>(`select count(*) as n from conversations c where not exists (select from journal j where j.account_id = c.account_id and j.topic = 'conversation:' || c.id and j.type = 'conversation.opened')`)
      expect(torn!.n).toBe(0)   // a conversation and its first entry are one commit
    })
  })

  it('[BU1] leaves connections as they were: it uses one, which ends', async () => {
    const before = server.database.db.stats().open
    const lease = await server.database.db.lease('backup', 5_000)
    const { backUp } = await import('./backups.ts')
    await backUp({ client: lease.client, into: backups.path, dataFolder: data.path, keys: join(data.path, 'keys'), lodge: '0.0.0', keep: { daily: 1, weekly: 0 } })
    lease.destroy()
    expect(server.database.db.stats().open).toBeLessThanOrEqual(Math.max(before, 1) + 1)
    await value(server.callAs(mara)(sendMessage, { params: { conversation }, body: { id: newId(), text: 'And on' } }))
  })

  it('[BU2] takes attachments, keys and side files along; bytes once for all backups of a folder', async () => {
    await writeFile(join(data.path, 'note.txt'), 'kept')
    const first = await takeNow({ now: () => Date.parse('2026-11-25T03:30:00Z') })
    const menu = createHash('sha256').update('menu').digest('hex')
    const path = join(backups.path, 'blobs', menu.slice(0, 2), menu)
    expect((await stat(path)).nlink).toBe(2)   // a link, as both are on one disk
    expect((await stat(join(first.folder, 'files', 'keys'))).mode & 0o777).toBe(0o600)
    expect(first.manifest.files.map((f) => f.path)).toEqual(expect.arrayContaining(['keys', 'note.txt']))
    expect(first.manifest.blobs).toMatchObject({ count: 1, missing: [] })
    const other = await testFolder('other')
    const beside = await restoreBeside(first.folder, first.manifest, { dataFolder: other.path, keys: join(other.path, 'keys') })
    expect(await readFile(join(other.path, 'blobs', menu.slice(0, 2), menu), 'utf8')).toBe('menu')
    expect(beside.put.toSorted()).toEqual(['keys', 'note.txt'])
    await writeFile(join(other.path, 'keys'), 'others')
    await writeFile(join(other.path, 'note.txt'), 'newer')
    expect(await restoreBeside(first.folder, first.manifest, { dataFolder: other.path, keys: join(other.path, 'keys') })).toMatchObject({ put: ['keys'], kept: ['note.txt'] })
    expect([await readFile(join(other.path, 'keys.before-restore'), 'utf8'), await readFile(join(other.path, 'note.txt'), 'utf8')]).toEqual(['others', 'newer'])
    await other.remove()
    await rm(join(data.path, 'note.txt'))
  })

  it('[BU2] leaves the sign of life out, also of a backup that has one: a server that was stopped for the restore was not killed', async () => {
    await writeFile(join(data.path, 'alive'), '')
    const { folder, manifest } = await takeNow()
    await rm(join(data.path, 'alive'))
    expect(manifest.files.map((f) => f.path)).not.toContain('alive')
    await writeFile(join(folder, 'files', 'alive'), '')
    const other = await testFolder('other')
    const { put } = await restoreBeside(folder, { ...manifest, files: [...manifest.files, { path: 'alive', sizeBytes: 0, sha256: '', mode: 0o600 }] }, { dataFolder: other.path, keys: join(other.path, 'keys') })
    expect(put).toContain('keys')
    expect(put).not.toContain('alive')
    await other.remove()
  })

  it('[BU2] says which attachments were not there', async () => {
    const gone = await upload(mara, conversation, 'gone')
    await rm(join(data.path, 'blobs', gone.slice(0, 2), gone))
    const { manifest, folder } = await takeNow()
    expect(manifest.blobs.missing).toEqual([gone])
    await verifyBackup(folder)
    await onDatabase(server.database.target, (client) => client.query("delete from blobs where name = 'gone.txt'"))
  })
})

it.runIf(process.platform === 'linux')('[LM2] where nothing can be written is refused in words, a backup and an export (in /proc there is no folder to be made)', async () => {
  for (const into of ['/proc', '/proc/lodge/backups']) await expect(takeNow({ into })).rejects.toThrow(`Nothing can be written to ${into} (`)
  await expect(onDatabase(server.database.target, (client) => exportAccount({ client, account: 'Harbour Office', to: '/proc/lodge', dataFolder: data.path, lodge: '0.0.0' }))).rejects.toThrow('Nothing can be written to /proc/lodge (')
  await expect(takeNow({ into: join(data.path, 'keys') })).rejects.toThrow('Name another folder, or let this user write there.')
})

describe('a damaged backup', () => {
  const refused = async (folder: string, what: RegExp): Promise<void> => {
    await expect(restore(folder, empty.target)).rejects.toThrow(what)
    expect(await onDatabase(empty.target, isEmpty)).toBe(true)
    expect(await everything(empty.target)).toEqual({})
  }
  it('[BU4] is refused with a sentence, and nothing is changed', async () => {
    const { folder } = await takeNow()
    const journal = join(folder, 'tables', 'public.journal.copy.zst')
    const bytes = await readFile(journal)
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(journal, bytes)
    await refused(folder, /damaged: the rows of public\.journal are not those that were written/)
    await rm(journal)
    await refused(folder, /damaged: the rows of public\.journal are missing/)
  })
  it('[BU4] also when a file beside, an attachment or the manifest is what is damaged', async () => {
    const { folder } = await takeNow()
    await writeFile(join(folder, 'files', 'keys'), 'others')
    await refused(folder, /damaged: the file keys is not the one that was written/)
    await rm(folder, { recursive: true })
    const second = await takeNow()
    const menu = createHash('sha256').update('menu').digest('hex')
    await rm(join(backups.path, 'blobs', menu.slice(0, 2), menu))
    await refused(second.folder, /damaged: the attachment [0-9a-f]{64} is missing/)
    await truncate(join(second.folder, 'manifest.json'), 500)
    await refused(second.folder, /damaged: its manifest\.json is cut off or changed/)
    await rm(join(second.folder, 'manifest.json'))
    await refused(second.folder, /is no backup/)
    const { folder: third } = await takeNow()
    await refused(backups.path, new RegExp(`^${backups.path} holds backups and is none. Name one of them; the newest is ${third}$`))
  })
  it('[BU4] is found by its rows, when file and sum were both made anew', async () => {
    const { folder, manifest } = await takeNow()
    const changed = { ...manifest, tables: manifest.tables.map((t) => t.name === 'journal' ? { ...t, rows: t.rows + 1 } : t) }
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(changed))
    await expect(restore(folder, empty.target)).rejects.toThrow(/rows came in, and the backup has/)
  })
  it('[BU4] so is one of a newer version, and an export of one account', async () => {
    const { manifest } = await takeNow()
    await expect(checkVersion({ ...manifest, schemaVersion: 999 })).rejects.toThrow(/newer Lodge/)
    await expect(checkVersion({ ...manifest, account: { id: 'x', name: 'Hotel' } })).rejects.toThrow(/not a backup/)
    await expect(checkVersion({ ...manifest, migrations: manifest.migrations.map((m) => ({ ...m, sha256: '0'.repeat(64) })) })).rejects.toThrow(/another 0001_foundation/)
    await checkVersion(manifest)
  })
  it('[BU4] a restore that breaks off leaves a database that no server starts on, and that can be restored into again', async () => {
    const { folder } = await takeNow()
    const { forCopying } = await import('./copying.ts')
    const { load } = await import('./load.ts')
    const { known, migrate } = await import('#server/db/migrate.ts')
    await migrate(empty.target, undefined, (await known()).length)
    await onDatabase(empty.target, async (client) => load(await forCopying(client), folder, await readManifest(folder)))   // the rows are in, erasures were not made again
    await expect(migrate(empty.target)).rejects.toThrow(/restore into this database was broken off/)
    expect(await onDatabase(empty.target, isEmpty)).toBe(true)
  })
})

describe('a rehearsal', () => {
  it('[BU6] compares what was restored with the backup, and says how long it took', async () => {
    const { folder, manifest } = await takeNow()
    const found = await rehearse(empty.target, folder, manifest)
    expect(found).toMatchObject({ differences: [], rows: manifest.tables.reduce((n, t) => n + t.rows, 0) })
    expect(found.tookMs).toBeGreaterThan(0)
  })
  it('[BU6] finds a row that is another one, one that is missing, and whatever else a look finds', async () => {
    const { folder, manifest } = await takeNow()
    expect((await rehearse(empty.target, folder, manifest, { check: async () => ['a look found something'] })).differences).toEqual(['a look found something'])
    await onDatabase(empty.target, (client) => client.query("update contacts set name = 'X' where name like 'Mara%'; delete from marks; delete from visits where name = 'Somebody'"))
    expect(await differing(empty.target, manifest, 'sums')).toEqual(['"public"."contacts": what its rows hold is different', expect.stringMatching(/^"public"\."visits": 0 rows, 1 in the backup$/)])
    expect(await differing(empty.target, manifest, 'rows')).toEqual([expect.stringContaining('"public"."visits"')])
  })
})

describe('the export of one account', () => {
  it('[BU8] has all of its rows and attachments and nobody else’s', async () => {
    const theirs = newId()
    await value(server.callAs(ben)(openConversation, { body: { id: newId(), conversation: theirs, inbox: frontDoor.id } }))
    await value(server.callAs(ben)(sendMessage, { params: { conversation: theirs }, body: { id: newId(), text: 'harbour-secret "quoted" \\ and\nlines' } }))
    await value(server.callAs(otto)(createVisit, { body: { id: newId(), location: quay.id, name: 'harbour-visitor', expectedAt: new Date().toISOString() } }))
    const sum = await upload(ben as never, theirs, 'harbour-file')
    await server.app.feed.settled()
    const to = join(backups.path, 'export')
    const made = await onDatabase(server.database.target, (client) => exportAccount({ client, account: 'Harbour Office', to, dataFolder: data.path, lodge: '0.0.0' }))
    const text: Record<string, string> = {}
    for (const name of await readdir(join(to, 'tables'))) text[name] = await readFile(join(to, 'tables', name), 'utf8')
    const rows = (name: string) => text[`${name}.jsonl`]!.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(rows('accounts')).toEqual([expect.objectContaining({ name: 'Harbour Office' })])
    expect(rows('journal').map((r) => (r['body'] as { text?: string }).text)).toContain('harbour-secret "quoted" \\ and\nlines')
    expect(rows('visits')).toEqual([expect.objectContaining({ name: 'harbour-visitor' })])
    const { hotel, harbour } = await import('#test/world.ts')
    expect(Object.values(text).join('')).not.toMatch(new RegExp(`${hotel.id}|Hotel Lantern|Mara|breakfast`))
    const manifest = await readManifest(to)
    for (const table of manifest.tables) if (table.name !== 'accounts') for (const row of rows(table.name)) expect(row['account_id'], table.name).toBe(harbour.id)
    // Everything: each table with an account has as many rows as there are.
    await onDatabase(server.database.target, async (client) => {
      for (const table of manifest.tables) if (table.name !== 'accounts') expect(table.rows, table.name).toBe((await client.query<{ n: number }>(`select count(*) as n from ${table.name} where account_id = $1`, [harbour.id])).rows[0]!.n)
    })
    expect(Object.values(text).join('')).not.toMatch(/secret_hash|credentials|auth_id/)
    expect([made.blobs, await readFile(join(to, 'blobs', sum.slice(0, 2), sum), 'utf8')]).toEqual([1, 'harbour-file'])
    expect(await readdir(join(to, 'blobs'))).toEqual([sum.slice(0, 2)])
    await expect(onDatabase(server.database.target, (client) => exportAccount({ client, account: 'Nobody', to, dataFolder: data.path, lodge: '0' }))).rejects.toThrow('There are: Harbour Office, Hotel Lantern.')
  })
  it('[BU8] holds the mails of invitations without the links that sign in', async () => {
    await value(server.callAs(iris)(inviteUser, { body: { id: newId(), name: 'Lena', email: 'lena@harbour.example', role: 'agent' } }))
    const to = join(backups.path, 'export')
    const secret = await onDatabase(server.database.target, async (client) => {
      const { rows } = await client.query<{ body: string }>("select body from deliveries where recipient = 'lena@harbour.example'")
      await exportAccount({ client, account: 'Harbour Office', to, dataFolder: data.path, lodge: '0.0.0' })
      return /\/welcome\/([\w-]{43})/.exec(rows[0]!.body)![1]!
    })
    const text = await readFile(join(to, 'tables', 'deliveries.jsonl'), 'utf8')
    expect(text).toContain('/welcome/…')
    expect(text).not.toContain(secret)
  })
})
