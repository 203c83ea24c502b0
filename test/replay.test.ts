import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFaultProxyTo } from '#drills/proxy.ts'
import { readDialogues } from '#tools/replay/dialogues.ts'
import { startOwnServer, type OwnServer } from '#tools/replay/own-server.ts'
import { replay } from '#tools/replay/replay.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dialogues = join(root, 'test/dialogues.jsonl')
const whole = { dialogues: 10, messages: 43, lost: 0, duplicated: 0, reordered: 0, changed: 0 }
let own: OwnServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodge-replay-'))
  own = await startOwnServer()
}, 60_000)
afterAll(async () => {
  await own.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

/** `npm run replay -- …` */
const run = (args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> => new Promise((resolve) => {
  execFile(process.execPath, ['tools/replay.ts', ...args], { cwd: root, env: { ...process.env, ...env } }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }))
})

describe('a replay', () => {
  it('[AC1] [AC2] [RS1] [OR1] loses, doubles, reorders and changes nothing while server and database are killed and connections are cut', async () => {
    const proxy = await openFaultProxyTo(own.url)
    const kills: Promise<void>[] = []
    let messages = 0, cut = 0
    const trouble: Record<number, () => unknown> = { 5: () => cut += proxy.cut(), 10: () => kills.push(own.kill()), 20: () => cut += proxy.cut(), 30: () => kills.push(own.killDatabase()) }
    const complaints: string[] = []
    const result = await replay(await readDialogues(dialogues), {
      house: { url: proxy.url, token: own.token, inbox: own.inbox }, atOnce: 3, complain: (sentence) => complaints.push(sentence),
      progress: (what) => { if (what === 'messages') trouble[++messages]?.() },
    })
    await Promise.all(kills)
    await proxy.close()
    expect(complaints).toEqual([])
    expect(result).toMatchObject(whole)
    expect(kills).toHaveLength(2)
    expect(cut).toBeGreaterThan(0)
  }, 120_000)

  it('of a running Lodge ends with one line of JSON', async () => {
    const { code, out, err } = await run([dialogues, '--url', own.url, '--at-once', '5'], { LODGE_TOKEN: own.token })
    expect(JSON.parse(out.trim().split('\n').at(-1)!)).toMatchObject(whole)
    expect(err).toMatch(/10 of 10 dialogues played, 43 messages; 10 read back/)
    expect(code).toBe(0)
  }, 30_000)

  it('says when a token is not accepted', async () => {
    const { code, err } = await run([dialogues, '--url', own.url], { LODGE_TOKEN: 'lk_nobody' })
    expect(err).toMatch(/does not accept the token in LODGE_TOKEN/)
    expect(code).toBe(2)
  })

  it.each([
    ['no file', [], {}, /npm run replay -- FILE/],
    ['a file that is not there', ['nowhere.jsonl'], {}, /nowhere\.jsonl cannot be read/],
    ['a number that is none', [dialogues, '--at-once', 'many'], {}, /--at-once takes a number above 0, not "many"/],
    ['an option that does not exist', [dialogues, '--fast'], {}, /--fast/],
    ['no token', [dialogues, '--url', 'http://127.0.0.1:1'], { LODGE_TOKEN: '' }, /LODGE_TOKEN is not set/],
    ['an address where nobody is', [dialogues, '--url', 'http://127.0.0.1:1'], { LODGE_TOKEN: 'lk_x' }, /Nothing that speaks Lodge answers at http:\/\/127\.0\.0\.1:1/],
    ['somebody else’s server to kill', [dialogues, '--url', 'http://127.0.0.1:1', '--kill', '5'], {}, /leave --url out/],
  ])('says what is wrong: %s', async (_what, args, env, sentence) => {
    const { code, err } = await run(args, env)
    expect(err).toMatch(sentence)
    expect(err).not.toMatch(/^\s+at /m)   // no stack
    expect(code).toBe(2)
  })

  it.each([
    ['no JSON', '{"id": "a"', /line 2: this is no JSON/],
    ['another shape', '{"id": "a", "turns": [{"speaker": "cat", "text": "Meow"}]}', /line 2, turn 1: a dialogue looks like/],
    ['what Lodge would refuse', '{"id": "a", "turns": [{"speaker": "user", "text": "\\u200b "}]}', /line 2, turn 1: Lodge would refuse this text, because it is blank/],
  ])('names the line that is wrong: %s', async (_what, line, sentence) => {
    const path = join(folder, 'wrong.jsonl')
    await writeFile(path, `{"id": "good", "turns": [{"speaker": "user", "text": "Hello"}]}\n${line}\n`)
    expect((await run([path])).err).toMatch(sentence)
  })
})
