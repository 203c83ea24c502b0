/**
 * The page's process, as Lodge and the command line see it: is it there, is it the right one, start it. It outlives Lodge, so the next Lodge
 * finds it by a file and adopts it when it answers with the token of that file; one that was started from other settings is replaced.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, openSync, statSync, truncateSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { mkdirs } from '#server/db/folder.ts'
import { hasProcess } from '#server/db/has-process.ts'

export interface Running { readonly pid: number; readonly url: string; readonly token: string; /** Of the settings it was started from. */ readonly identity: string }
const fileIn = (folder: string): string => join(folder, 'process.json')
const mainFile = fileURLToPath(new URL('main.ts', import.meta.url))
const compileCache = new URL('../compile-cache.mjs', import.meta.url).href
/** What it needs to know; everything else, above all the database's address, stays with Lodge. */
const handedDown = ['HOST', 'TRUST_PROXY', 'TLS_CERT', 'TLS_KEY', 'SMTP_URL', 'MAIL_FROM', 'LOG_LEVEL', 'PATH', 'TZ', 'NODE_EXTRA_CA_CERTS']
/** It works in another folder. */
const files = new Set(['TLS_CERT', 'TLS_KEY', 'NODE_EXTRA_CA_CERTS'])
const logMaxBytes = 1_000_000
const startMs = 20_000

export async function readProcess(folder: string): Promise<Running | undefined> {
  try {
    const found = JSON.parse(await readFile(fileIn(folder), 'utf8')) as Running
    return typeof found.url === 'string' && typeof found.token === 'string' ? found : undefined
  } catch {
    return undefined
  }
}
export async function writeProcess(folder: string, running: Running): Promise<void> {
  await writeFile(`${fileIn(folder)}.part`, JSON.stringify(running), { mode: 0o600 })
  await rename(`${fileIn(folder)}.part`, fileIn(folder))
}
export async function forgetProcess(folder: string, token: string): Promise<void> {
  if ((await readProcess(folder))?.token === token) await rm(fileIn(folder), { force: true })
}

/** Whether the one of the file answers, by its token. */
export async function isAlive({ url, token }: Running): Promise<boolean> {
  return await ask(url, token, 'GET', '/-/alive') === 200
}
/** @returns whether there was one. It has ended then, and not only closed its port: who starts another, or removes the folder, meets no round of mails and no file that is still being written. */
export async function stopStatusProcess(folder: string): Promise<boolean> {
  const found = await readProcess(folder)
  if (!found || !(await isAlive(found))) return false
  await ask(found.url, found.token, 'POST', '/-/stop')
  for (let waitedMs = 0; waitedMs < 10_000 && (await isAlive(found) || hasProcess(found.pid)); waitedMs += 50) await sleep(50)
  return true
}

/** Finds the process of this folder or starts one. `watches`: Lodge's own address. @throws when it does not come up; its log says why */
export async function ensureStatusProcess({ data, port, watches, env, version }: { data: string; port: number; watches: string; env: Readonly<Record<string, string | undefined>>; version: string }): Promise<Running & { how: 'adopted' | 'started' }> {
  const folder = join(resolve(data), 'status')
  const given = Object.fromEntries(handedDown.flatMap((name) => env[name] ? [[name, files.has(name) ? resolve(env[name]) : env[name]]] : []))
  const identity = createHash('sha256').update(JSON.stringify([version, port, watches, given])).digest('hex').slice(0, 16)
  const found = await readProcess(folder)
  if (found && await isAlive(found)) {
    if (found.identity === identity) return { ...found, how: 'adopted' }
    await stopStatusProcess(folder)
  }
  await mkdirs(folder)
  const path = join(folder, 'log')
  try { if (statSync(path).size > logMaxBytes) truncateSync(path) } catch { /* none yet */ }
  const log = openSync(path, 'a', 0o600)
  const child = spawn(process.execPath, ['--max-semi-space-size=2', `--import=${compileCache}`, mainFile], {
    detached: true, stdio: ['ignore', log, log], cwd: folder,
    env: { ...given, LODGE_DATA: resolve(data), STATUS_PORT: String(port), LODGE_WATCH: watches, LODGE_STATUS_IDENTITY: identity },
  })
  closeSync(log)
  child.unref()
  let hasEnded = false
  child.once('exit', () => { hasEnded = true })
  child.once('error', () => { hasEnded = true })
  for (const end = Date.now() + startMs; Date.now() < end && !hasEnded; await sleep(50)) {
    const next = await readProcess(folder)
    if (next && next.pid === child.pid && await isAlive(next)) return { ...next, how: 'started' }
  }
  const said = (await readFile(path, 'utf8').catch(() => '')).trim().split('\n').at(-1) ?? ''
  throw new Error(said.replace(/^The status page cannot start\. /, '') || `It did not come up; see ${path}.`)
}

const ask = async (url: string, token: string, method: string, path: string): Promise<number | undefined> => new Promise((done) => {
  const asked = (url.startsWith('https:') ? secure : plain)(`${url}${path}`, { method, agent: false, headers: { 'x-lodge-status': token }, signal: AbortSignal.timeout(2_000), ...(url.startsWith('https:') && { rejectUnauthorized: false }) }, (answer) => {
    answer.resume()
    done(answer.statusCode)
  })
  asked.on('error', () => done(undefined))
  asked.end()
})
