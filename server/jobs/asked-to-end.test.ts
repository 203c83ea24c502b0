import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'

it('[OP9] takes for one wish what comes twice, as Ctrl-C does below npm, and for another what comes when somebody has waited', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', `
    import { whenAskedToEnd } from ${JSON.stringify(new URL('asked-to-end.ts', import.meta.url).href)}
    const open = setInterval(() => {}, 1_000)
    whenAskedToEnd((why, isAgain) => { console.log(why, isAgain); if (isAgain) clearInterval(open) })
    console.log('open')`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => { said.push(line) })
  await expect.poll(() => said, { timeout: 20_000 }).toEqual(['open'])
  child.kill('SIGINT')
  await expect.poll(() => said).toEqual(['open', 'SIGINT false'])
  child.kill('SIGINT')
  await sleep(1_200)
  child.kill('SIGTERM')
  await once(child, 'exit')
  expect(said).toEqual(['open', 'SIGINT false', 'SIGTERM true'])
})
