/** P11, with the whole house: dialogues are played while server and database are killed, then the reports are counted anew. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getConversationReport } from '#contract/reports.ts'
import { caller, valueOf } from '#client/call.ts'
import { openConnection } from '#server/db/connection.ts'
import { prepareHome } from '#server/db/home.ts'
import { superuser } from '#server/db/postmaster.ts'
import { readDialogues } from '#tools/replay/dialogues.ts'
import { cleanEnvironment, startOwnServer, type OwnServer } from '#tools/replay/own-server.ts'
import { replay } from '#tools/replay/replay.ts'
import { persistently } from './office.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
let own: OwnServer
beforeAll(async () => { own = await startOwnServer() }, 90_000)
afterAll(() => own.stop(), 60_000)

/** `npm run recount -- …` on the data of that server. */
const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> => new Promise((resolve) => {
  execFile(process.execPath, ['tools/recount.ts', ...args], { cwd: root, env: { ...cleanEnvironment(), LODGE_DATA: join(own.folder, 'data') } }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }))
})
async function query(text: string): Promise<void> {
  const { run: host } = await prepareHome(join(own.folder, 'data', 'postgres'))
  const { client } = await openConnection({ host, port: 5432, user: superuser, database: 'lodge' }, 'lodge test')
  try { await client.query(text) } finally { await client.end() }
}

it('[RP3] reports equal a recount after server and database were killed amid dialogues', async () => {
  const dialogues = await readDialogues(join(root, 'test/dialogues.jsonl'))
  let heard = 0, kills = Promise.resolve()
  const result = await replay(Array.from({ length: 6 }, () => dialogues).flat(), {
    house: own, atOnce: 12, complain: () => {},
    progress(what) {
      if (what !== 'messages') return
      heard++
      if (heard === 60) kills = own.kill()
      if (heard === 150) kills = kills.then(() => own.killDatabase())
    },
    calm: () => kills,
  })
  expect(result).toMatchObject({ dialogues: 60, messages: 258, lost: 0, duplicated: 0 })

  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
  const call = caller({ url: own.url, bearer: async () => own.token })
  // Reports give way on a busy machine, and say when to come back.
  const report = () => persistently(() => call(getConversationReport, { query: { from: day(Date.now() - 86_400_000), to: day(Date.now()), zone: 'UTC' } })).then(valueOf)
  // A start reads what the killed one had not: until then the report says so itself.
  await expect.poll(async () => { const r = await report(); return r.completeUpTo === r.asOf }, { timeout: 60_000 }).toBe(true)
  const { total } = await report()
  const said = dialogues.flatMap(({ turns }) => turns).reduce((sum, { speaker }) => ({ ...sum, [speaker]: sum[speaker] + 6 }), { user: 0, system: 0 })
  expect([total.opened, total.messagesIn, total.messagesOut]).toEqual([60, said.user, said.system])

  expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(/of 60 conversations counted: the reports are equal\./) })
  await query('update report_quarters set messages_out = messages_out + 1 where messages_out = (select max(messages_out) from report_quarters)')
  expect(await run()).toMatchObject({ code: 1, out: expect.stringMatching(/Different: quarter hour[^]*1 differences. Run with --repair/) })
  expect(await run('--repair')).toMatchObject({ code: 0, out: expect.stringMatching(/repaired/) })
  expect(await run()).toMatchObject({ code: 0 })
  expect((await report()).total).toEqual(total)
}, 180_000)

it('says what is wrong with its arguments', async () => {
  expect(await run('--mend')).toMatchObject({ code: 2, err: expect.stringMatching(/--mend[^]*npm run recount/) })
}, 30_000)
