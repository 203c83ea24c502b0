/** The commands as an administrator types them, on a Lodge that runs and on one that was stopped. */
import { execFile, spawn } from 'node:child_process'
import { appendFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { listEntries, openConversation, sendMessage } from '#contract/conversations.ts'
import { openVisitorSession } from '#contract/inboxes.ts'
import { caller, valueOf, type Call } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { openConnection } from '#server/db/connection.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { hasProcess } from '#server/db/has-process.ts'
import { silent } from './lodge/reach.ts'
import { cleanEnvironment, startOwnServer, type OwnServer } from './replay/own-server.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
const root = fileURLToPath(new URL('..', import.meta.url))

let own: OwnServer
let data = '', backups = ''
let guest: Call, desk: Call
const conversation = newId()
const say = async (text: string): Promise<unknown> => valueOf(await guest(sendMessage, { params: { conversation }, body: { id: newId(), text } }))
const said = async (): Promise<{ texts: (string | undefined)[]; epoch: string }> => {
  const { entries, epoch } = valueOf(await desk(listEntries, { params: { conversation } }))
  return { texts: entries.filter((e) => e.type === 'message.sent').map((e) => (e.body as { text?: string }).text), epoch }
}
beforeAll(async () => {
  own = await startOwnServer()
  data = join(own.folder, 'data'); backups = join(data, 'backups')
  desk = caller({ url: own.url, bearer: async () => own.token })
  const anybody = caller({ url: own.url })
  const { ticket } = valueOf(await anybody(openVisitorSession, { params: { inbox: own.inbox }, body: { contact: newId(), secret: 's'.repeat(43) } }))
  guest = caller({ url: own.url, bearer: async () => ticket })
  valueOf(await guest(openConversation, { body: { id: newId(), conversation, inbox: own.inbox } }))
  await say('before')
})
afterAll(() => own.stop(), 60_000)

interface Ended { code: number; out: string }
const lodge = (...args: string[]): Promise<Ended> => new Promise((resolve) => {
  execFile(process.execPath, ['tools/lodge.ts', ...args], { cwd: root, env: { ...cleanEnvironment(), INIT_CWD: own.folder, LODGE_DATA: data, PORT: new URL(own.url).port, LOG_LEVEL: 'silent' } }, (error, stdout, stderr) => { resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr }) })
})
/** A start that cannot do it: it ends, or, where that took longer than people wait, stays open without its database and says so. */
async function startUntil(text: string): Promise<void> {
  const child = spawn(process.execPath, ['server/main.ts'], { cwd: root, env: { ...cleanEnvironment(), LODGE_DATA: data, PORT: new URL(own.url).port, LOG_LEVEL: 'error' }, stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = new Promise<void>((done) => { child.once('exit', () => { done() }) })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (some: Buffer) => { out += some.toString() })
  try {
    await expect.poll(() => out, { timeout: 90_000 }).toContain(text)
  } finally {
    child.kill('SIGTERM')
    await gone
  }
}
async function stopServer(): Promise<void> {
  const { pid } = own
  process.kill(pid, 'SIGTERM')
  await expect.poll(() => hasProcess(pid), { timeout: 40_000 }).toBe(false)
}
async function inDatabase(text: string): Promise<void> {
  const postgres = await startEmbedded({ home: join(data, 'postgres'), log: silent })
  try {
    const { client } = await openConnection({ ...postgres.superuser, database: 'lodge' }, 'lodge test')
    await client.query(text)
    await client.end()
  } finally { await postgres.stop() }
}

it('[BU1] [BU4] [BU6] beside a running Lodge: takes a backup, rehearses it, looks, exports, and refuses to restore', async () => {
  expect(await lodge()).toMatchObject({ code: 0, out: expect.stringContaining('export-account') as string })
  expect((await lodge('nonsense')).code).toBe(2)
  expect(await lodge('backup', 'nonsense')).toMatchObject({ code: 2, out: expect.stringContaining('There is no "backup nonsense"') as string })
  expect(await lodge('backup')).toMatchObject({ code: 0, out: expect.stringMatching(/rows of \d+ tables/) as string })
  expect(await lodge('backup', 'rehearse')).toMatchObject({ code: 0, out: expect.stringContaining('the database is whole') as string })
  expect(await lodge('backup', 'list')).toMatchObject({ code: 0, out: expect.stringMatching(/schema \d+[^]*Last rehearsed: [^]*equal/) as string })
  expect(await lodge('backup', 'list', 'elsewhere')).toMatchObject({ code: 2, out: expect.stringMatching(/^"elsewhere" is too much; another folder is said with --to\./) as string })
  expect(await lodge('check')).toMatchObject({ code: 0, out: expect.stringContaining('The database is whole.') as string })
  expect(await lodge('sql', 'select name from accounts', "update deliveries set state = 'dead' where state = 'waiting'")).toEqual({ code: 0, out: '{"name":"Replay"}\nSELECT: 1 row\nUPDATE: 0 rows\n' })
  expect(await lodge('sql', 'selec 1')).toMatchObject({ code: 2, out: expect.stringMatching(/^The database refuses "selec 1": syntax error/) as string })
  expect(await lodge('new-link', 'nobody@replay.example')).toMatchObject({ code: 2, out: expect.stringMatching(/^Nobody who may sign in has the address "nobody@replay.example"\. Administrators: \S+\.$/m) as string })
  expect(await lodge('doctor')).toMatchObject({ out: expect.stringMatching(/✓ server: Lodge runs here and is ready\.[^]*✓ backups: The newest backup is less than an hour old/) as string })
  expect(await lodge('export-account', 'Replay', 'replay')).toMatchObject({ code: 0, out: expect.stringContaining('of Replay') as string })
  expect(await readFile(join(own.folder, 'replay', 'tables', 'journal.jsonl'), 'utf8')).toContain('before')   // where it was typed
  expect(await lodge('export-account', 'Replay', 'replay')).toMatchObject({ code: 2, out: expect.stringContaining('is there already') as string })
  const [backup] = (await readdir(backups)).filter((n) => n.endsWith('Z'))
  expect(await lodge('restore', join(backups, backup!), '--replace', '--yes')).toMatchObject({ code: 2, out: expect.stringContaining('Lodge already runs on this data') as string })
  expect((await said()).texts).toEqual(['before'])
})

it('[BU10] [BU11] beside a database that hangs: says that it does, and asks nobody to stop the Lodge that works on it', async () => {
  const postmaster = Number((await readFile(join(data, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0])
  process.kill(postmaster, 'SIGSTOP')
  try {
    expect(await lodge('check')).toMatchObject({ code: 2, out: expect.stringMatching(/^The database does not answer, and Lodge \(process \d+\) works on it/) as string })
    expect(await lodge('doctor')).toMatchObject({ code: 1, out: expect.stringMatching(/✗ database: .*The database does not answer/) as string })
  } finally { process.kill(postmaster, 'SIGCONT') }
  await expect.poll(async () => (await lodge('check')).code, { timeout: 60_000 }).toBe(0)
  expect(await lodge('check', '--minutes', 'two')).toMatchObject({ code: 2, out: expect.stringContaining('--minutes is "two"') as string })
})

it('[BU3] [BU4] stopped: asks before it replaces, restores, and the server goes on from there with a new epoch', async () => {
  const { epoch } = await said()
  await say('after')
  await stopServer()
  const [backup] = (await readdir(backups)).filter((n) => n.endsWith('Z'))
  const folder = join('data', 'backups', backup!)
  expect(await lodge('restore', folder)).toMatchObject({ code: 2, out: expect.stringContaining('Say --replace if it may go.') as string })
  expect(await lodge('restore', folder, '--replace')).toMatchObject({ code: 2, out: expect.stringContaining('say --yes as well') as string })
  expect(await lodge('restore', folder, '--replace', '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('kept as the database "lodge_replaced"') as string })
  expect(await lodge('check')).toMatchObject({ code: 0 })
  await own.kill()   // starts it again
  const now = await said()
  expect(now.texts).toEqual(['before'])
  expect(now.epoch).not.toBe(epoch)
  await say('and on')
  expect((await said()).texts).toEqual(['before', 'and on'])

  await stopServer()
  await appendFile(join(backups, backup!, 'tables', 'public.journal.copy.zst'), 'x')
  expect(await lodge('restore', folder, '--replace', '--yes')).toMatchObject({ code: 2, out: expect.stringContaining('is damaged') as string })
  await own.kill()
  expect((await said()).texts).toEqual(['before', 'and on'])
})

it('[BU9] before an upgrade the database is copied, and the copy is the way back', async () => {
  await stopServer()
  const [newest] = (await readdir(join(root, 'migrations'))).filter((n) => n.endsWith('.sql')).sort().slice(-1)
  const version = Number(newest!.slice(0, 4))
  // The last migration is still to come, and it will fail, because its tables are there: an upgrade that goes wrong.
  await inDatabase(`create table kept_row as select * from migrations where version = ${version}; delete from migrations where version = ${version}`)
  await startUntil(`Migration ${newest} failed`)
  const [copy, ...more] = await readdir(join(data, 'before-upgrade'))
  expect(more).toEqual([])
  expect(copy).toMatch(new RegExp(`Z-schema-${version - 1}$`))
  await inDatabase('delete from journal')   // what else went wrong
  const folder = join(data, 'before-upgrade', copy!)
  expect(await lodge('restore', folder)).toMatchObject({ code: 2, out: expect.stringContaining('Say --replace') as string })
  expect(await lodge('restore', folder, '--replace', '--yes')).toMatchObject({ code: 0, out: expect.stringContaining(`schema ${version - 1}`) as string })
  await inDatabase('insert into migrations select * from kept_row; drop table kept_row')
  await own.kill()
  expect((await said()).texts).toEqual(['before', 'and on'])
  expect(await lodge('check')).toMatchObject({ code: 0 })
})

