import { createHash } from 'node:crypto'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openConversation, sendMessage } from '#contract/conversations.ts'
import { newId } from '#client/lodge.ts'
import { seal } from '#server/kernel/spool-segment.ts'
import { onDatabase, testFolder } from '#test/backup.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { hotel, mara, website } from '#test/world.ts'
import { checkWhole, wholeness, type Finding } from './diagnosis.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let server: TestServer
let data: Awaited<ReturnType<typeof testFolder>>
const conversation = newId()
const topic = `conversation:${conversation}`
const bytes = 'the menu'
const sum = createHash('sha256').update(bytes).digest('hex')
beforeAll(async () => {
  data = await testFolder('whole')
  server = await startTestServer({ folder: data.path })
  await value(server.callAs(mara)(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
  for (let i = 0; i < 5; i++) await value(server.callAs(mara)(sendMessage, { params: { conversation }, body: { id: newId(), text: `Number ${i}` } }))
  await server.app.feed.settled()
  await server.stop()
  await sql(`insert into blobs (account_id, id, conversation_id, sha256, name, media_type, size_bytes, complete, uploader) values ('${hotel.id}', '${newId()}', '${conversation}', '\\x${sum}', 'menu.txt', 'text/plain', ${bytes.length}, true, 'x')`)
  await putBlob(bytes)
  await sql('analyze')
})
afterAll(async () => { await server.start(); await server.close(); await data.remove() })

const sql = (text: string): Promise<unknown> => onDatabase(server.database.target, (client) => client.query(text))
const blob = (): string => join(data.path, 'blobs', sum.slice(0, 2), sum)
const putBlob = async (content: string): Promise<void> => { await mkdir(join(data.path, 'blobs', sum.slice(0, 2)), { recursive: true }); await writeFile(blob(), content) }
const check = (): Promise<Finding[]> => onDatabase(server.database.target, (client) => checkWhole({ client, dataFolder: data.path, sample: 100 }))
const wrong = async (): Promise<Finding[]> => (await check()).filter((f) => f.level !== 'ok')

/** Plants a damage, looks, and takes it away again: afterwards nothing is found. */
let mend: (() => Promise<unknown>) | undefined
afterEach(async () => { await mend?.(); mend = undefined; expect(await wrong()).toEqual([]) })
async function planted(damage: string, repair: string): Promise<Finding[]> {
  await sql(damage)
  mend = () => sql(repair)
  return wrong()
}

describe('a look at a database', () => {
  it('[BU10] finds nothing in one that is whole, and says so of each thing it looked at', async () => {
    const found = await check()
    expect(found.map((f) => f.about)).toEqual(wholeness.map((l) => l.name))
    expect(found.every((f) => f.level === 'ok' && /^[A-Z0-9].*\.$/.test(f.text))).toBe(true)
  })
  it('[BU10] finds a hole in a topic', async () => {
    await sql('create table taken as select * from journal where false')
    expect(await planted(`with gone as (delete from journal where topic = '${topic}' and "offset" = 3 returning *) insert into taken select * from gone`, 'insert into journal select * from taken; drop table taken'))
      .toEqual([expect.objectContaining({ level: 'bad', about: 'journal', text: `Holes: ${topic} of account ${hotel.id} has 5 entries from 1 to 6.` })])
  })
  it('[BU10] finds that the beginning of a topic is missing', async () => {
    expect(await planted(`update journal set "offset" = "offset" + 100 where topic = '${topic}'`, `update journal set "offset" = "offset" - 100 where topic = '${topic}'`))
      .toEqual([expect.objectContaining({ level: 'warn', about: 'journal', text: `Begins late: ${topic} at 101.` })])
  })
  it('[BU10] finds followers that are ahead of the journal', async () => {
    const found = await planted(`update cursors set n = n + 1000 where subscriber = 'reports'; update cursors set n = n + 1000; update conversations set folded_offset = 99 where id = '${conversation}'`, `update cursors set n = n - 1000; update conversations set folded_offset = 6 where id = '${conversation}'; update cursors set n = n - 1000 where subscriber = 'reports'`)
    expect(found).toEqual([expect.objectContaining({ level: 'bad', about: 'cursors' })])
    expect(found[0]!.text).toMatch(new RegExp(`conversation list at \\d+ of writer 1, whose last is \\d+`))
    await mend!(); mend = undefined
    expect((await planted(`update conversations set folded_offset = 99 where id = '${conversation}'`, `update conversations set folded_offset = 6 where id = '${conversation}'`))[0]!.text).toContain(`conversation ${conversation} at 99, its topic ends at 6`)
  })
  it('[BU10] finds an invalid index, with the statement that mends it', async () => {
    await sql('create table doubled (n int); insert into doubled values (1), (1)')
    await sql('create unique index concurrently doubled_once on doubled (n)').catch(() => {})   // leaves an invalid one behind
    expect(await planted('select 1', 'drop table doubled')).toEqual([expect.objectContaining({ level: 'bad', about: 'indexes', text: expect.stringContaining('doubled_once') as string, todo: 'reindex index concurrently doubled_once;' })])
  })
  it('[BU10] finds a constraint that nobody proved', async () => {
    const found = await planted(`alter table contacts add constraint named check (name <> 'X') not valid`, 'alter table contacts drop constraint named')
    expect(found).toEqual([expect.objectContaining({ about: 'constraints', todo: 'alter table contacts validate constraint named;' })])
  })
  it('[BU10] finds an epoch that is missing, and a sequence that would give out a number twice', async () => {
    const found = await planted("create table kept as select * from history; delete from history; select setval('writers_id_seq', 1, false)", "insert into history select * from kept; drop table kept; select setval('writers_id_seq', (select max(id) from writers))")
    expect(found.map((f) => [f.level, f.about])).toEqual([['bad', 'epoch'], ['bad', 'sequences']])
    expect(found[1]!.todo).toBe("select setval('public.writers_id_seq', 1);")
  })
  it('[BU10] finds that statistics are missing', async () => {
    expect(await planted("create table many as select n, repeat('x', 100) as filling from generate_series(1, 5000) n", 'drop table many')).toEqual([expect.objectContaining({ level: 'warn', about: 'statistics', text: expect.stringContaining('many') as string, todo: 'analyze;' })])
  })
  it('[BU10] finds an attachment that is missing, cut off, or another one', async () => {
    mend = () => putBlob(bytes)
    await rm(blob())
    expect(await wrong()).toEqual([expect.objectContaining({ level: 'bad', about: 'attachments', text: `1 of 1 are missing: ${sum}.` })])
    await putBlob('the')
    expect((await wrong())[0]!.text).toBe(`1 are not what was uploaded: ${sum}.`)
    await putBlob('THE MENU')   // as long as it was
    expect((await wrong())[0]!.text).toBe(`1 are not what was uploaded: ${sum}.`)
  })
  it('[BU10] finds a line in the log of erasures, and migrations, that are not as they were', async () => {
    mend = async () => { await rm(join(data.path, 'erasures.jsonl')); await sql("update migrations set sha256 = reverse(sha256) where version = 1") }
    await writeFile(join(data.path, 'erasures.jsonl'), 'broken\n\n')
    await sql('update migrations set sha256 = reverse(sha256) where version = 1')
    expect((await wrong()).map((f) => [f.level, f.about])).toEqual([['bad', 'schema'], ['warn', 'erasures']])
  })
  it('[BU10] ends a look that takes too long, says so, and goes on with the next', async () => {
    const found = await onDatabase(server.database.target, async (client) => {
      await sql('create table held (n int)')
      mend = () => sql('drop table held')
      const other = await server.database.db.lease('holder', 5_000)
      await other.client.query('begin; lock table journal in access exclusive mode')
      try { return await checkWhole({ client, dataFolder: data.path, sample: 1 }, { lookMaxMs: 1_500 }) } finally { other.destroy() }
    })
    expect(found.filter((f) => f.level === 'bad').map((f) => f.about)).toEqual(['statistics', 'journal', 'cursors'])
    expect(found.find((f) => f.about === 'attachments')).toMatchObject({ level: 'ok' })
  })
  it('[BU10] finds what the disk has changed in the spool, in both folders, and takes an end that is being written for none', async () => {
    const [folder, second] = [join(data.path, 'spool'), join(data.path, 'spool-2')]
    mend = async () => { await rm(folder, { recursive: true }); await rm(second, { recursive: true }) }
    await rm(folder, { recursive: true, force: true })   // on a busy machine the server had something to keep, and has stored it since
    await mkdir(folder); await mkdir(second)
    const records = Buffer.concat(['one', 'two', 'three'].map((text) => seal(Buffer.from(text))))
    await writeFile(join(folder, '0000000001.spool'), Buffer.concat([records, seal(Buffer.from('four')).subarray(0, 9)]))
    const look = (): Promise<Finding[]> => onDatabase(server.database.target, async (client) => (await checkWhole({ client, dataFolder: data.path, spoolFolder: second, sample: 0 })).filter((f) => f.about === 'spool'))
    expect(await look()).toEqual([expect.objectContaining({ level: 'ok', text: '1 files with 3 records, all of them whole.' })])
    records[20] = records[20]! ^ 1   // within the second one
    await writeFile(join(second, '0000000002.spool'), records)
    expect(await look()).toEqual([expect.objectContaining({ level: 'bad', text: expect.stringContaining('0000000002.spool at 19') as string })])
  })
  it.skipIf(process.getuid?.() === 0)('[BU10] finds a spool that cannot be read', async () => {
    await mkdir(join(data.path, 'spool'))
    await writeFile(join(data.path, 'spool', '1'), 'x')
    await chmod(join(data.path, 'spool', '1'), 0)
    mend = () => rm(join(data.path, 'spool'), { recursive: true })
    expect(await wrong()).toEqual([expect.objectContaining({ level: 'bad', about: 'spool' })])
  })
})
