import { describe, expect, it } from 'vitest'
import { chance } from '#drills/chance.ts'
import { SimDisk } from '#test/simulation/disk.ts'
import { scheduler } from '#test/simulation/scheduler.ts'
import { keeping, type Keeping, type KeepingOptions, type KeptCommand, type Outcome } from './keeping.ts'
import { Refusal } from './refusal.ts'
import { openSpool, type Place } from './spool.ts'

const account = '00000000-0000-7000-8000-000000000001'
const said = (id: string, lane = 't', body: unknown = id): KeptCommand => ({ kind: 'said', account, id, lane, type: 'said', actor: 'user:ada', at: '2026-11-26T10:00:00.000Z', body })

function world() {
  const time = scheduler(Date.UTC(2026, 10, 26)), disk = new SimDisk(time, chance(1))
  const at = { isBack: false, applied: [] as KeptCommand[], runs: [] as string[][], aside: [] as string[], outcome: (_c: KeptCommand): Outcome => ({ is: 'stored', topic: 't', offset: 1, at: '' }) }
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let outcome: { value: T } | { error: unknown } | undefined
    promise.then((value) => { outcome = { value } }, (error: unknown) => { outcome = { error } })
    await time.run(time.now() + 60_000, () => outcome !== undefined)
    if (!outcome) throw new Error('nothing came of it')
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }
  const open = async (more: Pick<KeepingOptions<KeptCommand>, 'isPlain' | 'onSettled'> = {}): Promise<Keeping<KeptCommand>> => {
    const found: { command: KeptCommand; digest: string; place: Place }[] = []
    const spool = await settled(openSpool({ disks: [disk.mount()], now: time.now, after: time.after }, (payload, place) => {
      const { digest, ...command } = JSON.parse(payload.toString()) as KeptCommand & { digest: string }
      found.push({ command, digest, place })
    }))
    return keeping<KeptCommand>({
      spool, now: time.now, random: () => 0.5, sleep: time.sleep, probe: async () => ({ reads: at.isBack, writes: at.isBack }),
      apply: async (run) => { at.runs.push(run.map((c) => c.id)); return run.map((c) => { at.applied.push(c); return at.outcome(c) }) }, ...more, setAside: async (c) => { at.aside.push(c.id) },
    }, found)
  }
  return { time, disk, at, open, settled, run: (ms: number) => time.run(time.now() + ms) }
}

describe('keeping', () => {
  it('[SP3] [SP8] holds its lanes, replays each in order, and is idle when nothing is left', async () => {
    const { at, open, settled, run } = world()
    const kept = await open()
    expect([kept.isAway, kept.holds(account, 't')]).toEqual([false, false])
    await settled(Promise.all([kept.keep(said('1'), 'a'), kept.keep(said('2', 'u'), 'b'), kept.keep(said('3'), 'c')]))
    expect([kept.isAway, kept.isSilent, kept.holds(account, 't'), kept.holds(account, 'v')]).toEqual([true, true, true, false])
    expect(kept.of(account, 't').map((c) => c.id)).toEqual(['1', '3'])
    await run(5_000)
    expect(at.applied).toEqual([])
    at.isBack = true
    await run(5_000)
    expect(at.applied.filter((c) => c.lane === 't').map((c) => c.id)).toEqual(['1', '3'])
    expect(kept.stats()).toMatchObject({ state: 'idle', depth: 0, oldestMs: undefined })
    expect(kept.holds(account, 't')).toBe(false)
  })

  it('[SP8] does neighbours of a lane together that are plain, in their order, and none with one that is not', async () => {
    const { at, open, settled, run } = world()
    const kept = await open({ isPlain: (c) => c.body !== 'guarded' })
    await settled(Promise.all(['1', '2', '3', '4', '5', '6'].map((id) => kept.keep(said(id, 't', id === '3' ? 'guarded' : id), id))))
    at.outcome = (c) => c.id === '5' ? { is: 'refused', refusal: new Refusal('gone') } : { is: 'stored', topic: 't', offset: 1, at: '' }
    at.isBack = true
    await run(5_000)
    expect(at.runs).toEqual([['1', '2'], ['3'], ['4', '5', '6']])
    expect(at.aside).toEqual(['5'])
    expect(kept.stats()).toMatchObject({ state: 'idle', depth: 0 })
  })

  it('[SP8] does also what comes in just the moment in which the last of it is done, and after it', async () => {
    // How many microtasks lie between the last look and the end is nobody's promise: one of these falls into it.
    for (let microtasks = 0; microtasks < 30; microtasks++) {
      const { at, open, settled, run } = world()
      const later = async (left: number): Promise<void> => { for (; left > 0; left--) await Promise.resolve() }
      const kept: Keeping<KeptCommand> = await open({ onSettled: (c) => { if (c.id === '1') void later(microtasks).then(() => kept.keep(said('2', 'u'), 'b')) } })
      await settled(kept.keep(said('1'), 'a'))
      at.isBack = true
      await run(5_000)
      expect({ microtasks, ...kept.stats() }).toMatchObject({ microtasks, state: 'idle', depth: 0 })
      expect(at.applied.map((c) => c.id)).toEqual(['1', '2'])
    }
  })

  it('[SP1] answers a repeat once it is kept, with the first, and refuses the id for anything else', async () => {
    const { open, settled } = world()
    const kept = await open()
    await settled(kept.keep(said('1'), 'a'))
    expect(await settled(kept.keep({ ...said('1'), at: 'later' }, 'a'))).toMatchObject({ at: '2026-11-26T10:00:00.000Z' })
    await expect(settled(kept.keep(said('1'), 'other'))).rejects.toMatchObject({ code: 'id_reused' })
    expect(kept.stats().depth).toBe(1)
  })

  it('[SP10] sets aside what is refused and goes on with the lane; what is only away stays', async () => {
    const { at, open, settled, run } = world()
    const kept = await open()
    let tries = 0
    at.outcome = (c) => c.id === '1' ? { is: 'refused', refusal: new Refusal('gone') } : c.id === '2' && ++tries < 3 ? { is: 'away' } : { is: 'stored', topic: 't', offset: 1, at: '' }
    await settled(Promise.all(['1', '2', '3'].map((id) => kept.keep(said(id), id))))
    at.isBack = true
    await run(20_000)
    expect(at.aside).toEqual(['1'])
    expect(at.applied.map((c) => c.id)).toEqual(['1', '2', '2', '2', '3'])
    expect(kept.stats()).toMatchObject({ state: 'idle', depth: 0, setAside: 1 })
  })

  it('[SP8] does what an earlier process left, large bodies from the disk, and sets aside what the disk does not give back', async () => {
    const { at, disk, open, settled, run } = world()
    const kept = await open()
    const photo = 'p'.repeat(200_000)
    await settled(Promise.all([kept.keep(said('1', 't', photo), 'a'), kept.keep(said('2', 'u', photo), 'b')]))
    expect(kept.of(account, 't')[0]).toMatchObject({ body: null })   // not in memory
    disk.crash(false)
    const next = await open()
    expect(next.stats()).toMatchObject({ state: 'keeping', depth: 2 })
    const [name, file] = [...disk.files][0]!
    disk.flip(name, (file.bytes.length - 10) * 8)   // rots after it was found
    at.isBack = true
    await run(5_000)
    expect(at.applied).toMatchObject([{ id: '1', body: photo }])
    expect(at.aside).toEqual(['2'])
    expect(next.stats()).toMatchObject({ state: 'idle', depth: 0 })
  })
})
