import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openCpuGroup, type CpuGroup } from './cpu.ts'
import { NotHere } from './not-here.ts'

it('holds a process and its children to a share of the processor, and lets go, or says why it cannot [DR8]', async () => {
  let cpu: CpuGroup
  try {
    cpu = await openCpuGroup()
  } catch (error) {
    expect(error).toBeInstanceOf(NotHere)
    expect((error as Error).message).toContain('Run it as root on Linux')
    return console.log('Control groups cannot be made here: that is all that was tested.')
  }
  const [first, ...rest] = [...cpu.launcher, 'sh', '-c', 'while :; do :; done & echo begun; wait']
  const child = spawn(first!, rest, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const usedIn = async (ms: number): Promise<number> => { const before = await cpu.usedMs(); await sleep(ms); return await cpu.usedMs() - before }
  try {
    await once(child.stdout, 'data')
    await cpu.hold(0.1)
    expect(await usedIn(1_500)).toBeLessThan(400)
    const held = await cpu.heldBack()
    expect(held).toBeGreaterThan(2)
    await cpu.hold(undefined)
    await sleep(200)
    const afterwards = await cpu.heldBack()
    expect(await usedIn(1_000)).toBeGreaterThan(0)
    expect(await cpu.heldBack()).toBe(afterwards)
  } finally {
    process.kill(-child.pid!, 'SIGKILL')
    await cpu.close()
  }
})
