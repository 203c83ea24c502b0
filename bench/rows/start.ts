import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { cleanEnvironment } from '#tools/replay/own-server.ts'
import { interleave, median, of, type Experiment } from '../run.ts'

const root = join(import.meta.dirname, '../..')
const idleMs = 5_000

export const start: Experiment = {
  ids: ['start', 'idle-memory'],
  async run(lab) {
    const { 'npm start': found } = await interleave(3, { 'npm start': startOnce }, lab.tell)
    const seconds = found.map((one) => one.seconds), megabytes = found.map((one) => one.megabytes)
    return [
      { id: 'start', what: 'from `npm start` to ready, packages installed, on a folder without data', ...of(seconds, 2), unit: 's', bar: '≤ 6 s', met: median(seconds) <= 6 },
      { id: 'idle-memory', what: 'memory of the server process when nobody is there', ...of(megabytes), unit: 'MB', bar: '≤ 200 MB', met: median(megabytes) <= 200 },
    ]
  },
}

async function startOnce(): Promise<{ seconds: number; megabytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-start-'))
  await chmod(folder, 0o755)
  const startMs = performance.now()
  const { npm_lifecycle_event: _, ...env } = cleanEnvironment()
  const npm = spawn('npm', ['start'], { cwd: root, env: { ...env, LODGE_DATA: join(folder, 'data'), PORT: '0', STATUS_PORT: '0', LOG_LEVEL: 'warn' }, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const gone = once(npm, 'exit')
  try {
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: npm.stdout }).on('line', (line) => {
        const opened = /open at (http\S+)/.exec(line)?.[1]
        if (opened !== undefined) resolve(opened)
      })
      void gone.then(() => reject(new Error('npm start ended')))
    })
    while (!(await fetch(`${url}/readyz`)).ok) await sleep(10)
    const seconds = (performance.now() - startMs) / 1000
    await sleep(idleMs)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    return { seconds, megabytes: Number(/^lodge_process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 1e6 }
  } finally {
    npm.kill()   // which tells the server and waits for it
    await gone
    await rm(folder, { recursive: true, force: true })
  }
}
